"""Prints the OpenAPI description, written canonically: `python -m hinomi.api.describe`."""

from __future__ import annotations

import json
import sys
import tempfile


def description() -> str:
    """The description as JSON text with sorted keys; the version of the program is left out."""
    from hinomi.api.app import create_app

    with tempfile.TemporaryDirectory() as home:
        app = create_app(home)
        said = app.openapi()
        app.state.home.close()
    said["info"]["version"] = "0"
    return json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(description())
