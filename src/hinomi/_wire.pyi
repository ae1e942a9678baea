"""The wire: packets in, Arrow batches of the six records out. Built from `wire/crates/bindings`."""

from collections.abc import Iterator
from os import PathLike
from typing import Any, Final, TypedDict, final

RECORDS: Final[list[str]]

class CaptureError(Exception):
    """A capture cannot be read. `sentence` says why, `hint` what to do; both for a person."""

    sentence: str
    hint: str

@final
class Batch:
    """Rows of one record. Takes part in the Arrow PyCapsule interface: `pyarrow.record_batch(batch)`."""

    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class Summary(TypedDict):
    """What was read. Times are UTC nanoseconds of the tap's clock; None when there was no packet."""

    capture_id: str
    format: str  # pcap, pcapng
    compression: str  # none, gzip, zstd
    link_types: list[str]
    unknown_link_types: list[int]
    first: int | None
    last: int | None
    truncated_at: int | None  # byte of the uncompressed capture
    truncated_why: str | None
    drops: int  # packets that the capturing program says it lost
    stopped: bool
    packets: int
    bytes: int
    flows: int
    clues: int
    exchanges: int
    readings: int
    notes: int
    duplicates: int  # copies made by the mirror
    malformed: int
    gap_bytes: int
    evicted: int
    over_limit: int

class Packet(TypedDict):
    packet: int
    offset: int
    time: int
    link_type: int
    wire_length: int
    data: bytes

@final
class Reader:
    """Reads a capture on threads of its own; iterate for (record name, batch).

    `path` may be `-` for standard input. `key` (32 bytes) makes the pseudonyms. `limits` sets limits by
    the names that `engine_limits()` tells. `threads`: workers beside the reading ones (default: as many as
    there are cores); the rows are the same for any number. Memory is constant: reading waits until
    batches are taken. `meanwhile`: the word that rows of a file bear for their capture, whose name is known
    only at the end (`summary`); without it the file is read twice, and rows bear the name.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        site: str,
        sensor: str,
        key: bytes,
        limits: dict[str, int] | None = None,
        threads: int | None = None,
        meanwhile: str | None = None,
    ) -> None: ...
    def __iter__(self) -> Iterator[tuple[str, Batch]]: ...
    def __next__(self) -> tuple[str, Batch]: ...
    def progress(self) -> tuple[int, int, int]:
        """(bytes read of the file, bytes of the file in all (0: a stream), packets); from any thread."""

    def stop(self) -> None:
        """End soon, from any thread; rows that were not taken are lost."""

    def summary(self) -> Summary | None:
        """None before the iteration came to its end."""

def dissectors() -> list[dict[str, Any]]:
    """Name, title, standard, tier, clues, operations, details, notes, readings, tshark and hints of each
    dissector; the first is the engine itself (`flow`)."""

def engine_limits() -> dict[str, tuple[int, str]]:
    """Name → (default, meaning) of every limit that `Reader` takes."""

def capture_id(path: str | PathLike[str]) -> str:
    """The first 16 hex digits of the BLAKE3 of the file as it lies on the disk."""

def packet(path: str | PathLike[str], packet: int, offset: int = 0) -> Packet:
    """One packet by its number; the offset of its record makes it quick in plain pcap files."""

def slice(path: str | PathLike[str], packets: set[int], out_path: str | PathLike[str]) -> int:
    """Write these packets as pcapng; tells how many there were."""

def count(path: str | PathLike[str], stage: str = "engine") -> dict[str, float]:
    """Read without making batches, for measuring: `stage` is read, decode or engine."""

@final
class Ears:
    """Sockets on interfaces, receiving only; `ring_mib` MiB of memory for each. Raises CaptureError."""

    def __init__(self, interfaces: list[str], ring_mib: int) -> None: ...
    def listen(self, out: int, status: int, end: int) -> None:
        """Writes pcapng to `out` and a line of JSON at each beat to `status`, until `end` is closed."""

def confine(role: str, writable: list[int]) -> None:
    """Confines this process for good: `role` is ears or parser, `writable` the descriptors it may write to."""

def parse(
    source: int,
    out: int,
    *,
    capture: str,
    site: str,
    sensor: str,
    key: bytes,
    limits: dict[str, int] | None = None,
    threads: int | None = None,
) -> Summary | None:
    """Reads the stream of `Ears` and writes frames of rows (record's number, length, Arrow stream)."""

def masked(kind: str, text: str, key: bytes) -> str:
    """`text` as it may be kept: `kind` is target (path and query of a URL), file, user or secret."""

def merged_clues(stream: bytes) -> Batch:
    """Clue rows (an Arrow IPC stream) → one per host, clue, value, protocol and port, first heard first.

    The column `seen` tells when the sighting was that is kept as proof.
    """

def conversations(stream: bytes) -> Batch:
    """Flow rows (an Arrow IPC stream) → conversations, in the columns of `CONVERSATION_SCHEMA`."""
