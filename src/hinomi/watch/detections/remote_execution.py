"""A machine starts programs on another from afar: by its service manager, its task list, WMI or WinRM.

Administrators do so from their own network, and software distribution from its server. An office
computer, a partner's line or a vendor's box does not: it is how intruders go on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from .. import rpc
from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND, higher
from ..sight import Sight, evidence, read_detail
from ..who import is_infrastructure, is_medical
from ..windows import burst

META = Meta(
    id="remote_execution",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1569.002", "T1053.005", "T1047", "T1021.006", "T1021.003", "T0886"),
    reads=("exchange",),
    response="spread",
    limits=(
        Limit("machines_min", 3, "machines on which an ordinary computer did so within a day"),
        Limit("habit_h", 24, "a pair that did so this long before is used to it"),
        Limit("beside_min", 10, "minutes within which the other machine's own disks were opened beside it"),
    ),
    blind_spots=(
        "The same inside encrypted file sharing (SMB 3) or TLS.",
        "An administrator's own computer in the hands of somebody else.",
    ),
    order=44,
)

# Pipes and interfaces that start something on the other machine ([MS-SCMR], [MS-TSCH], [MS-WMI]).
_PIPES = {"svcctl": "services", "atsvc": "tasks", "psexesvc": "services", "remcom_communicaton": "services",
          "winexesvc": "services", "paexec": "services", "itaskschedulerservice": "tasks"}  # fmt: skip
_INTERFACES = {"svcctl": "services", "atsvc": "tasks", "itaskschedulerservice": "tasks", "iwbemservices": "wmi",
               "iwbemlevel1login": "wmi"}  # fmt: skip
# Their calls that make or start something; the others look ([MS-SCMR] 3.1.4, [MS-TSCH] 3.2.5, [MS-WMI] 3.1.4.3).
_STARTS = {"svcctl": {"12", "19", "24", "31", "44", "45"}, "atsvc": {"0"}, "itaskschedulerservice": {"1", "12"},
           "iwbemservices": {"24", "25"}}  # fmt: skip
_DISK = re.compile(r"\\(?:admin|[a-z])\$$", re.IGNORECASE)
_OFFICIAL = frozenset({"update_server", "directory_server", "backup_server", "log_server", "network_service"})
_STRANGE = ("external", "partner", "dmz", "guest")
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "operation", "object", "detail",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    pipes = sight.said("smb").where_in("operation", "CREATE")
    pipes = pipes.where("object", lambda name: _pipe(name) != "").where_in("outcome", "ok", "warning")
    called = (row for row in rpc.calls(sight) if row["interface"] in _INTERFACES and row["outcome"] == "ok")
    web = sight.said("http").where("object", lambda name: "/wsman" in name.lower()).where_in("outcome", "ok", "warning")
    by_client: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in (*pipes.dicts(*_COLUMNS), *called, *web.dicts(*_COLUMNS)):
        row["way"] = _way(row)
        if row["way"]:
            row["to"] = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
            by_client[(row["client_ip"], row["client_mac"])].append(row)
    opened = _disks(sight) if by_client else {}
    for (ip, mac), rows in by_client.items():
        yield from _of_client(sight, ip, mac, sorted(rows, key=lambda row: row["time"]), opened)


def _disks(sight: Sight) -> dict[tuple[str, str], list[int]]:
    """(client, server) → when the client opened a share that only administrators may: `ADMIN$`, `C$`."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    trees = sight.said("smb").where_in("operation", "TREE_CONNECT").where_in("outcome", "ok", "warning")
    for client, server, share, time in trees.tuples("client_ip", "server_ip", "object", "time"):
        if _DISK.search(share or ""):
            found[(client, server)].append(int(time))
    return found


def _pipe(name: str) -> str:
    last = name.replace("/", "\\").rsplit("\\", 1)[-1].lower()
    return next((way for pipe, way in _PIPES.items() if last.startswith(pipe)), "")


def _way(row: dict[str, Any]) -> str:
    if row["protocol"] == "smb":
        # A tap that came to a session in its middle does not know the share; a pipe's bare name tells enough.
        share = read_detail(row["detail"]).get("share", "").upper()
        return _pipe(row["object"]) if share in ("IPC$", "") else ""
    if row["protocol"] == "http":
        return "winrm"
    return _INTERFACES.get(row.get("interface", ""), "")


def _started(row: dict[str, Any]) -> bool:
    return bool(_STARTS.get(row.get("interface", ""), set()) & row.get("numbers", set()))


def _of_client(
    sight: Sight, ip: str, mac: str, rows: list[dict[str, Any]], opened: dict[tuple[str, str], list[int]]
) -> Iterator[Raised]:
    first = rows[0]["time"]
    device = sight.who.device(ip, mac, first)
    kind = sight.who.kind(ip, device)
    if kind == "management" or (device is not None and device.value("type") in _OFFICIAL):
        return
    met: dict[str, int] = {}
    fresh = []
    habit = int(META.limit("habit_h") * 3600) * SECOND
    for row in rows:
        if row["time"] - met.setdefault(row["to"], row["time"]) < habit:
            fresh.append(row)
    medical = [row for row in fresh if _medical(sight, row)]
    many = burst(((row["time"], row["to"]) for row in fresh), 86_400 * SECOND, int(META.limit("machines_min")))
    helper = device is not None and (device.value("type").endswith("server") or is_infrastructure(device))
    if kind in _STRANGE:
        base = Severity.HIGH if medical or kind in ("external", "guest") else META.severity
    elif (
        (medical and not helper)
        or many
        or any(_with_disks(row, opened) or (_started(row) and not helper) for row in fresh)
    ):
        base = META.severity
    else:
        base = Severity.LOW
    if many and base is META.severity:
        base = higher(base, META.severity_max) if medical else base
    top = META.severity_max if base is not Severity.LOW else Severity.LOW
    name = sight.who.name(ip, mac, first)
    targets = list(dict.fromkeys(row["to"] for row in fresh))
    facts: Facts = {
        "variant": "many" if len(targets) > 1 else "started" if any(map(_what, fresh)) else "default",
        "machines": len(targets),
        "targets": words(sight.who.label(target) for target in targets),
        "way": words(row["way"] for row in fresh),
        "programs": words(_what(row) for row in fresh) or ["—"],
        "span_s": max(1.0, (fresh[-1]["time"] - first) / SECOND),
        **describe(sight, "target", rows[0]["server_ip"], sight.who.devices.get(targets[0])),
    }
    item = make(
        sight, META, (name,), device=device, ip=ip, actor=name, targets=targets, others=targets[:8], base=base, top=top,
        confidence=0.85, facts=facts, first=first, last=fresh[-1]["time"], count=len(fresh),
        evidence=(evidence(row) for row in fresh),
    )  # fmt: skip
    item.grows = Severity.MEDIUM
    yield item


def _what(row: dict[str, Any]) -> str:
    """The service or task that was made, and its program, where they were told in clear."""
    if not _started(row):
        return ""
    return " ".join(part for part in (row["fields"].get("name", ""), row["fields"].get("program", "")) if part)


def _with_disks(row: dict[str, Any], opened: dict[tuple[str, str], list[int]]) -> bool:
    """The program was brought along, or what it wrote was fetched: more than a look at a list of services."""
    span = int(META.limit("beside_min") * 60) * SECOND
    return any(abs(time - row["time"]) <= span for time in opened.get((row["client_ip"], row["server_ip"]), ()))


def _medical(sight: Sight, row: dict[str, Any]) -> bool:
    device = sight.who.device(row["server_ip"], row["server_mac"], row["time"])
    if device is not None and is_medical(device):
        return True
    return sight.who.kind(row["server_ip"], device) in ("theatre", "icu", "imaging", "laboratory", "dialysis")
