"""The stand-in providers, started for tests, and a small client for their control API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from demo.providers.__main__ import PUBLIC, address_of, serve

API_PATHS = {"github": "/api/v3", "github_enterprise": "/api/v3"}


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: a private authority, a certificate of this machine that it signed, and that one's key."""

    authority: Path
    certificate: Path
    key: Path


@dataclass
class StandIn:
    """One provider at work: change what is there, make it fail, read what it was asked."""

    key: str
    url: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    @property
    def api_url(self) -> str:
        """What a client library is given as the address of the API."""
        return self.url + API_PATHS.get(self.key, "")

    def account(self, login: str, **facts: Any) -> dict[str, Any]:
        """Make an account; see `demo/providers/__init__.py` for the facts."""
        return dict(self._ask("POST", "accounts", {"login": login, **facts}))

    def rename_account(self, number: int, login: str) -> None:
        """Give an account another login."""
        self._ask("PATCH", f"accounts/{number}", {"login": login})

    def remove_account(self, number: int) -> None:
        """Delete an account with all it owns."""
        self._ask("DELETE", f"accounts/{number}")

    def repository(self, owner: str, name: str, **facts: Any) -> dict[str, Any]:
        """Make a repository."""
        return dict(self._ask("POST", "repositories", {"owner": owner, "name": name, **facts}))

    def change(self, number: int, **facts: Any) -> dict[str, Any]:
        """Change a repository: rename it by `name`, transfer it by `owner`."""
        return dict(self._ask("PATCH", f"repositories/{number}", facts))

    def remove(self, number: int) -> None:
        """Delete a repository."""
        self._ask("DELETE", f"repositories/{number}")

    def fail(self, kind: str, **more: Any) -> None:
        """Make it fail; `normal` ends it."""
        self._ask("POST", "fault", {"kind": kind, **more})

    def register_callback(self, template: str) -> None:
        """Let people be led back to this address after signing in; `{provider}` in it stands for the key."""
        self._ask("POST", "callbacks", {"callback": template})

    def token(self, token: str, **facts: Any) -> None:
        """Tell what a token of the portal's is: whose (`login`), for what (`scopes`), until when (`expires_at`)."""
        self._ask("POST", "tokens", {"token": token, **facts})

    def install_app(self, number: int, app_id: str, public_key: str, **permissions: str) -> None:
        """Install a GitHub App."""
        body = {"id": number, "app_id": app_id, "public_key": public_key, "permissions": permissions}
        self._ask("POST", "installations", body)

    def log(self) -> list[dict[str, Any]]:
        """Every request seen since the last reset, oldest first."""
        return list(self._ask("GET", "log"))

    def oauth_tokens(self) -> list[str]:
        """Every token that it gave to an application."""
        return list(self._ask("GET", "oauth-tokens"))

    def forget_log(self) -> None:
        """Empty the log."""
        self._ask("DELETE", "log")

    def reset(self, document: dict[str, Any] | None = None) -> None:
        """Forget everything; what is there then are the accounts and repositories of this document."""
        self._ask("POST", "reset", document or {})

    def get(self, path: str, **more: Any) -> requests.Response:
        """Ask as a stranger, without following redirects."""
        return self.session.get(self.url + path, allow_redirects=False, timeout=10, **more)

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form of its pages."""
        return self.session.post(self.url + path, data=fields, timeout=10)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.session.request(method, f"{self.url}/_control/{path}", json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else {}


@contextmanager
def stand_in_providers(
    seed: dict[str, Any] | None = None,
    callbacks: Sequence[str] = (),
    keys: Iterable[str] = PUBLIC,
    certificate: Certificate | None = None,
) -> Iterator[dict[str, StandIn]]:
    """The three public providers, or those named, on free ports, by key, until the block ends; over TLS or not."""
    pair = (certificate.certificate, certificate.key) if certificate else None
    servers = serve(dict.fromkeys(keys, 0), seed or {}, callbacks=callbacks, certificate=pair)
    stand_ins = {key: StandIn(key, address_of(key, server)) for key, server in servers.items()}
    for stand_in in stand_ins.values():
        stand_in.session.trust_env = False  # else its authorities would go before ours
        stand_in.session.verify = str(certificate.authority) if certificate else True
    try:
        yield stand_ins
    finally:
        for stand_in in stand_ins.values():
            stand_in.reset()  # whoever hangs is let go
            stand_in.session.close()
        for server in servers.values():
            server.shutdown()
            server.server_close()
