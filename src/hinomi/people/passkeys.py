"""Passkeys (WebAuthn): a key in a phone, a computer or a security key proves who one is.

One that checks finger, face or PIN is enough by itself; any is a second factor behind the password.
A passkey belongs to a name: `localhost` on the machine itself, else the name of the certificate or of
`host_name` in the settings. A number (127.0.0.1) can have none, as the standard says.
"""

from __future__ import annotations

import ipaddress
import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hinomi.people.pending import WAITING_S, Pending
from hinomi.people.tries import address_only
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock
from hinomi.store.state.passkeys import Passkey
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.people.door import Door, Entered
    from hinomi.people.roles import Who

_log = logging.getLogger("hinomi.people")
_TRANSPORTS = frozenset(one.value for one in AuthenticatorTransport)
LABEL_MAX = 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """A challenge, and for what it was made. Nothing of it is taken from the answer."""

    purpose: Literal["enrol", "alone", "second"]
    challenge: bytes
    origin: str
    place: str
    person: str = ""


def place_of(origin: str, host_name: str) -> str:
    """The name to which passkeys are bound where the console is opened by `origin`; "" where there can be none."""
    parts = urlsplit(origin)
    host = (parts.hostname or "").lower()
    if host == "localhost":
        return host
    try:
        ipaddress.ip_address(host)
        return ""
    except ValueError:
        pass
    if parts.scheme != "https" or not host or host_name.lower() not in ("", host):
        return ""
    return host


class Passkeys:
    """The part of the door that knows passkeys. `origin` is the address by which the console was opened."""

    def __init__(self, home: Home, door: Door) -> None:
        self._home = home
        self._door = door
        self.pending: Pending[_Asked] = Pending()

    def place(self, origin: str) -> str:
        return place_of(origin, self._home.settings.host_name)

    def of(self, name: str) -> list[Passkey]:
        return self._home.state.passkeys.of(name)

    # --- one's own

    def begin_enrol(self, who: Who, password: Secret, *, origin: str, address: str) -> tuple[str, dict[str, Any]]:
        """A challenge for a new passkey; asks for the password again."""
        place = self._place(origin)
        self._door.again(who, password, address)
        mine = self.of(who.name)
        handle = mine[0].handle if mine else bytes_to_base64url(secrets.token_bytes(32))
        challenge = secrets.token_bytes(32)
        options = webauthn.generate_registration_options(
            rp_id=place,
            rp_name="Hinomi " + (self._home.settings.site_name or self._home.site),
            user_id=base64url_to_bytes(handle),
            user_name=who.name,
            user_display_name=who.shown,
            challenge=challenge,
            timeout=WAITING_S * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
            exclude_credentials=[_named(one) for one in mine if one.place == place],
        )
        asked = _Asked("enrol", challenge, origin, place, f"{who.name} {handle}")
        return self.pending.keep(asked, address), options_to_json_dict(options)

    def confirm_enrol(
        self, who: Who, id: str, credential: dict[str, Any], label: str, *, address: str, agent: str
    ) -> Entered:
        """Keeps the new passkey. All one's sessions end; a new one begins.

        Raises:
            Problem: the answer is none to this challenge, or there are too many.
        """
        asked = self._taken(id, ("enrol",))
        name, handle = asked.person.split(" ")
        if name != who.name:
            raise Problem("people.passkey_over")
        try:
            made = webauthn.verify_registration_response(
                credential=credential, expected_challenge=asked.challenge, expected_rp_id=asked.place,
                expected_origin=asked.origin,
            )  # fmt: skip
        except Exception as error:  # whatever foreign bytes lead the parsers to say
            _log.info("a new passkey was refused: %s", type(error).__name__)
            raise Problem("people.passkey_refused") from None
        said = credential["response"].get("transports") or []
        self._home.state.passkeys.add(
            Passkey(
                secrets.token_hex(6), bytes_to_base64url(made.credential_id), who.name, handle, _label(label),
                asked.place, bytes_to_base64url(made.credential_public_key), made.sign_count, made.user_verified,
                made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
                " ".join(sorted(_TRANSPORTS & set(said))), clock.now_ns(), 0,
            )
        )  # fmt: skip
        self._home.state.people.end_sessions(who.name)
        return self._door.enter(self._door.person(who.name), address, agent, None, "session.renew")

    def rename(self, who: Who, id: str, label: str) -> None:
        self._home.state.passkeys.rename(id, who.name, _label(label))

    def remove(self, who: Who, id: str, password: Secret, *, address: str) -> None:
        """Removes one of one's own; the last one only where a second factor or a long password remains."""
        from hinomi.people.passwords import ALONE_MIN

        person = self._door.again(who, password, address)

        def may_be_last() -> None:
            if person.short and not person.totp:
                raise Problem("people.second_needed", alone=ALONE_MIN)

        self._home.state.passkeys.remove(id, who.name, may_be_last=may_be_last)

    # --- signing in

    def begin_alone(self, *, origin: str, address: str) -> tuple[str, dict[str, Any]]:
        """A challenge for whoever comes with a passkey that checks its person; says nothing of who has any."""
        self._door.waited(address_only(address))
        asked = _Asked("alone", secrets.token_bytes(32), origin, self._place(origin))
        return self._begin(asked, [], address)

    def begin_second(self, name: str, password: Secret, *, origin: str, address: str) -> tuple[str, dict[str, Any]]:
        """A challenge for a passkey of this person, behind the password."""
        place = self._place(origin)
        person = self._door.proven(name, password, address=address)
        mine = [one for one in self.of(person.name) if one.place == place]
        if not mine:
            raise Problem("people.passkey_none", place=place)
        asked = _Asked("second", secrets.token_bytes(32), origin, place, person.name)
        return self._begin(asked, mine, address)

    def _begin(self, asked: _Asked, mine: list[Passkey], address: str) -> tuple[str, dict[str, Any]]:
        alone = asked.purpose == "alone"
        options = webauthn.generate_authentication_options(
            rp_id=asked.place,
            challenge=asked.challenge,
            timeout=WAITING_S * 1000,
            allow_credentials=[_named(one) for one in mine],
            user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED,
        )
        return self.pending.keep(asked, address), options_to_json_dict(options)

    def sign_in(
        self, id: str, credential: dict[str, Any], *, address: str, agent: str, before: Secret | None = None
    ) -> Entered:
        """A new session for the person whose passkey signed this challenge.

        Raises:
            Problem: waiting, over, or not the passkey of anybody who may come in.
        """
        keys = address_only(address)
        self._door.waited(keys)
        asked = self._taken(id, ("alone", "second"))
        kept = self._home.state.passkeys.by_credential(str(credential.get("id", "")))
        fault = "passkey" if kept is None else self._fault(asked, kept, credential)
        person = self._home.state.people.one(kept.person) if kept else None
        if kept is None or person is None or person.disabled or fault:
            self._door.wrong(kept.person if kept else "", keys, address, fault or "shut out")
            raise Problem("people.passkey_refused")
        how = "passkey" if asked.purpose == "alone" else "password and passkey"
        return self._door.enter(person, address, agent, before, "session.sign_in", how=how)

    def _fault(self, asked: _Asked, kept: Passkey, credential: dict[str, Any]) -> str:
        """What is wrong with the answer, for the audit chain; "" when it is right."""
        if kept.place != asked.place or (asked.person and kept.person != asked.person):
            return "passkey of another"
        said = credential["response"].get("userHandle")
        if (asked.purpose == "alone" or said) and said != kept.handle:
            return "passkey of another"
        try:
            proof = webauthn.verify_authentication_response(
                credential=credential, expected_challenge=asked.challenge, expected_rp_id=asked.place,
                expected_origin=asked.origin, credential_public_key=base64url_to_bytes(kept.key),
                credential_current_sign_count=0,  # ours is compared below, in one step with keeping the new one
                require_user_verification=asked.purpose == "alone",
            )  # fmt: skip
        except Exception as error:  # whatever foreign bytes lead the parsers to say
            _log.info("a passkey was refused: %s", type(error).__name__)
            return "passkey"
        if not self._home.state.passkeys.used(kept.id, proof.new_sign_count, clock.now_ns()):
            return "passkey count went back"
        return ""

    def _taken(self, id: str, purposes: tuple[str, ...]) -> _Asked:
        asked = self.pending.take(id)
        if asked is None or asked.purpose not in purposes:
            raise Problem("people.passkey_over")
        return asked

    def _place(self, origin: str) -> str:
        place = self.place(origin)
        if not place:
            raise Problem("people.passkey_place", name=self._home.settings.host_name or "localhost")
        return place


def _label(label: str) -> str:
    return " ".join(label.split())[:LABEL_MAX] or "-"


def _named(one: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(word) for word in one.transports.split()]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential), transports=transports or None)
