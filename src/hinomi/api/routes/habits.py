"""What is usual for a device: read, and answered by people."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks

from hinomi.api import shapes_habits as shapes
from hinomi.api.again import work_out_again
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.problems import not_found
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import when, when_or_none

router = APIRouter(prefix="/api/devices/{id}/habits", tags=["devices"])


@router.get("")
def habits(home: TheHome, id: str) -> shapes.Habits:
    """Whom it talks with, for what, when and how much, as learnt and as people said."""
    from hinomi.pipeline.habits import page

    if home.state.device(id) is None:
        raise not_found()
    told = page(home, id)
    return shapes.Habits(
        device=id,
        days=told.days,
        hours=told.hours,
        class_peers=told.class_peers,
        lines=[
            shapes.HabitLine(
                kind=line.kind,
                value=line.value,
                label=line.label,
                device=line.kind == "peer" and line.label != line.value,
                standing=line.standing,
                way="unheard" if line.asks is None else "asks" if line.asks else "answers",
                days=len(line.habit.days) if line.habit else 0,
                services=sorted(line.habit.services)[:8] if line.habit else [],
                sent_bytes=line.habit.sent_usual if line.habit else 0,
                last=when_or_none(line.habit.last if line.habit else None),
                word=line.word.id if line.word else "",
                by=line.word.by if line.word else "",
                at=when(line.word.at) if line.word else None,
                reason=line.word.reason if line.word else "",
            )
            for line in told.lines
        ],
        left_out=told.left_out,
    )


@router.post("")
def say(home: TheHome, actor: TheActor, id: str, ask: shapes.HabitAsk, later: BackgroundTasks) -> shapes.Habits:
    """Keeps a person's word: this is usual for this device, or it is not. The watch then follows it."""
    if home.state.device(id) is None:
        raise not_found()
    home.state.registers.say_habit(id, ask.kind, ask.value.strip(), ask.usual, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return habits(home, id)


@router.post("/{word}/undo")
def unsay(home: TheHome, actor: TheActor, id: str, word: str, ask: ReasonAsk, later: BackgroundTasks) -> shapes.Habits:
    """Takes a word back: what was learnt counts again."""
    if home.state.device(id) is None:
        raise not_found()
    home.state.registers.unsay_habit(word, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return habits(home, id)
