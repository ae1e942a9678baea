"""`diagram`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from hinomi.cli.out import lang, say, t
from hinomi.home import Home
from hinomi.pipeline.diagram import MEDIA, Form, write
from hinomi.texts import Problem


def draw(out: Path, form: str) -> None:
    """Writes the diagram; the form is the ending of the file unless it is said."""
    wanted = form or out.suffix.lstrip(".").lower()
    if wanted not in MEDIA:
        raise Problem("cli.bad_format", format=wanted, known=", ".join(MEDIA))
    content = write(Home(), cast("Form", wanted), "ja" if lang() == "ja" else "en")
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Problem("cli.cannot_write", path=out, reason=error.strerror or error) from error
    say(t("cli.diagram_written", path=out))
