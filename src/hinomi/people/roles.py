"""What a role may do: the one table. Which route needs which right stands in `hinomi.api.permissions`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """One thing a person may be allowed to do."""

    OWN = "own"  # one's own account, sessions and tokens
    LOOK = "look"  # devices, map, findings, duties: what the network is
    PATIENT = "patient"  # theatre and desk: what is about a patient
    EVIDENCE = "evidence"  # heads of packets
    CONTENT = "content"  # content of packets, records taken out
    CARE = "care"  # the clinical engineer's words: corrections, ledger, marks, registers, decisions
    SECURE = "secure"  # the security officer's words: policy, remote maintenance, indicators
    AUDIT = "audit"  # the audit chain
    GOVERN = "govern"  # people and settings


_LOOK = frozenset({Right.OWN, Right.LOOK})
_CARE = _LOOK | {Right.PATIENT, Right.EVIDENCE, Right.CARE}

ROLES: dict[str, frozenset[Right]] = {
    "viewer": _LOOK,
    "clinical_engineer": _CARE,
    "security_officer": _CARE | {Right.SECURE, Right.CONTENT},
    "auditor": _LOOK | {Right.AUDIT},
    # In a small hospital one person is all of these.
    "administrator": frozenset(Right),
}

# A token is a program: it signs in for nobody and makes no people.
TOKEN_RIGHTS = frozenset(Right) - {Right.OWN, Right.GOVERN}


@dataclass(frozen=True, slots=True)
class Who:
    """The person who asks, and what they may do at this moment."""

    name: str
    shown: str
    role: str
    rights: frozenset[Right]
    session: str = ""  # id; "" for a token and for the operator of this machine
    token: str = ""  # id
    todo: tuple[str, ...] = ()  # password | second_factor: to be done before anything else
    second_factor: bool = False

    def may(self, right: Right) -> bool:
        return right in self.rights


# Who uses Hinomi before the first person exists.
OPERATOR = Who("operator", "operator", "administrator", frozenset(Right))
