"""The git accounts connected to one's own account: looked at, connected and disconnected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed, NotFound, Refusal
from support_portal.domain.git_sign_in import What
from support_portal.domain.identities import ConnectedAccount, GitIdentity, Instance, masked_username
from support_portal.domain.principals import Principal
from support_portal.ports.sessions import Session
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.leaving import lead_to, the_provider
from support_portal.use_cases.steps.proving import prove_afresh
from support_portal.use_cases.steps.telling import tell_of, write_about_security

LAST_WAY_IN = (
    "This is the only way into your account. Set a password, or connect another git account, before you disconnect it."
)


@dataclass(frozen=True)
class Connection:
    """A git account that is connected; `provider` is the name that people know."""

    provider: str
    account: ConnectedAccount


@dataclass(frozen=True)
class Connections:
    """What is connected, in the order in which it was, the providers where one more can be, and the time now."""

    connected: tuple[Connection, ...]
    possible: tuple[Instance, ...]
    now: datetime

    @property
    def missing(self) -> tuple[Instance, ...]:
        """The providers of which none is connected."""
        there = {one.account.instance for one in self.connected}
        return tuple(instance for instance in self.possible if instance.key not in there)


def look(principal: Principal, *, tools: Tools) -> Connections:
    """The git accounts of an owner."""
    with tools.uow.begin() as work:
        found, now = _connected(work, principal), work.now
    names = {instance.key: instance.name for instance in tools.instances}
    connected = tuple(Connection(names.get(one.instance, one.instance), one) for one in found)
    return Connections(connected, tools.ways_in, now)


def one_of(principal: Principal, git: GitIdentity, *, tools: Tools) -> Connection:
    """One git account of an owner; raises NotFound."""
    for one in look(principal, tools=tools).connected:
        if one.account.identity == git:
            return one
    raise NotFound("No such git account is connected.")


def the_one_to_connect(provider: str, *, tools: Tools) -> Instance:
    """The provider of this name; raises NotFound where people can't connect an account of it."""
    return the_provider(provider, tools).instance


def begin(session: Session, provider: str, password: str, browser: str, network: str, *, tools: Tools) -> str:
    """Where the browser is led to connect an account there. Raises NotFound, BadInput, TooMany, NotAllowed."""
    the_provider(provider, tools)
    prove_afresh(session, password, network, tools)
    return lead_to(provider, What.CONNECT, browser, tools, session=session)


def disconnect(session: Session, git: GitIdentity, password: str, network: str, *, tools: Tools) -> None:
    """Disconnect a git account, unless it is the last way in; sessions begun through it end.

    Raises NotFound, BadInput, TooMany, NotAllowed.
    """
    principal = session.principal
    one = one_of(principal, git, tools=tools)
    prove_afresh(session, password, network, tools)
    refusal: Refusal | None = None
    with tools.uow.begin() as work:
        details = {"provider": git.instance, "external_id": git.external_id}
        if work.connections.disconnect(principal.id, git, tuple(tools.git_sign_ins)):
            work.connections.end_sessions(principal.id, git, work.now)
            tell_of(work, principal, "git_account_disconnected", details=details)
            facts = {"provider": one.provider, "username": masked_username(one.account.username)}
            write_about_security(work, principal, Letter.GIT_ACCOUNT_DISCONNECTED, facts)
        else:
            refusal = NotAllowed(LAST_WAY_IN)
            tell_of(work, principal, "git_disconnect_refused", "the last way in", details)
    if refusal is not None:
        raise refusal


def _connected(work: Work, principal: Principal) -> tuple[ConnectedAccount, ...]:
    account = work.directory.read(principal.id)
    return account.connected if account else ()
