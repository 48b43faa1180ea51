"""A passkey in software: makes and signs what a phone or a security key would."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8000"


class SoftPasskey:
    """One key pair that answers a site's challenges as ``navigator.credentials`` does."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.owner = ""

    def create(self, options: dict[str, Any]) -> str:
        """Return the credential for registering, as JSON."""
        wanted = options["publicKey"]
        self.owner = wanted["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            self._site(wanted["rp"]["id"]),
            AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT,
            0,
            bytes(AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)),
        )
        client = CollectedClientData.create("webauthn.create", wanted["challenge"], ORIGIN)
        response = {"attestationObject": websafe_encode(AttestationObject.create("none", data, {})), "transports": []}
        return self._credential(client, response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        """Return the signed answer for signing in, as JSON."""
        wanted = options["publicKey"]
        data = AuthenticatorData.create(
            self._site(wanted["rpId"]), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV, 1
        )
        client = CollectedClientData.create("webauthn.get", wanted["challenge"], ORIGIN)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        response = {
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.owner,
        }
        return self._credential(client, response, {})

    @staticmethod
    def _site(name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _credential(self, client: CollectedClientData, response: dict[str, Any], results: dict[str, Any]) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {"clientDataJSON": websafe_encode(client), **response},
                "clientExtensionResults": results,
            }
        )
