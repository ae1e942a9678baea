"""A security key in software (WebAuthn, packed self attestation left out: format `none`), with its faults by choice."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """Holds one credential. `checks` says that it verifies its person."""

    checks: bool = True
    counts: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _data(self, place: str, extra: bytes = b"", flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.checks else 0)
        return hashlib.sha256(place.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + extra

    def make(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """navigator.credentials.create()"""
        self.handle = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        extra = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self._data(options["rp"]["id"], extra, ATTESTED)
        return self._said(
            clientDataJSON=self._client("webauthn.create", options["challenge"], origin),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        ) | {"transports": ["usb"]}

    def sign(self, options: dict[str, Any], origin: str, *, place: str = "") -> dict[str, Any]:
        """navigator.credentials.get()"""
        client = self._client("webauthn.get", options["challenge"], origin)
        data = self._data(place or options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = self._said(clientDataJSON=client, authenticatorData=data, signature=signature)
        said["response"]["userHandle"] = self.handle or None
        return said

    def _said(self, **parts: bytes) -> dict[str, Any]:
        id = bytes_to_base64url(self.id)
        response: dict[str, Any] = {name: bytes_to_base64url(value) for name, value in parts.items()}
        return {"id": id, "rawId": id, "type": "public-key", "response": response}
