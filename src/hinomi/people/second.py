"""The second factor: a code of the moment (TOTP, RFC 6238), its key sealed with the home's own key."""

from __future__ import annotations

import secrets
from pathlib import Path

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hinomi.privacy.secret import Secret
from hinomi.texts import Problem

STEP_S = 30
DRIFT = 1  # steps that a phone may be early or late
_NS = 1_000_000_000


class Seal:
    """Seals what must be read again later. The key lies in the home, beside the pseudonyms' key, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _key(self) -> AESGCM:
        if not self._path.exists():
            from hinomi.home import write_new

            write_new(self._path, secrets.token_bytes(32), mode=0o600)
        if self._path.stat().st_mode & 0o077:
            raise Problem("home.key_open", path=self._path)
        return AESGCM(self._path.read_bytes())

    def seal(self, value: Secret, person: str) -> str:
        nonce = secrets.token_bytes(12)
        return (nonce + self._key().encrypt(nonce, value.reveal(), person.encode())).hex()

    def open(self, sealed: str, person: str) -> Secret:
        """Raises Problem when it was sealed for another person or with another key."""
        raw = bytes.fromhex(sealed)
        try:
            return Secret(self._key().decrypt(raw[:12], raw[12:], person.encode()))
        except InvalidTag:
            raise Problem("people.seal", path=self._path) from None


def make() -> Secret:
    return Secret(pyotp.random_base32().encode())


def address(key: Secret, person: str, issuer: str) -> str:
    """What the QR code says to the phone."""
    return pyotp.TOTP(key.reveal().decode()).provisioning_uri(name=person, issuer_name=issuer)


def step_of(key: Secret, code: str, now: int) -> int | None:
    """The step whose code this is, near `now` (nanoseconds); None when it is none."""
    code = "".join(code.split())
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    totp = pyotp.TOTP(key.reveal().decode(), interval=STEP_S)
    here = now // _NS // STEP_S
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            found = step
    return found
