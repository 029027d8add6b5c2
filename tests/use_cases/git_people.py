"""An owner and a provider in tests of use cases: led there, agreed there, and come back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from support_portal.adapters.db.sessions import DatabaseSessions
from support_portal.domain.browsers import Browser
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import GitIdentity
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.ports.sessions import Session
from support_portal.use_cases import connections, git_sign_in
from support_portal.use_cases.git_sign_in import Brought, Connected, SignedIn
from tests.fakes import FakeGitSignIn
from tests.use_cases.stage import ANA, Stage

HERE, ANAS_BROWSER = "192.0.2.7", "the mark of Ana's browser"
ANAS_GIT = Identity(ANA.git_id, ANA.username)
ANAS_GITHUB = GitIdentity("github", ANA.git_id)


def owner_of(account_id: UUID) -> Principal:
    """The owner, as one who signs in."""
    return Principal(PrincipalKind.ACCOUNT, account_id)


@dataclass
class Git:
    """Ways over the providers."""

    stage: Stage
    browser: str = ANAS_BROWSER
    providers: dict[str, FakeGitSignIn] = field(init=False)

    def __post_init__(self) -> None:
        """Know the providers by their keys."""
        self.providers = {one.instance.key: one for one in self.stage.git_sign_ins}

    def begin(self, provider: str = "github", wanted: str = "") -> str:
        """The address that the browser is led to."""
        return git_sign_in.begin(provider, self.browser, wanted, tools=self.stage.tools)

    def come_back(self, provider: str, brought: Brought, session: Session | None = None, **more: Any) -> Any:
        """The browser is led back."""
        browser = more.get("browser", self.browser)
        return git_sign_in.come_back(provider, brought, browser, session, HERE, tools=self.stage.tools)

    def brought(self, address: str, who: Identity = ANAS_GIT, provider: str = "github") -> Brought:
        """What the browser brings after this person agreed."""
        state, code = self.providers[provider].allows(address, who)
        return Brought(state, code, "")

    def sign_in(self, who: Identity = ANAS_GIT, provider: str = "github") -> SignedIn:
        """All the way."""
        came = self.come_back(provider, self.brought(self.begin(provider), who, provider))
        assert isinstance(came, SignedIn)
        return came

    def session(
        self, account_id: UUID, factor: Factor = Factor.PASSWORD, through: GitIdentity | None = None
    ) -> Session:
        """A session of the owner, begun by the clock a moment ago."""
        begin = DatabaseSessions(self.stage.engine).begin
        session = begin(owner_of(account_id), Step.SIGNED_IN, factor, {}, Browser(HERE, "a test"), through)[1]
        return replace(session, signed_in_at=self.stage.clock.at)

    def alive(self, session: Session) -> bool:
        """Whether a session has not ended."""
        asked = text("select ended_at is null from sessions where id = :id")
        with self.stage.engine.connect() as connection:
            return bool(connection.execute(asked, {"id": session.id}).scalar_one())

    def connect(self, session: Session, who: Identity, provider: str = "gitlab", password: str = "") -> Any:
        """All the way, from one's own account."""
        address = connections.begin(session, provider, password, self.browser, HERE, tools=self.stage.tools)
        came = self.come_back(provider, self.brought(address, who, provider), session)
        assert isinstance(came, Connected)
        return came

    def connected(self, account_id: UUID) -> set[tuple[str, str]]:
        """What is connected to an account."""
        return {(one.instance, one.external_id) for one in self.stage.account(account_id).connected}

    def events(self, *actions: str) -> list[tuple[str, str]]:
        """What was written down of these kinds, each with why."""
        asked = text("select action, why from events where action = any(:actions) order by id")
        with self.stage.engine.connect() as connection:
            rows = connection.execute(asked, {"actions": list(actions)})
            return [(row.action, row.why) for row in rows]
