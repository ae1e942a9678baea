"""Lists of known-bad addresses and names: what is loaded, loading one, dropping one."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks

from hinomi.api import shapes_watch as shapes
from hinomi.api.again import work_out_again
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import when
from hinomi.texts import Problem

router = APIRouter(prefix="/api/indicators", tags=["indicators"])


@router.get("")
def lists(home: TheHome) -> shapes.IndicatorLists:
    """The lists that were loaded, newest first, and how many findings each led to."""
    found = home.state.findings(detection="known_bad").items
    return shapes.IndicatorLists(
        lists=[
            shapes.IndicatorList(
                id=one.id,
                name=one.name,
                entries=one.count,
                skipped=dict(one.skipped),
                by=one.by,
                at=when(one.at),
                findings=[finding.id for finding in found if finding.facts.get("list") == one.name],
            )
            for one in home.state.indicator_lists()
        ]
    )


@router.post("")
def load(home: TheHome, actor: TheActor, ask: shapes.IndicatorsAsk, later: BackgroundTasks) -> shapes.IndicatorLists:
    """Loads a list (STIX 2.1, MISP JSON, or one entry a line); the whole history is then held against it."""
    from hinomi.watch.indicators import read

    try:
        got = read(ask.text, ask.name)
    except ValueError as error:
        raise Problem("indicators.unreadable", path=ask.name, reason=error) from error
    rows = [(one.kind, one.value, one.label, one.until) for one in got.indicators]
    home.state.put_indicators(ask.name, rows, got.skipped, by=actor.name)
    later.add_task(work_out_again, home)
    return lists(home)


@router.post("/{id}/drop")
def drop(home: TheHome, actor: TheActor, id: str, ask: ReasonAsk) -> shapes.IndicatorLists:
    """Forgets a list. What it found stays."""
    home.state.drop_indicators(id, by=actor.name, reason=ask.reason.strip())
    return lists(home)
