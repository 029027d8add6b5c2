"""A security key made of software: answers what browsers hand on, and lies where a test wants it to."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

SITE, ORIGIN = "portal.example", "https://portal.example"
PRESENT, VERIFIED, HAS_KEY = 1, 4, 64
ES256 = -7


@dataclass
class Key:
    """One key; a copy of it (dataclasses.replace) shares its secret and counts for itself."""

    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    count: int = 0
    is_counting: bool = True
    user_handle: bytes | None = None

    def create(self, options: str, *, origin: str = ORIGIN, site: str = SITE, **lies: Any) -> str:
        """Its answer to being added."""
        asked = json.loads(options)
        self.user_handle = base64url_to_bytes(asked["user"]["id"])
        told = self._told("webauthn.create", asked["challenge"], origin, lies)
        data = self._data(site, lies.get("flags", PRESENT | VERIFIED) | HAS_KEY) + self._public()
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": told, "attestationObject": attestation}
        return self._answer(response, transports=["usb", "nfc"])

    def sign(self, options: str, *, origin: str = ORIGIN, site: str = SITE, **lies: Any) -> str:
        """Its answer to signing in."""
        asked = json.loads(options)
        self.count += self.is_counting
        told = self._told("webauthn.get", asked["challenge"], origin, lies)
        data = self._data(site, lies.get("flags", PRESENT | VERIFIED))
        secret = lies.get("secret", self.secret)
        signature = secret.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        handle = lies.get("user_handle", self.user_handle)
        return self._answer(response | ({"userHandle": handle} if handle is not None else {}))

    def _told(self, kind: str, challenge: str, origin: str, lies: dict[str, Any]) -> bytes:
        told = {"type": lies.get("kind", kind), "challenge": lies.get("challenge", challenge), "origin": origin}
        return json.dumps(told).encode()

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public(self) -> bytes:
        point = self.secret.public_key().public_numbers()
        public = {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        return bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + encode_cbor(public)

    def _answer(self, response: dict[str, bytes], **more: Any) -> str:
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        name = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": texts | more})
