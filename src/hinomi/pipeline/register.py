"""The register of remote-maintenance paths beside what was heard: paths, visits, and paths that nobody declared.

Only the connections that may be remote sessions are read, so that asking costs little however long
the history is.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hinomi.model import Status
from hinomi.pipeline.look import Stored
from hinomi.pipeline.told import places, registers

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state import RemotePath
    from hinomi.watch import MaintenancePath, WatchView
    from hinomi.watch.paths import Box, FoundSession

DETECTION = "remote_session_into_clinical"


@dataclass(frozen=True, slots=True)
class Declared:
    """A path of the register with what was heard of it."""

    path: RemotePath
    visits: int
    last: int  # of its visits; 0: none was heard
    breaches: int  # visits that the register does not allow
    box: Box | None  # as it was seen; what people wrote stands in `path`


@dataclass(frozen=True, slots=True)
class Found:
    """A path that was heard and that nobody declared."""

    path: MaintenancePath
    visits: int
    first: int
    last: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Register:
    paths: list[Declared]
    found: list[Found]
    sessions: list[FoundSession]  # newest first


def remote_view(home: Home) -> WatchView:
    """A view that holds the connections that may be remote sessions, and what reached devices did then."""
    import pyarrow as pa

    from hinomi.store.history.schemas import schema
    from hinomi.watch import WatchView, outside
    from hinomi.watch.remote import HINTS, REVERSE, SCREENS, TUNNELS

    state, history = home.state, home.history
    devices = state.all_devices()
    boxes = [device for device in devices if device.value("type") == "vpn_gateway"]
    macs = sorted({address.mac for box in boxes for address in box.addresses if address.mac})
    names = history.sql("SELECT DISTINCT sni FROM flow WHERE sni <> ''").column("sni").to_pylist()
    tools = [name for name in names if (known := outside.known(name)) and known.category == "remote_tool"]
    services = sorted(SCREENS | TUNNELS | REVERSE | {"smb", "ftp"})
    ways: list[tuple[str, list[Any]]] = [
        ("service", services), ("proto", ["esp", "gre"]), ("orig_mac", macs), ("sni", tools)
    ]  # fmt: skip
    where = [f"{name} IN ({', '.join('?' * len(values))})" for name, values in ways if values]
    where.append(f"(service IS NULL AND resp_port IN ({', '.join('?' * len(HINTS))}))")
    params = [value for _, values in ways for value in values] + sorted(HINTS)
    flows = history.table("flow", where=" OR ".join(where), params=params).cast(schema("flow"))
    return WatchView(
        conversations=pa.table({}),
        flows=flows,
        exchanges=pa.Table.from_batches([], schema("exchange")),
        inventory=Stored(devices),
        intervals=state.intervals(),
        zones=state.zones(),
        registers=registers(home),
        now=max((device.last for device in devices), default=0),
        places=places(home),
    )


def look(home: Home) -> Register:
    """The whole register as things stand."""
    from hinomi.watch.paths import box_of, found_sessions, propose
    from hinomi.watch.sight import Sight

    view = remote_view(home)
    sight = Sight(view)
    sessions = found_sessions(view, sight)
    by_path: dict[str, list[FoundSession]] = defaultdict(list)
    for session in sessions:
        by_path[session.path].append(session)
    paths = []
    for path in home.state.remote_paths(ended=True):
        mine = by_path.get(path.id, [])
        breaches = sum(1 for one in mine if one.register != "agreed")
        last = max((one.last for one in mine), default=0)
        ends = (*path.peers, *(one.client for one in mine))
        paths.append(Declared(path, len(mine), last, breaches, box_of(sight, ends, path.devices)))
    found = []
    for proposal in propose(view, sessions):
        mine = [one for one in sessions if one.client == proposal.peers[0] and one.register != "agreed"]
        found.append(
            Found(
                proposal, len(mine), min(one.first for one in mine), max(one.last for one in mine),
                box_of(sight, proposal.peers, proposal.devices),
            )
        )  # fmt: skip
    return Register(paths, found, sorted(sessions, key=lambda one: -one.first))


def new_id() -> str:
    """R-XXXXXX: short enough to write on a work ticket."""
    return f"R-{secrets.token_hex(3).upper()}"


def declare(home: Home, path: RemotePath) -> list[str]:
    """Keeps the path; findings that only said that nobody had declared it are explained by the same person.

    That is done only for a path that somebody approved. Returns the ids of these findings.
    """
    home.state.put_remote_path(path)
    if not path.approver:
        return []
    explained = []
    waiting = home.state.findings(status=(Status.OPEN, Status.REOPENED), detection=DETECTION).items
    for finding in waiting:
        ends = finding.key.split("|")[1:]
        if len(ends) != 3:  # a way in which the register was not kept: that stays to be answered
            continue
        client, device, _ = ends
        if client in path.peers and device in path.devices:
            reason = f"{path.id} {path.vendor} {path.ticket}".strip()
            home.state.decide_finding(finding.id, Status.EXPLAINED, by=path.by, reason=reason)
            explained.append(finding.id)
    return explained
