"""Settings of Hinomi itself: what is listened to, what is kept, its languages, its backup."""

from __future__ import annotations

import os
import shutil
import tempfile
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from hinomi.api import shapes_settings as shapes
from hinomi.api.deps import TheActor, TheDoor, TheHome, TheLook, TheWho
from hinomi.api.routes.coverage import captures, sensors
from hinomi.api.routes.overview import program_version, told_listening
from hinomi.api.words import when, when_or_none
from hinomi.people import OPERATOR, passwords
from hinomi.store.state import AuditFilter
from hinomi.texts import Problem

router = APIRouter(prefix="/api", tags=["settings"])

CAPTURES_SHOWN = 20
BACKUPS_SHOWN = 5
_PIECE = 1 << 20


@router.get("/settings")
def settings(home: TheHome, look: TheLook) -> shapes.Settings:
    """Everything on the page of settings."""
    read, told = captures(home), home.settings
    span = look.span
    sizes: dict[str, tuple[int, bool]] = {
        "records": (_size(home.history_path), True),
        "packets": (_size(home.evidence_path), False),
        "theatre": (_size(home.path / "theatre"), False),
        "state": (sum(_size(path) for path in home.path.glob("state.db*")), True),
        "documents": (sum(_size(path) for path in (home.documents_path, home.knowledge_path)), True),
    }
    return shapes.Settings(
        site=home.site,
        site_name=told.site_name,
        language=cast("Any", told.language if told.language in ("ja", "en") else ""),
        time_zone=told.time_zone,
        version=program_version(),
        database="server" if told.database_url and not told.database_url.startswith("sqlite") else "sqlite",
        listening=told_listening(home),
        sensors=sensors(home, look),
        newest_captures=sorted(read, key=lambda one: one.read_at, reverse=True)[:CAPTURES_SHOWN],
        captures=len(read),
        kept=[
            shapes.Kept(what=cast("Any", what), bytes=size, in_backup=inside) for what, (size, inside) in sizes.items()
        ],
        free_bytes=shutil.disk_usage(home.path).free,
        kept_from=when_or_none(span[0] if span else 0),
        kept_to=when_or_none(span[1] if span else 0),
        backups=[
            shapes.BackupTold(at=when(one.at), by=one.actor)
            for one in home.state.find_audit(AuditFilter(act="home.backup"), BACKUPS_SHOWN)
        ],
    )


@router.post("/settings")
def change(home: TheHome, look: TheLook, actor: TheActor, ask: shapes.SettingsAsk) -> shapes.Settings:
    """Changes name, language and time zone, in `settings.toml`."""
    try:
        zoneinfo.ZoneInfo(ask.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Problem("home.settings_time_zone", name=ask.time_zone) from error
    values = ask.model_dump()
    before = {name: getattr(home.settings, name) for name in values}
    home.change_settings(**values)
    home.state.audit(actor.name, "settings.change", home.site, {"before": before, "after": values})
    return settings(home, look)


@router.post(
    "/backup",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def backup(request: Request, home: TheHome, door: TheDoor, who: TheWho, ask: shapes.BackupAsk) -> StreamingResponse:
    """All that Hinomi knows as one file. It holds keys and patient-related rows: the password is asked once more."""
    from hinomi.pipeline.backup import make

    if who is not OPERATOR:
        address = request.client.host if request.client else ""
        door.ask_again(who, passwords.read(ask.password.get_secret_value()), address=address)
    with tempfile.TemporaryDirectory(dir=home.staging_path, prefix="backup-out-") as folder:
        out = Path(folder) / "hinomi.backup"
        make(home, out, by=who.name)
        descriptor = os.open(out, os.O_RDONLY | os.O_CLOEXEC)  # the name goes, the bytes stay until they are sent

    def pieces() -> Iterator[bytes]:
        with os.fdopen(descriptor, "rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    name = f"hinomi-{datetime.now(UTC):%Y%m%d-%H%M}.backup"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(os.fstat(descriptor).st_size),
    }
    return StreamingResponse(pieces(), media_type="application/octet-stream", headers=headers)


def _size(path: Path) -> int:
    """Bytes on disk below a path; what goes meanwhile counts nothing."""
    total = 0
    for one in [path] if path.is_file() else path.rglob("*"):
        try:
            total += one.stat().st_size if one.is_file() else 0
        except OSError:
            continue
    return total
