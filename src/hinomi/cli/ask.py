"""`ask`: one SELECT over the records."""

from __future__ import annotations

import getpass

from hinomi.cli.out import complain, put_json, put_table, t
from hinomi.home import Home


def answer(query: str, *, json: bool) -> None:
    home = Home()
    home.state.audit(getpass.getuser(), "records.asked", "", {"sql": query})
    told = home.history.ask(query)
    if json:
        put_json(told.table.to_pylist())
    else:
        heads = told.table.column_names
        put_table(heads, (["–" if v is None else str(v) for v in row.values()] for row in told.table.to_pylist()))
    if told.more:
        complain(t("cli.ask_more", rows=told.table.num_rows), t("cli.ask_more_hint"))
