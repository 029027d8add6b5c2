"""Signing in through a git account: the provider that says who somebody is, and what is kept of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.git_sign_in import Begun, Identity
from support_portal.domain.identities import ConnectedAccount, GitIdentity, Instance


class NotIdentified(Exception):
    """The provider did not say who somebody is; the text says why, for the log, and holds no secret."""


class GitSignIn(Protocol):
    """One provider that people can sign in at (OAuth 2.0, authorization code with PKCE)."""

    @property
    def instance(self) -> Instance:
        """Which provider this is."""
        ...

    def address(self, state: str, verifier: str) -> str:
        """Where a browser is led, to ask the person there."""
        ...

    def identify(self, code: str, verifier: str, *, with_workspaces: bool) -> Identity:
        """Who the person is that came back with this code; raises NotIdentified for anything else it may answer.

        `with_workspaces` asks for the workspaces they administer too, where the provider has such.
        """
        ...


GitSignIns = Mapping[str, GitSignIn]


class Comings(Protocol):
    """What was begun at providers and is to come back, once each."""

    def begin(self, begun: Begun) -> None:
        """Remember it; what is long over is forgotten on the way."""
        ...

    def use(self, state: bytes, browser: bytes, provider: str, at: datetime) -> Begun | None:
        """What this state was given for, used up by that.

        None when it was given to another browser or for another provider, is over, was used already or never given.
        """
        ...


class Connections(Protocol):
    """Git accounts connected to product accounts that the portal keeps itself; none to two of them."""

    def whose(self, identity: GitIdentity) -> UUID | None:
        """The account that this git account is connected to."""
        ...

    def connect(self, account_id: UUID, connected: ConnectedAccount) -> bool:
        """Connect it; False when it is connected to an account already, whichever."""
        ...

    def note_use(self, identity: GitIdentity, username: str, at: datetime) -> None:
        """Somebody signed in through it, and is called this now."""
        ...

    def disconnect(self, account_id: UUID, identity: GitIdentity, ways_in: Collection[str]) -> bool:
        """Disconnect it; False when it is not connected, or nobody could sign in any more.

        A password is a way in, and another git account at one of the instances `ways_in`. The account stays locked
        until the transaction ends, so two of its git accounts never go at once.
        """
        ...

    def end_sessions(self, account_id: UUID, identity: GitIdentity, at: datetime) -> None:
        """End every session of the account that was begun through this git account."""
        ...
