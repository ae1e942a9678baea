"""Backups: what the register says (3-2-1), held against what the network saw of each copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from hinomi.duties.probes.flows import SHARES
from hinomi.duties.registers import registers
from hinomi.filing import look
from hinomi.filing.facts import clock
from hinomi.model import EvidenceRef
from hinomi.watch.tables import rows
from hinomi.watch.who import CLINICAL, MEDICAL, PEOPLE

if TYPE_CHECKING:
    from hinomi.home import Home

COPIES, MEDIA, DETACHED = 3, 2, 1  # the rule: at least so many of each
# Ways by which copies travel; ssh carries rsync and sftp.
WAYS = (*SHARES, "ssh", "https", "tls")


@dataclass(frozen=True, slots=True)
class Copy:
    """One registered copy, and what was seen of it."""

    id: str
    system: str
    place: str
    medium: str
    detached: str
    device: str  # Device.id of the place, "" when the network shows none
    last: int  # of the newest transfer to it
    bytes: int  # of all transfers seen
    senders: tuple[str, ...]
    reached_by: tuple[str, ...]  # labels of clinical devices and terminals that got an answer from it
    proof: EvidenceRef | None

    @property
    def word(self) -> str:
        """contradicted: said to be detached, and reached; seen: a transfer was seen; else unknown."""
        if self.detached == "detached" and self.reached_by:
            return "contradicted"
        return "seen" if self.last else "unknown"

    @property
    def shown(self) -> dict[str, tuple[str, str]]:
        of = registers()["backup"]
        found = {}
        for name in ("medium", "detached"):
            field = of.field(name)
            value = getattr(self, name)
            found[name] = (field.shown(value, "ja"), field.shown(value, "en")) if field else (value, value)
        return found

    def seen_words(self, lang: str) -> str:
        if not self.device:
            return "ネットワークには見えません" if lang == "ja" else "Not seen on the network"
        if not self.last:
            return "コピーは見えていません" if lang == "ja" else "No copy was seen"
        size = f"{self.bytes / 1e6:.1f} MB"
        senders = ", ".join(self.senders[:3])
        return f"{clock(self.last)} {size} ← {senders}"

    def reach_words(self, lang: str) -> str:
        if self.reached_by:
            names = ", ".join(self.reached_by[:5])
            return f"届いた: {names}" if lang == "ja" else f"Reached by {names}"
        return "届いた通信は聞こえていません" if lang == "ja" else "Nobody was heard reaching it"


def copies(home: Home) -> list[Copy]:
    """Every registered copy with what the network saw."""
    filed = home.state.filed("backup")
    places = {one.id: next(iter(home.state.device_by(str(one.body["place"]))), "") for one in filed}
    sight = look.view(home).sight
    flows = sight.flows.filter(pc.and_(sight.service_in(*WAYS), sight.answered))
    columns = ("orig_ip", "orig_mac", "resp_ip", "resp_mac", "orig_payload", "start", "last", "orig_is", "capture",
               "packet", "offset")  # fmt: skip
    to: dict[str, list[tuple[str, int, int, int, EvidenceRef]]] = {}
    for o_ip, o_mac, r_ip, r_mac, sent, start, last, bits, capture, packet, offset in rows(flows, *columns):
        server = sight.who.name(r_ip, r_mac, start)
        if server in places.values():
            ref = EvidenceRef(str(capture), int(packet), int(offset))
            to.setdefault(server, []).append((sight.who.name(o_ip, o_mac, start), int(sent), int(last), int(bits), ref))
    found = []
    for one in filed:
        device = places[one.id]
        seen = sorted(to.get(device, []), key=lambda row: row[2]) if device else []
        copied = [row for row in seen if not row[3] & (CLINICAL | MEDICAL | PEOPLE)]
        reached = {sight.who.label(row[0]) for row in seen if row[3] & (CLINICAL | MEDICAL | PEOPLE)}
        found.append(
            Copy(
                id=one.id,
                system=str(one.body["system"]),
                place=str(one.body["place"]),
                medium=str(one.body["medium"]),
                detached=str(one.body["detached"]),
                device=device,
                last=copied[-1][2] if copied else 0,
                bytes=sum(row[1] for row in copied),
                senders=tuple(dict.fromkeys(sight.who.label(row[0]) for row in reversed(copied))),
                reached_by=tuple(sorted(reached)),
                proof=(copied or seen)[-1][4] if seen else None,
            )
        )
    return found


def rule(of: Sequence[Copy], lang: str) -> list[str]:
    """Per system: does what people registered reach 3-2-1? What was heard may contradict it, never prove it."""
    lines = []
    for system in dict.fromkeys(copy.system for copy in of):
        mine = [copy for copy in of if copy.system == system]
        media = len({copy.medium for copy in mine})
        apart = sum(1 for copy in mine if copy.detached != "reachable" and copy.word != "contradicted")
        short = []
        if len(mine) < COPIES:
            short.append(f"控えが{len(mine)}つ(3つ以上)" if lang == "ja" else f"{len(mine)} copies (3 or more)")
        if media < MEDIA:
            short.append(f"媒体が{media}種類(2種類以上)" if lang == "ja" else f"{media} kinds of media (2 or more)")
        if apart < DETACHED:
            short.append("届かない場所の控えがない" if lang == "ja" else "no copy out of reach")
        if lang == "ja":
            lines.append(
                f"{system}: "
                + ("台帳の上では3-2-1です(人が確認)。" if not short else "3-2-1に足りません: " + "、".join(short))
            )
        else:
            lines.append(
                f"{system}: "
                + (
                    "3-2-1 as registered (for a person to check)."
                    if not short
                    else "short of 3-2-1: " + ", ".join(short)
                )
            )
    return lines
