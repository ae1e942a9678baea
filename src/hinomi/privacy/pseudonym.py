"""Pseudonyms of patients outside the wire: those of `wire/crates/model/src/keys.rs`, a test holds them together."""

from __future__ import annotations

import unicodedata

from blake3 import blake3

from hinomi.privacy.secret import Secret

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def patient(key: Secret, id: str) -> str:
    """Pseudonym of a patient identifier; white space, case and leading zeros of a number do not count."""
    folded = "".join(c for c in id if not c.isspace() and unicodedata.category(c) != "Cc").upper()
    if folded and folded.isascii() and folded.isdigit():
        folded = folded.lstrip("0") or "0"
    if not folded:
        return ""
    digest = blake3(b"patient\0" + folded.encode(), key=key.reveal()).digest()
    number = int.from_bytes(digest[:9], "big")
    return "P-" + "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(13))
