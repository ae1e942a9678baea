"""Advisories of the drop folder held against the devices of now, with SBOMs and people's words."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.inventory.ledger.values import key
from hinomi.model import Device
from hinomi.texts import Problem
from hinomi.vulnerabilities import drop, match, support
from hinomi.vulnerabilities.shapes import STANDINGS, Advisory, Library, Weakness

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.registers import Document


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything known of weaknesses and ends of support now."""

    library: Library
    found: list[Weakness]
    ends: list[support.End]

    def by_advisory(self) -> list[tuple[Advisory, list[Weakness]]]:
        """Advisories that concern a device; what needs a person first: exploited, confirmed, bad, likely."""
        by: dict[str, list[Weakness]] = {}
        for one in self.found:
            by.setdefault(one.advisory, []).append(one)
        rows = [
            (self.library.advisories[id], sorted(all, key=lambda w: STANDINGS.index(w.standing)))
            for id, all in by.items()
        ]
        return sorted(rows, key=lambda row: _urgency(*row))


def _urgency(advisory: Advisory, found: Sequence[Weakness]) -> tuple[object, ...]:
    best = STANDINGS.index(found[0].standing)
    return (best > 1, not advisory.known_exploited, best, -(advisory.score or 0), -(advisory.epss or 0), advisory.id)


def standing(home: Home) -> Standing:
    """Works it out from the drop folder, the state and the documents."""
    library = drop.read(home.advisories_path)
    devices = home.state.all_devices()
    documents = home.state.registers.documents()
    words = [
        match.Word(w.id, w.weakness, w.device, w.standing, w.by, w.reason)
        for w in home.state.registers.weakness_words()
    ]
    found = match.weaknesses(library, devices, components_of(devices, documents), words)
    today = datetime.datetime.now(datetime.UTC).date()
    return Standing(library, found, support.ends(devices, today, _ledger_ends(home)))


def components_of(devices: Sequence[Device], documents: Sequence[Document]) -> dict[str, list[Mapping[str, str]]]:
    """Device.id → components of the SBOMs attached to it or to its make and model."""
    of_device: dict[str, list[Mapping[str, str]]] = {}
    of_model: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for document in documents:
        if document.device:
            of_device.setdefault(document.device, []).extend(document.components)
        elif document.components:
            of_model.setdefault((key(document.manufacturer), key(document.model)), []).extend(document.components)
    for device in devices:
        for (make, model), rows in of_model.items():
            if belongs(device, make, model):
                of_device.setdefault(device.id, []).extend(rows)
    return of_device


def belongs(device: Device, make: str, model: str) -> bool:
    """Whether a document of a make and model (as `key` gives them) is about this device."""
    if not model or key(device.value("model")) != model:
        return False
    own = key(device.value("manufacturer"))
    return not make or not own or make in own or own in make


def _ledger_ends(home: Home) -> dict[str, str]:
    from hinomi.pipeline.ledger import held

    try:
        now = held(home)
    except Problem:
        return {}
    return {m.device.id: m.row.values["support_end"] for m in now.found.matches if m.row.values.get("support_end")}


def add(home: Home, files: Sequence[Path]) -> list[str]:
    """Copies files into the drop folder, each whole or not at all.

    Raises:
        hinomi.texts.Problem: a file cannot be read.
    """
    home.advisories_path.mkdir(exist_ok=True)
    added = []
    for file in files:
        target = home.advisories_path / file.name
        temporary = target.with_name(target.name + ".part")
        try:
            shutil.copyfile(file, temporary)
            temporary.rename(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise Problem("input.unreadable", path=file, reason=error.strerror or error) from error
        added.append(target.name)
    return added


def fetch(home: Home) -> list[str]:
    """Fetches the addresses of `advisory_urls` into the drop folder. Only a person's command calls this.

    Raises:
        hinomi.texts.Problem: none is configured, or one cannot be fetched.
    """
    import urllib.request
    from urllib.parse import urlsplit

    urls = home.settings.advisory_urls.split()
    if not urls:
        raise Problem("weakness.no_url", path=home.advisories_path)
    home.advisories_path.mkdir(exist_ok=True)
    done = []
    for url in urls:
        parts = urlsplit(url)
        name = Path(parts.path).name
        if parts.scheme not in ("https", "http") or not name:
            raise Problem("weakness.not_fetched", url=url, reason="https://…/FILE")
        target = home.advisories_path / name
        temporary = target.with_name(name + ".part")
        try:
            with urllib.request.urlopen(url, timeout=60) as answer, temporary.open("wb") as file:
                shutil.copyfileobj(answer, file)
            temporary.rename(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise Problem("weakness.not_fetched", url=url, reason=error) from error
        home.state.audit("hinomi", "advisory.fetch", name, {"url": url})
        done.append(name)
    return done
