"""The API: what the store knows, for people and programs. Localhost until told otherwise.

app = create_app(home)          # FastAPI, for tests and other servers
serve(home, port=8733)          # prints the address and serves until it is stopped
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinomi.api.app import create_app
    from hinomi.api.server import serve

__all__ = ["create_app", "serve"]


def __getattr__(name: str) -> Any:
    """Loads on first use: a command that serves nothing must not wait for the web framework."""
    if name == "create_app":
        from hinomi.api.app import create_app

        return create_app
    if name == "serve":
        import importlib

        return importlib.import_module("hinomi.api.server").serve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
