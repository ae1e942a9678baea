"""`History`: questions to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.model import EvidenceRef
from hinomi.store.history.evidence import EvidenceFile
from hinomi.store.state.state import State

if TYPE_CHECKING:
    import pyarrow as pa

RECORDS = ("flow", "clue", "exchange", "reading", "note", "coverage", "conversation")

# Columns of a conversation row: who talked to whom with what, by the hour. (name, Arrow type)
CONVERSATION_SCHEMA: tuple[tuple[str, str], ...] = (
    ("site", "string"),
    ("hour", "int64"),  # start of the hour, ns
    ("client_mac", "string"),
    ("client_ip", "string"),
    ("server_mac", "string"),
    ("server_ip", "string"),
    ("vlan", "uint16"),  # null: untagged
    ("proto", "string"),
    ("server_port", "uint16"),
    ("service", "string"),  # null: not recognised
    ("flows", "uint64"),
    ("answered", "uint64"),
    ("refused", "uint64"),
    ("unanswered", "uint64"),
    ("half_heard", "uint64"),
    ("bytes_up", "uint64"),  # IP-layer bytes from the client
    ("bytes_down", "uint64"),
    ("packets", "uint64"),  # both ways
    ("first", "int64"),
    ("last", "int64"),
    ("names", "list<string>"),  # SNI, HTTP Host …; at most 8
    ("capture", "string"),  # best evidence: first packet of the first answered flow, else of the first
    ("packet", "uint64"),
    ("offset", "uint64"),
)


class History:
    """The rows of one site. Opens files lazily; safe to use from several threads."""

    def __init__(self, path: Path, state: State) -> None:
        self.path = path
        self._state = state

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Runs DuckDB SQL over the views (read only) and returns an Arrow table.

        `?` in `query` stands for `params` in order; a list parameter works with
        `= ANY(?)`. New rows of finished runs are seen by the next call.

        Raises:
            duckdb.Error: the SQL is wrong.
        """
        raise NotImplementedError

    def table(
        self,
        record: str,
        columns: Sequence[str] | None = None,
        *,
        where: str = "",
        params: Sequence[Any] = (),
        order_by: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Rows of a record. `where` and `order_by` are SQL; values go into `params`, never into it.

        Raises:
            ValueError: unknown record or column.
        """
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """Rows per record."""
        raise NotImplementedError

    def span(self) -> tuple[int, int] | None:
        """First and last packet heard, ns; None while nothing was."""
        raise NotImplementedError

    def clues_merged(self) -> pa.Table:
        """All clues over all captures, one row per (site, host, vlan, attribute, value, protocol, port).

        Columns are those of `clue`: count summed, first the earliest, last the latest; capture,
        packet and offset are those of the earliest sighting that has a packet.
        """
        raise NotImplementedError

    def conversations(self, *, where: str = "", params: Sequence[Any] = (), by_hour: bool = True) -> pa.Table:
        """Conversations over all captures, merged (CONVERSATION_SCHEMA).

        With `by_hour=False` the hours fall together and `hour` is the first one.
        """
        raise NotImplementedError

    def evidence(self, capture: str | EvidenceRef) -> EvidenceFile:
        """The file a reference points into; the file may have gone since, which it then says."""
        raise NotImplementedError

    def packet(self, ref: EvidenceRef) -> dict[str, Any]:
        """The packet behind a claim, as `hinomi._wire.packet` gives it.

        Raises:
            hinomi.texts.Problem: the capture has gone or changed (evidence.gone, …).
        """
        raise NotImplementedError

    def refresh(self) -> None:
        """Looks at once for new files; `sql` does so by itself."""
        raise NotImplementedError

    def remove_unnamed(self) -> list[str]:
        """Removes files that the state does not name; only with the writer's lock held."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
