"""Advice that knows the patient: steps, where to cut, and what would be lost at this minute.

Hinomi cuts nothing itself. The order of places follows the MHLW template for cyber incidents
(医療情報システム等の障害発生時の対応, 2024-06-06, 3.3.2): the line to the backups first, then the
outside, then the segments. The device itself comes last, and a device that is or may be in use is
never named without saying so first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from hinomi.texts import spacing
from hinomi.watch import knowledge
from hinomi.watch.runner import registry
from hinomi.watch.sight import Sight
from hinomi.watch.text import Tells, render, shared
from hinomi.watch.who import criticality

if TYPE_CHECKING:
    from hinomi.model import Device
    from hinomi.watch import WatchView

PEERS_MAX = 6


class Finding(Tells, Protocol):
    """A finding draft, or a stored finding."""

    @property
    def devices(self) -> Sequence[str]: ...
    @property
    def last(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cut:
    """A place at which the line may be cut, with what that costs."""

    place: str  # backup, outside, vendor_line, segment, refuse, device
    text: str
    lost: tuple[str, ...]  # what the wards would miss, in words
    warning: str  # '' when no patient is near this cut


@dataclass(slots=True)
class Advice:
    """What a person may do, in order. The first cut is the safest that still helps."""

    steps: list[str]
    cuts: list[Cut] = field(default_factory=list)
    warning: str = ""  # says first that a device is, or may be, in use
    in_use: bool | None = None


# Places by kind of response, in the order of the template.
_PLACES = {
    "outside": ("outside", "segment", "device"),
    "remote": ("vendor_line", "outside", "segment", "device"),
    "spread": ("backup", "outside", "segment", "device"),
    "port": ("device",),
    "refuse": ("refuse", "segment"),
    "look": (),
}


_ORDER = ("backup", "refuse", "vendor_line", "outside", "segment", "device")


def advice(
    finding: Finding, view: WatchView, lang: str = "ja", story: Iterable[Finding] = (), sight: Sight | None = None
) -> Advice:
    """Steps and places to cut for a finding, as things stand in `view`.

    Where another finding of its story spreads from machine to machine, the line to the backups comes
    first here too.
    """
    sight = sight or Sight(view)
    texts = knowledge.load("detections/_advice.toml")[lang]
    device = sight.who.devices.get(finding.devices[0]) if finding.devices else None
    in_use = sight.in_use(device, view.now) if device is not None else finding.in_use
    if in_use is False and finding.in_use is not False:
        in_use = finding.in_use  # what was in use when it happened is not free because it fell silent
    use = {True: "yes", False: "no", None: "unknown"}[in_use]
    detection = registry().get(finding.detection)
    facts = {
        "device": str(finding.facts.get("device", "")),
        "zone": str(finding.facts.get(f"device_zone_{lang}", "")),
        "other": str(
            finding.facts.get("client") or finding.facts.get("destination") or finding.facts.get("device", "")
        ),
    }
    warning = "" if in_use is False else _say(lang, texts["warning"][use], facts)
    made = Advice(steps=list(render(finding, lang).first_steps), warning=warning, in_use=in_use)
    if detection is None:
        return made
    for place in _places(detection.meta.response, story):
        lost, near_patient = _lost(sight, place, device, texts)
        if place == "backup" and not _backups(sight):
            made.cuts.append(Cut(place, texts["cut"]["backup_unknown"], (), ""))
            continue
        wide = place == "outside" and detection.meta.response == "spread"
        text = _say(lang, texts["cut"]["outside_all" if wide else place], facts)
        made.cuts.append(Cut(place, text, tuple(lost), warning if near_patient else ""))
    return made


def _say(lang: str, text: str, facts: dict[str, str]) -> str:
    return spacing.fill(text, facts) if lang == "ja" else text.format(**facts)


def _places(response: str, story: Iterable[Finding]) -> tuple[str, ...]:
    known = registry()
    spreads = any(known[other.detection].meta.response == "spread" for other in story if other.detection in known)
    places = _PLACES[response]
    if not spreads:
        return places
    return tuple(place for place in _ORDER if place in {*places, *_PLACES["spread"]})


def _backups(sight: Sight) -> list[Device]:
    return [device for device in sight.who.devices.values() if device.value("type") == "backup_server"]


def _lost(sight: Sight, place: str, device: Device | None, texts: dict[str, Any]) -> tuple[list[str], bool]:
    """What the cut would take away, and whether a device that is or may be in use stands behind it."""
    if device is None or place in ("backup", "refuse", "vendor_line"):
        return [], False
    zone = sight.who.zone(device.addresses[-1].ip if device.addresses else "", device)
    if place == "device":
        return _links(sight, lambda near, far: near is device and far is not device, texts), True
    if place == "segment":
        inside = {d.id for d in sight.who.devices.values() if zone is not None and d.zone == zone.id}
        lost = _links(sight, lambda near, far: near.id in inside and far.id not in inside, texts)
        near = any(
            sight.in_use(sight.who.devices[name], sight.now) is not False
            and criticality(sight.who.devices[name]) in ("life", "care")
            for name in inside
        )
        return lost, near

    def beyond(device: Device) -> bool:
        return sight.who.outside(device.addresses[-1].ip if device.addresses else "", device)

    return _links(sight, lambda near, far: beyond(far) and not beyond(near), texts), False


def _links(sight: Sight, wanted: Any, texts: dict[str, Any]) -> list[str]:
    """Clinical lines that match: `mon-or1 → mon-gateway: clinical messages (HL7)`."""
    from hinomi.watch.tables import rows

    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    used: dict[tuple[str, str], int] = {}  # 0: on a patient now, 1: may be, 2: no patient hangs on it
    grouped = sight.flows.group_by(["orig_ip", "resp_ip", "service", "outcome"]).aggregate([("last", "max")])
    for orig, resp, service, outcome, last in rows(grouped, "orig_ip", "resp_ip", "service", "outcome", "last_max"):
        if outcome != "answered" or service in ("dns", "ntp", "dhcp", "mdns", None):
            continue
        near, far = sight.who.device(orig, "", last), sight.who.device(resp, "", last)
        if near is None or far is None:
            continue
        for one, other in ((near, far), (far, near)):
            if wanted(one, other):
                pair = (one.label, other.label)
                found[pair].add(service)
                used[pair] = min(used.get(pair, 2), _near_patient(sight, one), _near_patient(sight, other))
                break
    words = shared()[texts["lang"]]["words"]["service"]
    state = [texts["line_use"]["yes"], texts["line_use"]["unknown"], ""]
    lines = [
        texts["line"].format(near=near, far=far, what="・".join(sorted(words.get(s, s) for s in services)))
        + state[used[(near, far)]]
        for (near, far), services in sorted(found.items(), key=lambda pair: (used[pair[0]], pair[0]))
    ]
    if len(lines) > PEERS_MAX:
        lines = [*lines[:PEERS_MAX], texts["more"].format(count=len(lines) - PEERS_MAX)]
    return lines


def _near_patient(sight: Sight, device: Device) -> int:
    """0: on a patient now, 1: may be, 2: no life or care depends on it, or nobody can lie on it."""
    if device.outside or criticality(device) not in ("life", "care"):
        return 2
    in_use = sight.in_use(device, sight.now)
    return 2 if in_use is False else 0 if in_use else 1
