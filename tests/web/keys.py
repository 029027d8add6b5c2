"""Chromium's own security key, made of software and driven over its protocol."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page


class VirtualKey:
    """A key that is plugged in to one page's browser and touched by itself."""

    def __init__(self, page: Page) -> None:
        self._driver: CDPSession = page.context.new_cdp_session(page)
        self._driver.send("WebAuthn.enable")
        self.id = self._plug_in()

    def _plug_in(self) -> str:
        options = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._driver.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        """What is stored in the key."""
        found = self._driver.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def set_back(self, credential: dict[str, Any]) -> None:
        """Make the key count from where it stood before, as a copy of it would."""
        told = {"authenticatorId": self.id, "credentialId": credential["credentialId"]}
        self._driver.send("WebAuthn.removeCredential", told)
        self._driver.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def forget(self) -> None:
        """Empty the key."""
        self._driver.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def take_out(self) -> None:
        """Unplug it, and plug another in."""
        self._driver.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})
        self.id = self._plug_in()
