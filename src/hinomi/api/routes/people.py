"""People: who may use Hinomi. For the administrator."""

from __future__ import annotations

from fastapi import APIRouter

from hinomi.api import shapes_people as shapes
from hinomi.api.deps import TheDoor, TheWho
from hinomi.people import ROLES

router = APIRouter(prefix="/api/people", tags=["people"])


@router.get("")
def people(door: TheDoor) -> shapes.People:
    """Everybody who has an account, also those shut out."""
    return shapes.People(
        people=[
            shapes.Person(
                name=one.name, shown=one.shown, role=one.role, second_factor=one.second_factor,
                first_password=one.first, disabled=one.disabled, by=one.by, at=one.at,
            )
            for one in door.people()
        ],
        roles=list(ROLES),
    )  # fmt: skip


@router.post("")
def add(door: TheDoor, who: TheWho, ask: shapes.PersonAsk) -> shapes.FirstPassword:
    """A new person, with a first password that is told here once."""
    made = door.add(ask.name, ask.role, by=who.name, shown=ask.shown)
    return shapes.FirstPassword(name=ask.name, password=made)


@router.post("/{name}/role")
def set_role(door: TheDoor, who: TheWho, name: str, ask: shapes.RoleAsk) -> shapes.People:
    """Another role, from the next question on."""
    door.set_role(name, ask.role, by=who.name)
    return people(door)


@router.post("/{name}/disable")
def disable(door: TheDoor, who: TheWho, name: str) -> shapes.People:
    """Shuts a person out at once."""
    door.set_disabled(name, True, by=who.name)
    return people(door)


@router.post("/{name}/enable")
def enable(door: TheDoor, who: TheWho, name: str) -> shapes.People:
    """Lets a person in again."""
    door.set_disabled(name, False, by=who.name)
    return people(door)


@router.post("/{name}/reset")
def reset(door: TheDoor, who: TheWho, name: str) -> shapes.FirstPassword:
    """A new first password, and no second factor: for who lost one of them."""
    return shapes.FirstPassword(name=name, password=door.reset(name, by=who.name))
