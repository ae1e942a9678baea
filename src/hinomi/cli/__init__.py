"""The command line. `main` is the entry; every command loads what it needs when it runs."""

from __future__ import annotations


def main() -> None:
    """Runs `hinomi` with the arguments of the process. Exit codes: docs/cli.md."""
    from hinomi.cli.run import run

    run()
