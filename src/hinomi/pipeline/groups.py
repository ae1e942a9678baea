"""Unknown devices that are alike: shown as groups, named by a person once, taught on request."""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.inventory import teach
from hinomi.inventory.index import HostIndex
from hinomi.model import Device
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

NAMED = ("type", "manufacturer", "model", "department")


@dataclass(frozen=True, slots=True)
class Group:
    """Devices alike in everything that tells kinds of devices apart."""

    id: str
    members: list[Device]
    shared: list[tuple[str, str]]  # clues that all of them let out, most telling first
    lesson: teach.Lesson | None  # what could be taught


def groups(home: Home) -> list[Group]:
    """Groups of unknown devices, largest first."""
    everybody = home.state.all_devices()
    by: dict[str, list[Device]] = {}
    for device in everybody:
        if device.group:
            by.setdefault(device.group, []).append(device)
    if not by:
        return []
    told = _told(home, everybody)
    out = []
    for id, members in by.items():
        shared = set.intersection(*(told.get(device.id, set()) for device in members))
        out.append(
            Group(
                id,
                members,
                sorted(shared, key=lambda one: (-teach.TELLING[one[0]], one)),
                teach.lesson(members, everybody, told),
            )
        )
    return sorted(out, key=lambda group: (-len(group.members), group.id))


def _told(home: Home, everybody: list[Device]) -> dict[str, set[tuple[str, str]]]:
    wanted = ", ".join(f"'{clue}'" for clue in teach.TELLING)
    rows = home.history.sql(
        f"SELECT DISTINCT host_mac, host_ip, attribute, value, first FROM clue WHERE attribute IN ({wanted})"
    ).to_pylist()
    index = HostIndex(everybody)
    found = []
    for row in rows:
        device = index.device_of(row["host_mac"] or "", row["host_ip"] or "", None, int(row["first"]))
        if device is not None:
            found.append((device, str(row["attribute"]), str(row["value"])))
    return teach.told_by(found)


def name(
    home: Home, id: str, gives: Mapping[str, str], *, by: str, reason: str, teaching: bool = False
) -> tuple[list[str], str]:
    """Sets the attributes on every device of a group, as a person's word; with `teaching`, keeps an entry too.

    Returns the ids of the decisions, and the name of the entry's file ('' when nothing was taught).

    Raises:
        hinomi.texts.Problem: no such group, nothing said, or nothing that could be taught.
    """
    said = {attribute: gives[attribute].strip() for attribute in NAMED if gives.get(attribute, "").strip()}
    if not said:
        raise Problem("group.nothing_said", known=", ".join(NAMED))
    group = next((one for one in groups(home) if one.id == id), None)
    if group is None:
        raise Problem("group.unknown", id=id)
    if teaching and group.lesson is None:
        raise Problem("group.nothing_to_teach", id=id)
    made = home.state.decide_devices([device.id for device in group.members], said, by=by, reason=reason)
    file = ""
    if teaching and group.lesson is not None:
        file = _keep(home, group.lesson, said, by)
        home.state.audit(by, "knowledge.teach", file, {"clue": group.lesson.clue, "value": group.lesson.value, **said})
    return [decision.id for decision in made], file


def _keep(home: Home, taught: teach.Lesson, said: Mapping[str, str], by: str) -> str:
    """Writes the entry whole or not at all."""
    home.knowledge_path.mkdir(exist_ok=True)
    number = secrets.token_hex(4)
    text = teach.entry(f"own.{number}", taught, said, by=by, today=datetime.datetime.now(datetime.UTC).date())
    target: Path = home.knowledge_path / f"own-{number}.toml"
    temporary = target.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)
    return target.name
