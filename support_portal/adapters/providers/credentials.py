"""With what a provider is asked: secrets that don't show themselves, and files that are read anew when they change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from support_portal.domain.evidence import CannotCheck, Unknown


class CannotAsk(Exception):
    """There is nothing to ask with, so the provider was not asked; `why` is what a run keeps of it."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.detail)
        self.why = why


def no_secret(detail: str) -> CannotAsk:
    """What is raised where a secret is not there or not good."""
    return CannotAsk(Unknown(CannotCheck.CREDENTIALS, detail))


class Secret(str):
    """A text that does not show itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Stars in its place."""
        return "'***'"

    def now(self) -> Secret:
        """Itself: it does not change while a process runs."""
        return self


class SecretSource(Protocol):
    """Where a secret comes from."""

    def now(self) -> Secret:
        """The secret as it is now; raises CannotAsk."""
        ...


class KeptFile:
    """A file that somebody may replace while the portal runs; `name` is the setting that leads to it."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self._name = name
        self._seen: tuple[tuple[int, int, int], bytes] | None = None

    def __repr__(self) -> str:
        """Where it is, and nothing of what is in it."""
        return f"KeptFile({str(self.path)!r})"

    def now(self) -> Secret:
        """What it holds, without blanks around it; read only when its time, number or size changed."""
        return Secret(self._read().decode("utf-8", "replace").strip())

    @property
    def digest(self) -> str:
        """What tells two of its contents apart. Raises CannotAsk."""
        return hashlib.sha256(self._read()).hexdigest()

    def _read(self) -> bytes:
        try:
            found = self.path.stat()
            mark = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._seen is None or self._seen[0] != mark:
                self._seen = mark, self.path.read_bytes()
        except OSError as problem:
            raise no_secret(f"the {self._name} can't be read: {problem.strerror}") from None
        if not self._seen[1].strip():
            raise no_secret(f"the {self._name} is empty")
        return self._seen[1]


@dataclass(frozen=True)
class App:
    """A GitHub App where it is installed."""

    app_id: str
    installation_id: int
    key: SecretSource


@dataclass(frozen=True)
class Login:
    """An OAuth app by which GitHub is asked: it sees what is public, and more often than a stranger."""

    id: str
    secret: SecretSource


@dataclass(frozen=True)
class Held:
    """Every secret as it is now: a client that was made with the same ones is still good."""

    token: Secret | None = field(default=None, repr=False)
    app_key: Secret | None = field(default=None, repr=False)
    login_secret: Secret | None = field(default=None, repr=False)
    authorities: str = ""  # a digest


@dataclass(frozen=True)
class Access:
    """With what one provider is asked, at most one of the three, and whose certificates its server may have."""

    token: SecretSource | None = None
    app: App | None = None
    login: Login | None = None
    ca_file: KeptFile | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether the provider takes the portal for a stranger."""
        return self.token is None and self.app is None and self.login is None

    @property
    def authorities(self) -> str | None:
        """The file with the authorities that are believed; None: those that everybody believes."""
        return str(self.ca_file.path) if self.ca_file else None

    @property
    def mark(self) -> str:
        """What tells the credential from others, and from itself after it was replaced; nothing can be made of it."""
        try:
            held = self.now()
        except CannotAsk:
            return "unreadable"
        if self.app is not None:
            return f"app-{self.app.app_id}-{self.app.installation_id}"
        secret = held.token or held.login_secret
        return hashlib.sha256(secret.encode()).hexdigest()[:16] if secret else "nobody"

    def now(self) -> Held:
        """The secrets as they are now; raises CannotAsk when a file can't be read any more."""
        return Held(
            token=self.token.now() if self.token else None,
            app_key=self.app.key.now() if self.app else None,
            login_secret=self.login.secret.now() if self.login else None,
            authorities=self.ca_file.digest if self.ca_file else "",
        )


STRANGER = Access()
