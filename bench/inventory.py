"""How long it takes to name many devices, and in how much memory: `bench/inventory.py`.

The clues and conversations that the bundled capture gives are multiplied: each copy of the hospital gets hardware
addresses, subnets, serials and host names of its own, and each row is heard again on as many days as it takes to
reach the number of clues. Making them is not timed. What is timed, in a process of its own: the merging of the
rows of all days, and `hinomi.inventory.resolve`, as `hinomi read` and `hinomi refresh` do both.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"
CAPTURE = ROOT / "cases" / "first-light" / "capture.pcap.zst"
DAY_NS = 86_400_000_000_000
COPIES_PER_BATCH = 12
NAMED = (".serial", "hostname", "host_name", "spoken_for_as")


class Copier:
    """Words of one hospital → words of its n-th copy. Copy 0 is the hospital itself."""

    def __init__(self, words: set[str]) -> None:
        self.subnets = sorted({word.rpartition(".")[0] for word in words if _inside4(word)})

    def word(self, word: str, copy: int) -> str:
        if copy == 0 or not word:
            return word
        if len(word) == 17 and word.count(":") == 5:
            parts = word.split(":")
            own = int(parts[3] + parts[4], 16) ^ (copy * 16)
            return ":".join([*parts[:3], f"{own >> 8 & 255:02x}", f"{own & 255:02x}", parts[5]])
        net, _, host = word.rpartition(".")
        if net in self.subnets and _inside4(word):
            number = copy * len(self.subnets) + self.subnets.index(net)
            return f"10.{number >> 8}.{number & 255}.{host}"
        if word.startswith("fe80:"):
            return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(word)) + (copy << 64)))
        return word


def _inside4(word: str) -> bool:
    try:
        return ":" not in word and word.count(".") == 3 and ipaddress.IPv4Address(word).is_private and word[0] == "1"
    except ValueError:
        return False


def rows_of_the_capture() -> dict[str, pa.Table]:
    from hinomi import _wire
    from hinomi.conversations import build

    batches: dict[str, list[pa.RecordBatch]] = {}
    for record, batch in _wire.Reader(str(CAPTURE), site="bench", sensor="tap", key=bytes(range(32))):
        batches.setdefault(record, []).append(pa.record_batch(batch))
    flows = pa.Table.from_batches(batches["flow"])
    return {"clue": pa.Table.from_batches(batches["clue"]), "conversation": build(flows)}


ADDRESSES = ("host_mac", "host_ip", "client_mac", "client_ip", "server_mac", "server_ip")
TIMES = ("first", "last", "hour")


def multiply(table: pa.Table, copies: int, days: int, target: Path) -> int:
    """Writes the copies of a table as one segment; returns its rows."""
    columns = {name: table.column(name).to_pylist() for name in table.column_names if name in ADDRESSES}
    values = table.column("value").to_pylist() if "value" in table.column_names else []
    clues = table.column("attribute").to_pylist() if values else []
    copier = Copier({word for words in columns.values() for word in words})
    rows = 0
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        for low in range(0, copies, COPIES_PER_BATCH):
            parts = []
            for copy in range(low, min(low + COPIES_PER_BATCH, copies)):
                part = table
                for name, words in columns.items():
                    part = _put(part, name, [copier.word(word, copy) for word in words])
                if values:
                    told = [
                        f"{value}-{copy}" if copy and clue.endswith(NAMED) else copier.word(value, copy)
                        for value, clue in zip(values, clues, strict=True)
                    ]
                    part = _put(part, "value", told)
                parts.append(part)
            batch = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
            for day in range(days):
                for one in _later(batch, day).to_batches():
                    stream.write_batch(one)
                    rows += one.num_rows
    return rows


def _put(table: pa.Table, name: str, words: list[Any]) -> pa.Table:
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(place), pa.array(words, table.schema.field(place).type))


def _later(table: pa.Table, day: int) -> pa.Table:
    import pyarrow.compute as pc

    for name in TIMES if day else ():
        if name in table.column_names:
            place = table.schema.get_field_index(name)
            field = table.schema.field(place)
            moved = pc.add(table.column(name).cast(pa.int64()), day * DAY_NS).cast(field.type)
            table = table.set_column(place, field, moved)
    return table


def measure(folder: Path) -> None:
    """Prints one line of JSON; run in a process of its own, so that its memory is its own."""
    from hinomi.columns import Columns
    from hinomi.inventory import knowledge, resolve
    from hinomi.pipeline.stages import no_garbage
    from hinomi.store.history.merging import merged_clues, one_each
    from hinomi.store.history.segment import read_segment

    knowledge.load()
    found = {name: pa.Table.from_batches(read_segment(folder / f"{name}.arrows")) for name in ("clue", "conversation")}
    began, spent = time.perf_counter(), time.process_time()
    with no_garbage():
        clues = merged_clues(found["clue"])
        conversations = one_each(found["conversation"])
        merged = time.perf_counter()
        held = [Columns.of(clues), Columns.of(conversations)]
        inventory = resolve("bench", clues, conversations)
        ended = time.perf_counter()
    del held
    result = {
        "clues": found["clue"].num_rows,
        "merged": clues.num_rows,
        "conversations": found["conversation"].num_rows,
        "devices": len(inventory.devices),
        "merging_s": round(merged - began, 1),
        "resolve_s": round(ended - merged, 1),
        "cpu_s": round(time.process_time() - spent, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }
    print(json.dumps(result))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--devices", type=int, default=50_000)
    parser.add_argument("--clues", type=int, default=10_000_000)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return 0
    from hinomi.inventory import resolve

    rows = rows_of_the_capture()
    alone = sum(not device.outside for device in resolve("bench", rows["clue"], rows["conversation"]).devices)
    copies = -(-options.devices // alone)
    days = max(1, -(-options.clues // (copies * rows["clue"].num_rows)))
    folder = OUT / f"inventory-{options.devices}-{options.clues}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in rows.items():
        multiply(table, copies, days, folder / f"{name}.arrows")
    print(f"{copies} hospitals of {alone} devices, heard on {days} days", file=sys.stderr)
    done = subprocess.run([sys.executable, __file__, "--measure", str(folder)], check=False)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
