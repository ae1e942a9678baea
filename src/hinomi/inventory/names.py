"""Names by which others asked for a device: the server name of TLS, the Host of HTTP."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.inventory.addresses import kind
from hinomi.inventory.describe import Portrait
from hinomi.inventory.endpoints import Ints, column, numbers, times
from hinomi.inventory.gather import Said
from hinomi.inventory.reader import Statement, hostname
from hinomi.model import EvidenceRef, Source

# A client may ask for any name; but a server that answers to it is mostly the one meant.
INSIDE_WEIGHT = 0.75
OUTSIDE_WEIGHT = 0.85


def asked(conversations: pa.Table, server: Ints) -> list[Said]:
    """One entry per (server device, name), with the packet of the first conversation that had it."""
    if "names" not in conversations.column_names or not conversations.num_rows:
        return []
    lengths = pc.fill_null(pc.list_value_length(conversations.column("names")), 0)
    rows = np.flatnonzero((numbers(lengths.cast(pa.int64())) > 0) & (server >= 0))
    if not len(rows):
        return []
    part = conversations.take(pa.array(rows))
    text = pa.string()
    capture = column(part, "capture", "", text).to_pylist()
    service = column(part, "service", "", text).to_pylist()
    packet = numbers(column(part, "packet", 0, pa.int64())).tolist()
    offset = numbers(column(part, "offset", 0, pa.int64())).tolist()
    first, last = times(part, "first").tolist(), times(part, "last").tolist()
    out: dict[tuple[int, str], Said] = {}
    for at, names in enumerate(part.column("names").to_pylist()):
        who = int(server[rows[at]])
        for name in names:
            plain = name.rsplit(":", 1)[0] if name.count(":") == 1 else name
            before = out.get((who, plain))
            if before is not None:
                before.count += 1
                before.first, before.last = min(before.first, first[at]), max(before.last, last[at])
            elif plain and kind(plain).group and ":" not in plain:  # an address is no name
                out[who, plain] = Said(
                    who,
                    "asked.name",
                    plain,
                    service[at],
                    0,
                    1,
                    first[at],
                    last[at],
                    EvidenceRef(capture[at], packet[at], offset[at]),
                )
    return list(out.values())


def hear(portrait: Portrait, said: Said, outside: bool) -> None:
    """An outside host keeps the whole name, an inside one its first label."""
    name = said.value.rstrip(".").lower() if outside else hostname(said.value)
    if not name:
        return
    weight = OUTSIDE_WEIGHT if outside else INSIDE_WEIGHT
    source = Source(said.clue, said.value, said.protocol, weight, "", said.count, said.first, said.last, said.evidence)
    portrait.say(Statement("hostname", name, weight, "", "asked"), source)
    if not outside:
        portrait.name("asked_as", said.value, said.count)
