"""Stand-ins behind ports, for tests of use cases: a provider, a mail server and a clock that do what they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from support_portal.domain.evidence import Answer, Found, Missing, OwnerKind, RepositoryFacts
from support_portal.domain.identities import ConnectedAccount, Instance
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
class FakeGitProvider:
    """A provider whose answers are set: by path and by the owner's id."""

    instance: Instance
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    on_call: Callable[[], None] | None = None  # what happens besides, before it answers

    def by_path(self, owner: str, name: str) -> Answer:
        """The answer set for this path."""
        self._note(f"{owner}/{name}")
        return self.answers.get(f"{owner}/{name}", Missing(404))

    def by_account(self, account: ConnectedAccount, name: str) -> Answer:
        """The answer set for this account's present name."""
        self._note(f"#{account.external_id}/{name}")
        return self.answers.get(f"{account.username}/{name}", Missing(404))

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
