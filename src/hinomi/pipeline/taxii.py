"""Indicators from a TAXII 2.1 server (OASIS): the objects of one collection, asked for page by page.

Only asked when a person, or a clock that a person set, says so: nothing leaves the hospital by itself.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from hinomi.texts import Problem

MEDIA = "application/taxii+json;version=2.1"
BYTES_MAX = 100_000_000
PAGE = 500  # objects asked for at once; a server may give fewer
PAGES_MAX = 1_000
WAIT_S = 30.0


def fetch(url: str, user: str = "", secret: str = "") -> str:
    """The indicators of the collection at `url` (`…/collections/ID/`) as one STIX bundle.

    `secret` is the password of `user`, or a bearer token where no user is given.

    Raises:
        Problem: the server cannot be reached, refuses, or answers something else.
    """
    import httpx

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "/collections/" not in parts.path:
        raise Problem("indicators.no_collection", url=_shown(url))
    headers = {"Accept": MEDIA}
    if secret and not user:
        headers["Authorization"] = f"Bearer {secret}"
    objects: list[Any] = []
    wanted: dict[str, str] = {"match[type]": "indicator", "limit": str(PAGE)}
    size = 0
    address = url.removesuffix("objects/").removesuffix("objects").rstrip("/") + "/objects/"
    try:
        with httpx.Client(timeout=WAIT_S, auth=(user, secret) if user else None, headers=headers) as client:
            for _ in range(PAGES_MAX):
                answer = client.get(address, params=wanted)
                answer.raise_for_status()
                size += len(answer.content)
                if size > BYTES_MAX:
                    raise Problem("indicators.too_long", path=_shown(url), most=BYTES_MAX // 1_000_000)
                page = json.loads(answer.content or b"{}")
                if not isinstance(page, dict):
                    raise ValueError("this is no envelope of objects")
                objects += page.get("objects", [])
                if not page.get("more") or not page.get("next"):
                    break
                wanted["next"] = str(page["next"])
    except (httpx.HTTPError, ValueError) as error:
        told = getattr(getattr(error, "response", None), "status_code", "") or type(error).__name__
        raise Problem("indicators.not_fetched", url=_shown(url), reason=told) from error
    return json.dumps({"type": "bundle", "objects": objects})


def _shown(url: str) -> str:
    """Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme else url[:80]
