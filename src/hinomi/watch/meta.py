"""What a detection is and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass, field

from hinomi.model import FindingDraft, Severity


@dataclass(frozen=True, slots=True)
class Limit:
    """A number the detection decides by, or may not pass. Named, so that a test can hit it."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What a detection is; the documentation page is made from it."""

    id: str
    severity: Severity  # before the clinical context is looked at
    severity_max: Severity
    attack: tuple[str, ...]  # MITRE ATT&CK technique ids, Enterprise (T1…) and ICS (T0…)
    reads: tuple[str, ...]  # records: flow, exchange, clue, reading, coverage
    blind_spots: tuple[str, ...]
    response: str = "look"  # how one answers it: outside, remote, spread, port, refuse, look
    limits: tuple[Limit, ...] = ()
    order: int = 100  # of two findings that tell the same, the lower order stays

    def limit(self, name: str) -> float:
        for limit in self.limits:
            if limit.name == name:
                return limit.value
        raise KeyError(f"{self.id} has no limit {name}")


@dataclass(slots=True)
class Raised:
    """A finding draft with the roles that tie findings into one story."""

    draft: FindingDraft
    actor: str  # Device.id (or address) that does it
    targets: list[str] = field(default_factory=list)  # Device.id it is done to
    grows: Severity | None = None  # becomes this grave when another finding of its story asks a person
    causes: list[str] = field(default_factory=list)  # findings that share one are one story: `outside:example.com`
