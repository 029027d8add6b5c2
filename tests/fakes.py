"""Stand-ins behind ports, for tests of use cases: a provider, a mail server and a clock that do what they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from support_portal.domain.evidence import Answer, Found, Missing, OwnerKind, RepositoryFacts
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.domain.standing import Standing, Way
from support_portal.ports.git_sign_in import NotIdentified
from support_portal.ports.outside import MailDelayed, MailRefused, OutgoingMail

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at

    def move(self, **span: float) -> None:
        """Go on by so many hours, minutes, days."""
        self.at += timedelta(**span)


@dataclass
class FakeBudgets:
    """What is left of each provider's questions, as it was set; nothing set: enough."""

    spent_until: dict[str, datetime] = field(default_factory=dict)

    def spare_again_at(self, instance: str) -> datetime | None:
        """What was set."""
        return self.spent_until.get(instance)


@dataclass
class FakeGitProvider:
    """A provider whose answers are set: by path and by the owner's id."""

    instance: Instance
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)  # by id, where they are not what the portal knows
    on_call: Callable[[], None] | None = None  # what happens besides, before it answers
    stands: Standing = field(default_factory=lambda: Standing("https://api.example", Way.STRANGER))

    @property
    def unasked(self) -> Standing:
        """The same, with nothing that it tells."""
        return Standing(self.stands.api_url, self.stands.way)

    def standing(self) -> Standing:
        """What was set."""
        self._note("itself")
        return self.stands

    def by_path(self, owner: str, name: str) -> Answer:
        """The answer set for this path."""
        self._note(f"{owner}/{name}")
        return self.answers.get(f"{owner}/{name}", Missing(404))

    def by_account(self, account: ConnectedAccount, name: str, known: RepositoryFacts | None = None) -> Answer:
        """The answer set for this account's present name; what is known by the mark it has now did not change."""
        self._note(f"#{account.external_id}/{name}")
        login = self.logins.get(account.external_id, account.username)
        answer = self.answers.get(f"{login}/{name}", Missing(404))
        is_same = known is not None and isinstance(answer, Found) and answer.facts.etag == known.etag
        return Found(known, is_unchanged=True) if known and is_same else answer

    def _note(self, asked: str) -> None:
        self.asked.append(asked)
        if self.on_call:
            self.on_call()

    def has(self, owner: str, owner_id: str, created_at: datetime, **changes: object) -> RepositoryFacts:
        """Put a repository there, right in every way but for the changes."""
        facts = RepositoryFacts(
            instance=self.instance.key,
            repository_id="7001",
            name="bitrise_verification",
            owner_id=owner_id,
            owner_name=owner,
            owner_kind=OwnerKind.USER,
            is_public=True,
            visibility="public",
            created_at=created_at,
            is_fork=False,
            is_mirror=False,
            is_template_copy=False,
            is_import=False,
            creator_id=None,
            description="",
            url=f"{self.instance.web_url}/{owner}/bitrise_verification",
            digest="0" * 64,
            api_request_id="request-1",
            summary="{}",
        )
        facts = replace(facts, **changes)  # type: ignore[arg-type]
        self.answers[f"{owner}/{facts.name}"] = Found(facts)
        return facts


@dataclass
class FakeGitSignIn:
    """A provider that people sign in at: each code it gave out is good once, with the verifier it was given for."""

    instance: Instance
    codes: dict[str, Identity] = field(default_factory=dict)
    verifiers: dict[str, str] = field(default_factory=dict)  # by state
    fault: str = ""  # what it answers instead of a person
    on_call: Callable[[], None] | None = None  # what happens besides, before it answers
    workspaces_asked: list[bool] = field(default_factory=list)

    def address(self, state: str, verifier: str) -> str:
        """An address that holds the state."""
        self.verifiers[state] = verifier
        return f"{self.instance.web_url}/authorize?state={state}"

    def allows(self, address: str, identity: Identity) -> tuple[str, str]:
        """A person signs in there and agrees; the state and the code that the browser is led back with."""
        state = address.rpartition("=")[2]
        code = f"code-{len(self.codes)}-{self.instance.key}-{self.verifiers[state][:8]}"
        self.codes[code] = identity
        return state, code

    def identify(self, code: str, verifier: str, *, with_workspaces: bool) -> Identity:
        """The person of this code, once."""
        if self.on_call:
            self.on_call()
        if self.fault:
            raise NotIdentified(self.fault)
        identity = self.codes.pop(code, None)
        if identity is None or not code.endswith(verifier[:8]):
            raise NotIdentified("told the error bad_verification_code")
        self.workspaces_asked.append(with_workspaces)
        return identity if with_workspaces else replace(identity, workspace_ids=())


@dataclass
class FakeMailSender:
    """A mail server that keeps what it takes; it can be away, and refuse or delay what goes to an address."""

    taken: list[OutgoingMail] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    delays: set[str] = field(default_factory=set)
    is_away: bool = False

    def send(self, mail: OutgoingMail, at: datetime) -> None:
        """Take a mail, or don't."""
        if self.is_away or mail.to in self.delays:
            raise MailDelayed("connection refused")
        if mail.to in self.refuses:
            raise MailRefused("550 no such user")
        self.taken.append(mail)

    def to(self, address: str) -> list[OutgoingMail]:
        """All mails to one address, oldest first."""
        return [mail for mail in self.taken if mail.to == address]
