"""What the story reaches as anybody outside the portal would: the providers' control API and a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE = 10  # seconds


@dataclass(frozen=True)
class StandIn:
    """One stand-in provider, changed through its control API."""

    url: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def account(self, login: str, **facts: Any) -> dict[str, Any]:
        """Make an account; its facts as the provider tells them."""
        return dict(self._ask("POST", "accounts", login=login, **facts))

    def rename(self, account: int, login: str) -> None:
        """Give an account another login."""
        self._ask("PATCH", f"accounts/{account}", login=login)

    def repository(self, owner: str, name: str, **facts: Any) -> dict[str, Any]:
        """Make a repository; its facts, among them its `url`."""
        return dict(self._ask("POST", "repositories", owner=owner, name=name, **facts))

    def fail(self, kind: str, **more: Any) -> None:
        """Make the API fail; `normal` ends it."""
        self._ask("POST", "fault", kind=kind, **more)

    def reset(self) -> None:
        """Forget everything."""
        self._ask("POST", "reset", accounts=[], repositories=[])

    def _ask(self, method: str, place: str, /, **body: Any) -> Any:
        answer = self.session.request(method, f"{self.url}/_control/{place}", json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@dataclass(frozen=True)
class Mailbox:
    """The mail catcher, read as its owner reads a mailbox."""

    url: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def token(self, to: str, page: str) -> str:
        """The token in the newest link to this page (`/stop/`) in mails to this address. Raises LookupError."""
        answer = self.session.get(f"{self.url}/api/mails", params={"to": to}, timeout=PATIENCE)
        answer.raise_for_status()
        for mail in reversed(answer.json()):
            for link in mail["links"]:
                if page in link:
                    return str(link).rpartition(page)[2]
        raise LookupError(f"no mail to {to} has a link to {page}")

    def clear(self) -> None:
        """Throw every mail away."""
        self.session.delete(f"{self.url}/api/mails", timeout=PATIENCE).raise_for_status()
