"""From the arguments of the process to an exit code."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from hinomi.texts import LANGUAGES, Problem, language

OK, PROBLEM, BAD_INPUT, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 130

# Problems of what was asked for, not of the machine.
_BAD_INPUT = ("device.", "finding.", "decision.", "zone.", "mark.", "cli.", "input.")


def run() -> NoReturn:
    """Runs the command named by `sys.argv` and ends the process."""
    os.environ["HINOMI_LANG"] = lang = _language()
    _quiet_log()
    sys.meta_path.insert(0, _NoPandas)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads for matrices, of which there are none
    code = OK
    try:
        done = _plain_read(sys.argv[1:])
        if done is None:
            from hinomi.cli.app import build

            build(lang)()
        else:
            code = done
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else PROBLEM
        if isinstance(end.__context__, BrokenPipeError):  # Typer's own answer to it is 1
            code = OK
            _close_output()
    except Problem as problem:
        code = tell(problem, lang)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        _close_output()
    code = _flush(code)
    sys.stderr.flush()
    # Everything is on disk by now. To take a million objects apart one by one would only cost time.
    os._exit(code)


READ_FLAGS = {"--keep": "keep", "--json": "json", "--quiet": "quiet", "-q": "quiet", "--netflow": "netflow"}


def _plain_read(arguments: list[str]) -> int | None:
    """`read` in its common form without Typer, for whose start the first packet would wait 0.1 s.

    Whatever is not just files and flags is None, and Typer's, which also says what is wrong with it.
    """
    if arguments[:1] != ["read"]:
        return None
    flags = {READ_FLAGS[word] for word in arguments[1:] if word in READ_FLAGS}
    files = [word for word in arguments[1:] if word not in READ_FLAGS]
    if not files or any(word.startswith("-") and word != "-" for word in files):
        return None
    from hinomi.cli.read import read

    kind = "netflow" if "netflow" in flags else ""
    return read(files, keep="keep" in flags, json="json" in flags, quiet="quiet" in flags, kind=kind)


class _NoPandas:
    """Arrow asks of each array whether it is one of pandas', and loads pandas (0.4 s) where it happens to be there."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _quiet_log() -> None:
    """A fault inside is one line; the whole trace only for those who ask with HINOMI_DEBUG=1."""
    import logging

    class OneLine(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            if not os.environ.get("HINOMI_DEBUG"):
                error = record.exc_info[1] if record.exc_info else None
                record.exc_info = record.exc_text = None
                record.msg = f"{record.getMessage()} ({type(error).__name__})" if error else record.getMessage()
                record.args = None
            return super().format(record)

    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("hinomi: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def tell(problem: Problem, lang: str) -> int:
    """Says a problem on standard error; returns the exit code it means."""
    from hinomi.cli.out import complain

    complain(problem.sentence(lang), problem.hint(lang))
    return BAD_INPUT if problem.id.startswith(_BAD_INPUT) else PROBLEM


def _flush(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_output()
    return code


def _close_output() -> None:
    """Whoever read us has seen enough; Python would complain once more while it closes stdout."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - stands until the process ends
    os.dup2(sys.stdout.fileno(), 1)


def _language() -> str:
    """`--lang` wherever it stands among the arguments (it is taken out), else the surroundings."""
    asked = _option("--lang", take=True) or os.environ.get("HINOMI_LANG", "")
    if asked and asked not in LANGUAGES:
        from hinomi.cli.out import complain

        complain(f"There is no language {asked!r}.", "Use --lang ja or --lang en.")
        sys.exit(BAD_INPUT)
    return language(asked, "" if asked else _settled())


def _option(name: str, *, take: bool = False) -> str:
    """Value of an option in `sys.argv`, "" when it is not there."""
    arguments = sys.argv[1:]
    for place, word in enumerate(arguments, 1):
        if word == "--":
            break
        if word.startswith(f"{name}="):
            if take:
                del sys.argv[place]
            return word.removeprefix(f"{name}=")
        if word == name and place < len(arguments):
            value = arguments[place]
            if take:
                del sys.argv[place : place + 2]
            return value
    return ""


def _settled() -> str:
    """The language that the home's settings name; a home that cannot be read says so later."""
    import tomllib
    from pathlib import Path

    from hinomi.home import default_path

    place = Path(_option("--home")) if _option("--home") else default_path()
    try:
        return str(tomllib.loads((place / "settings.toml").read_text("utf-8")).get("language", ""))
    except (OSError, ValueError):
        return ""
