"""`serve`."""

from __future__ import annotations

from hinomi.cli.out import complain, say, t
from hinomi.home import Home


def serve(host: str, port: int, *, open_browser: bool) -> int:
    """Serves API and console until it is stopped; returns the exit code."""
    from hinomi import api

    try:
        # Flushed at once: scripts wait for the address.
        api.serve(Home(), host, port, open_browser=open_browser, say=lambda address: _announce(address))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        complain(t("cli.cannot_listen", host=host, port=port, reason=error.strerror), t("cli.cannot_listen_hint"))
        return 1
    except Exception as error:
        if type(error).__name__ != "NotLocalError":
            raise
        sentence, _, hint = str(error).partition("\nhint: ")
        complain(sentence, hint)
        return 2
    return 0


def _announce(address: str) -> None:
    import sys

    say(address)
    sys.stdout.flush()
