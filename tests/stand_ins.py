"""The stand-in providers, started for tests, and a small client for their control API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from demo.providers.__main__ import serve

API_PATHS = {"github": "/api/v3", "gitlab": "", "bitbucket": ""}


@dataclass
class StandIn:
    """One provider at work: change what is there, make it fail, read what it was asked."""

    key: str
    url: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    @property
    def api_url(self) -> str:
        """What a client library is given as the address of the API."""
        return self.url + API_PATHS[self.key]

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
    seed: dict[str, Any] | None = None, callbacks: Sequence[str] = ()
) -> Iterator[dict[str, StandIn]]:
    """The three providers on free ports, by key, until the block ends."""
    servers = serve(dict.fromkeys(("github", "gitlab", "bitbucket"), 0), seed or {}, callbacks=callbacks)
    stand_ins = {key: StandIn(key, f"http://127.0.0.1:{server.port}") for key, server in servers.items()}
    try:
        yield stand_ins
    finally:
        for stand_in in stand_ins.values():
            stand_in.reset()  # whoever hangs is let go
            stand_in.session.close()
        for server in servers.values():
            server.shutdown()
            server.server_close()
