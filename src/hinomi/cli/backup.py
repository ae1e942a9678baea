"""`backup`, `restore`."""

from __future__ import annotations

from pathlib import Path

from hinomi.cli.out import complain, note, put_json, say, t
from hinomi.home import Home, default_path
from hinomi.pipeline import backup


def make(out: Path, *, check: bool, by: str, json: bool) -> int:
    """Exit code 0; with `check` only looks."""
    if check:
        held = backup.check(out)
        if json:
            put_json(held)
        else:
            say(
                t("cli.backup_whole", path=out, site=held.site, made_at=held.made_at, files=held.files,
                  entries=held.audit_entries)
            )  # fmt: skip
        return 0
    held = backup.make(Home(), out, by=by)
    if json:
        put_json(held)
    else:
        say(t("cli.backup_made", path=out, files=held.files, mib=held.bytes >> 20))
        note(t("cli.backup_not_in"))
    if held.audit_broken_at is not None:
        complain(t("cli.backup_audit_broken", seq=held.audit_broken_at), t("cli.audit_broken_hint"))
    return 0


def restore(file: Path, *, replace: bool, by: str) -> None:
    home = default_path()
    held, moved = backup.restore(file, home, by=by, replace=replace)
    say(t("cli.restored", site=held.site, made_at=held.made_at, path=home))
    if moved:
        note(t("cli.restored_moved", path=moved))
