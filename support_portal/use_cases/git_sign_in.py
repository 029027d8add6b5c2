"""Signing in through a connected git account: leaving for the provider, and coming back from it."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.errors import NotAllowed, Refusal
from support_portal.domain.git_sign_in import LONGEST_TOLD, Begun, Identity, What, digest_of
from support_portal.domain.identities import GitIdentity, Instance
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import policy_for
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.domain.staff import Role, has_their_address
from support_portal.ports.git_sign_in import GitSignIn, NotIdentified
from support_portal.ports.logins import SealBroken
from support_portal.ports.sessions import Session
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.connecting import connect
from support_portal.use_cases.steps.leaving import VERIFIER, lead_to, the_provider
from support_portal.use_cases.steps.telling import tell_of

STALE = "That was begun in another window, or too long ago. Begin again."
NOT_ALLOWED_THERE = "You did not allow it at {name}, so nothing was done."
NO_ANSWER = "{name} did not tell us who you are. Nothing was done. Try again in a few minutes, or use your password."
# In the same words for a git account that nobody has connected, and for one whose account lets nobody in this way.
NO_WAY_IN = "You can’t sign in through this {name} account here. Sign in with your password."
ACCESS_DENIED = "access_denied"  # RFC 6749, 4.1.2.1: the person said no


@dataclass(frozen=True)
class Brought:
    """What a browser brings back from a provider; each is empty where it is not there, or there twice."""

    state: str
    code: str
    error: str


@dataclass(frozen=True)
class SignedIn:
    """Who came in through which git account, how far, and which page was asked for before."""

    principal: Principal
    step: Step
    through: GitIdentity
    wanted: str


@dataclass(frozen=True)
class Connected:
    """A git account was connected; at which provider."""

    provider: str


def begin(provider: str, browser: str, wanted: str, *, tools: Tools) -> str:
    """Where the browser is led to sign in; raises NotFound for a provider that nobody signs in at."""
    return lead_to(provider, What.SIGN_IN, browser, tools, wanted=wanted)


def come_back(
    provider: str, brought: Brought, browser: str, session: Session | None, network_address: str, *, tools: Tools
) -> SignedIn | Connected:
    """Finish what was begun, to sign in or to connect; `session` is the one the browser is in now, if any.

    Raises NotAllowed in one plain sentence for everything that is not right, NotFound for an unknown provider.
    """
    sign_in = the_provider(provider, tools)
    begun = _use(provider, brought, browser, tools)
    identity = _identify(sign_in, begun, brought, tools)
    with tools.uow.begin() as work:
        came: SignedIn | Connected | Refusal
        if begun.what is What.SIGN_IN:
            came = _enter(work, sign_in.instance, begun, identity, network_address)
        else:
            came = _connect(work, sign_in.instance, begun, identity, session)
    if isinstance(came, Refusal):
        raise came
    return came


def _use(provider: str, brought: Brought, browser: str, tools: Tools) -> Begun:
    """What was begun, used up by this; a state that is not good here is no state."""
    with tools.uow.begin() as work:
        is_readable = bool(browser) and 0 < len(brought.state) <= LONGEST_TOLD
        marks = digest_of(brought.state), digest_of(browser)
        begun = work.comings.use(*marks, provider, work.now) if is_readable else None
        if begun is not None:
            return begun
        _tell_refusal(work, None, What.SIGN_IN, provider, "no state that is good for this browser and provider")
    raise NotAllowed(STALE)


def _identify(sign_in: GitSignIn, begun: Begun, brought: Brought, tools: Tools) -> Identity:
    """Who it is; no transaction is open while the provider is asked."""
    name = sign_in.instance.name
    said, why = NO_ANSWER, "no code that can be read"
    if brought.error:
        said = NOT_ALLOWED_THERE if brought.error == ACCESS_DENIED else NO_ANSWER
        why = "refused at the provider"
    elif 0 < len(brought.code) <= LONGEST_TOLD:
        try:
            verifier = tools.sealing.open(VERIFIER, begun.id, begun.verifier).decode()
            return sign_in.identify(brought.code, verifier, with_workspaces=begun.what is What.CONNECT)
        except NotIdentified as problem:
            why = str(problem)
        except SealBroken:
            why = "the verifier does not open"
    with tools.uow.begin() as work:
        principal = Principal(PrincipalKind.ACCOUNT, begun.account_id) if begun.account_id else None
        _tell_refusal(work, principal, begun.what, begun.provider, why)
    raise NotAllowed(said.format(name=name))


def _enter(
    work: Work, instance: Instance, begun: Begun, identity: Identity, network_address: str
) -> SignedIn | Refusal:
    git = identity.at(instance.key)
    account_id = work.connections.whose(git)
    principal = Principal(PrincipalKind.ACCOUNT, account_id) if account_id else None
    login = work.logins.of(principal) if principal else None
    if principal is None or login is None or _is_staff(work, principal):
        why = "not connected" if principal is None else "the account is not open this way"
        _tell_refusal(work, principal, What.SIGN_IN, instance.key, why)
        return NotAllowed(NO_WAY_IN.format(name=instance.name))
    work.connections.note_use(git, identity.username, work.now)
    told = {"factor": Factor.GIT, "provider": instance.key, "external_id": identity.external_id}
    if _asks_second_factor(work, principal):
        tell_of(work, principal, "git_account_right", details=told)
        return SignedIn(principal, Step.SECOND_FACTOR, git, begun.wanted)
    tell_of(work, principal, "signed_in", details=told)
    work.logins.note_sign_in(principal, Factor.GIT, work.now, network_address)
    return SignedIn(principal, Step.SIGNED_IN, git, begun.wanted)


def _is_staff(work: Work, principal: Principal) -> bool:
    """Whether the account has an address of somebody who works here: they come in with their second factor or not.

    With the password the registered address leads to the desk's sign-in, so there is one way in for it and not two. A
    workspace that others administer too makes an account nobody else's here: it is a way to prove, and none to sign in.
    """
    account = work.directory.read(principal.id)
    return account is not None and any(has_their_address(one, account) for one in work.people.with_roles(*Role))


def _asks_second_factor(work: Work, principal: Principal) -> bool:
    is_full = policy_for(work.policies.versions(), work.now).git_sign_in == "full"
    return not is_full and work.factors.of(principal) is not None


def _connect(
    work: Work, instance: Instance, begun: Begun, identity: Identity, session: Session | None
) -> Connected | Refusal:
    principal = session.principal if session else None
    is_the_same = session is not None and session.step is Step.SIGNED_IN and session.id == begun.session_id
    if principal is None or not is_the_same or work.logins.of(principal) is None:
        _tell_refusal(work, principal, What.CONNECT, instance.key, "the session it was begun in is over")
        return NotAllowed(STALE)
    refusal = connect(work, principal, instance, identity)
    return refusal or Connected(instance.name)


def _tell_refusal(work: Work, principal: Principal | None, what: What, provider: str, why: str) -> None:
    action, details = f"git_{what}_refused", {"provider": provider}
    if principal is None:
        work.records.tell(Event(None, work.now, action, Actor(By.PORTAL, "Sign-in"), why=why, details=details))
    else:
        tell_of(work, principal, action, why, details)
