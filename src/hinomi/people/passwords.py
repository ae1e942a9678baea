"""Passwords: Argon2id, and the rule of the ministry's guideline (edition 6.0).

13 letters or more stand alone, 8 or more with a second factor; nobody has to change one regularly.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hinomi.privacy.secret import Secret
from hinomi.texts import Problem

ALONE_MIN = 13
WITH_SECOND_MIN = 8
LETTERS_MAX = 200
# 19 MiB and two passes: what OWASP names as the least; on a small computer a tenth of a second.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Whoever guesses must not take the whole machine.
_at_once = threading.BoundedSemaphore(2)
# Compared with when nobody has the name, so that the answer takes the same time.
_NOBODY = _hasher.hash(secrets.token_hex(16))

# Words that passwords in hospitals are made of. What is left after taking away one of these, digits and
# signs must still be a password.
_OBVIOUS = (
    "password", "passw0rd", "pasuwado", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "1qaz2wsx",
    "1q2w3e4r", "abcdefgh", "abcd", "abc", "administrator", "admin", "welcome", "letmein", "changeme", "iloveyou",
    "hospital", "byouin", "byoin", "byoinn", "clinic", "kanri", "iryou", "iryo", "kango", "nurse", "doctor", "hinomi",
    "network", "security", "secret", "default", "guest", "user", "test", "root", "system", "server", "medical", "me",
)  # fmt: skip
_LEAST_LEFT = 4


def read(value: str) -> Secret:
    """What a person typed, in one form: the same letters from another keyboard are the same password."""
    return Secret(unicodedata.normalize("NFKC", value).encode("utf-8", "surrogatepass"))


def check_rule(password: Secret, *, name: str) -> bool:
    """Whether the password is so short that it needs a second factor.

    Raises:
        Problem: it is too short even then, too long, or one that is guessed first.
    """
    text = password.reveal().decode("utf-8", "replace")
    if len(text) > LETTERS_MAX:
        raise Problem("people.password_long", most=LETTERS_MAX)
    if len(text) < WITH_SECOND_MIN:
        raise Problem("people.password_short", alone=ALONE_MIN, least=WITH_SECOND_MIN)
    if _obvious(text, name):
        raise Problem("people.password_obvious")
    return len(text) < ALONE_MIN


def _obvious(text: str, name: str) -> bool:
    left = text.lower()
    if len(set(left)) < 5:
        return True
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(left)}
    if steps <= {0, 1} or steps <= {0, -1}:
        return True
    for word in (name.lower(), *_OBVIOUS):
        if len(word) > 1:
            left = left.replace(word, "")
    left = "".join(letter for letter in left if letter.isalpha())
    return len(set(left)) < _LEAST_LEFT and len(left) < len(text) / 2


def make() -> str:
    """A first password, to be told once: five groups without letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def hashed(password: Secret) -> str:
    with _at_once:
        return _hasher.hash(password.reveal())


def fits(kept: str, password: Secret) -> bool:
    """Whether the password is the one of the hash; takes as long when there is none ("")."""
    with _at_once:
        try:
            return _hasher.verify(kept or _NOBODY, password.reveal()) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """The hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(kept)
