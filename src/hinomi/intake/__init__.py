"""What other sensors and routers wrote → the same six records that the wire gives.

    sniff.py     which kind of file is it: told by its content
    rows.py      rows of a log become Arrow batches; each points to its file and line
    zeek.py      logs of Zeek, as columns (TSV) or as JSON lines
    eve.py       Suricata's EVE, JSON lines
    netflow.py   NetFlow v5, v9 and IPFIX: raw datagrams, or a capture of the export
    events/      syslog, logs of firewalls and VPN servers, Windows events
    heard.py     lines of syslog that the tap heard, read as those of a file
    log.py       the reader that `hinomi read` iterates over, as it does over the wire's

A row of a log says less than a packet: what the other sensor did not tell stays empty and is never
guessed. Names of users, files and paths are masked as the wire masks them.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

__all__ = ["LINES", "could_be_log", "has_lines"]

# Limit of the wire that makes it hand out lines of syslog, of each connection.
LINES = {"log_lines_max": 100_000}


def has_lines(record: str, batch: Any) -> bool:
    """Whether a batch of the wire may hold lines of syslog, which `heard.HeardLines` must take out of it."""
    return record == "exchange" and "line" in batch.column("operation").dictionary.to_pylist()


def could_be_log(path: str) -> bool:
    """A quick look, for which nothing heavy is loaded: false for every capture."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(4)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path, "rb") as unpacked:
                head = unpacked.read(4)
        elif head == b"\x28\xb5\x2f\xfd":
            return any(part in (".log", ".json", ".jsonl", ".txt", ".xml", ".evtx") for part in Path(path).suffixes)
    except (OSError, EOFError):
        return False  # whoever opens it says why
    if head[:2] in (b"\0\x05", b"\0\x09", b"\0\x0a", b"\xff\xfe", b"\xfe\xff") or head[:3] == b"\xef\xbb\xbf":
        return True  # NetFlow, or text behind its byte order mark
    # Text, or the head of an `.evtx` file; no capture begins with four letters of which each could be one.
    return len(head) == 4 and all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in head) and head != b"\n\r\r\n"
