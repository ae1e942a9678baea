"""What people and lists told Hinomi, as the watch asks for it: no packet says these things."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from hinomi.pipeline import community

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state import RemotePath
    from hinomi.watch import Conduit, Indicator, MaintenancePath
    from hinomi.watch.habits import Word
    from hinomi.watch.places import Places


def told(home: Home) -> dict[str, Any]:
    """What people and lists told: the fields of `WatchView` that no packet says, for a file and for a live tap."""
    return {
        "registers": registers(home),
        "places": places(home),
        "indicators": known_bad(home),
        "sigma": community.rules(home),
        "sigma_weights": {one.rule: one.severity for one in community.approved(home)},
        "policy": policy(home),
        "words": habit_words(home),
        "doubted": doubted(home),
    }


def registers(home: Home) -> list[MaintenancePath]:
    """The register of remote-maintenance paths, those that ended too, as the watch holds sessions against it."""
    return [register(path, home.settings.time_zone) for path in home.state.remote_paths(ended=True)]


def register(path: RemotePath, zone: str = "Asia/Tokyo") -> MaintenancePath:
    from hinomi.watch import MaintenancePath, Weekly, Window

    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return MaintenancePath(
        id=path.id,
        vendor=path.vendor,
        peers=path.peers,
        devices=path.devices,
        services=path.services,
        windows=tuple(Window(start, end) for start, end in path.windows),
        weekly=tuple(Weekly(week.days, minutes(week.start), minutes(week.end), zone) for week in path.weekly),
        countries=path.countries,
        until=path.ended_at or 0 if path.ended else 0,
        approved=bool(path.approver),
        approver=path.approver,
        ticket=path.ticket,
    )


def known_bad(home: Home) -> list[Indicator]:
    """What the lists that were loaded hold."""
    from hinomi.watch import Indicator

    rows = home.state.indicator_rows()
    return [Indicator(kind, value, label, name, until) for kind, value, label, name, until in rows]


def habit_words(home: Home, device: str = "") -> list[Word]:
    """What people called usual for a device, or not."""
    from hinomi.watch.habits import Word

    said = home.state.registers.habit_words(device=device)
    return [Word(word.device, word.kind, word.value, word.usual, word.by, word.at, word.reason) for word in said]


DOUBTED_MAX = 2_000  # open findings whose traffic is kept from being learnt


def doubted(home: Home) -> list[tuple[str, str, int]]:
    """Two ends of each open finding that asks a person, and since when: what it rang for teaches nothing."""
    from hinomi.model import Severity, Status

    waiting = home.state.findings(
        status=(Status.OPEN, Status.REOPENED, Status.ACKNOWLEDGED), severity_at_least=Severity.MEDIUM, limit=DOUBTED_MAX
    ).items  # fmt: skip
    found = []
    for finding in waiting:
        ends = list(finding.devices[:8])
        ends += [str(finding.facts[name]) for name in ("peer_ip", "client_ip", "server_ip") if name in finding.facts]
        outside = finding.facts.get("addresses")
        ends += [str(one) for one in outside][:8] if isinstance(outside, list) else []
        found += [(one, other, finding.first) for one, other in itertools.combinations(dict.fromkeys(ends), 2)]
    return found


CONDUIT, SWITCH = "conduit", "policy"  # what people file about the allowed conduits


def approved(home: Home) -> list[tuple[str, int, Conduit]]:
    """The conduits that people approved: (id, when, conduit)."""
    from hinomi.watch import Conduit

    found = []
    for one in home.state.filed(CONDUIT):
        body = one.body
        conduit = Conduit(
            str(body["source"]), str(body["target"]), str(body["service"]), str(body["proto"]), int(body["port"]),
            str(body.get("reason", "")), one.by,
        )  # fmt: skip
        found.append((one.id, one.at, conduit))
    return found


def policy_on(home: Home) -> bool:
    return any(one.body.get("on") for one in home.state.filed(SWITCH))


def policy(home: Home) -> list[Conduit]:
    """The conduits that people approved, when they are switched on."""
    return [conduit for _, _, conduit in approved(home)] if policy_on(home) else []


def places(home: Home) -> Places:
    """Countries, and owners of networks where the home has a file of them; its own known destinations too."""
    from hinomi.watch import outside
    from hinomi.watch.places import Places

    outside.use_folder(home.path / "outside")
    return Places.of_folder(home.path / "outside")
