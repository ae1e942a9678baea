"""`evidence bundle`, `evidence verify`."""

from __future__ import annotations

from pathlib import Path

from hinomi.cli.out import complain, note, put_json, say, t
from hinomi.home import Home
from hinomi.texts import Problem


def make(finding: str, out: Path, *, by: str, reason: str) -> None:
    from hinomi.pipeline import bundle

    home = Home()
    manifest = bundle.make(home, finding, out, by=by, reason=reason)
    packets = sum(1 for name in manifest["files"] if name.startswith("packets/"))
    key = bundle.fingerprint(bytes.fromhex(manifest["public_key"]))
    say(t("bundle.made", path=out, packets=packets, key=key))
    for what in manifest["missing"]:
        note(t("bundle.missing", what=what))


def verify(file: Path, *, json: bool) -> int:
    """Exit code 0 when it holds, else 1."""
    from hinomi.pipeline import bundle

    found = bundle.verify(file, Home())
    if json:
        put_json(found)
        return 1 if found.problem else 0
    if found.problem:
        id = "bundle.incomplete" if found.problem == "missing" else f"bundle.{found.problem}"
        problem = Problem(id, path=file, name=found.name)
        from hinomi.cli.out import lang

        complain(problem.sentence(lang()), problem.hint(lang()))
        return 1
    manifest = found.manifest
    say(t("bundle.whole", by=manifest["by"], at=manifest["made_at"], finding=manifest["finding"]))
    say(t("bundle.own" if found.own_key else "bundle.other", key=found.fingerprint))
    return 0
