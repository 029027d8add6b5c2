"""Who has an account and who has none, and the ways in which an address is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from support_portal.domain.correspondence import Purpose
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.staff import Role
from support_portal.ports.records import NewAccount
from support_portal.ports.tools import Tools
from support_portal.use_cases import tokens
from support_portal.use_cases.add_staff import add_staff
from support_portal.use_cases.set_password import set_password
from tests.phones import Phone, given_a_phone
from tests.stand_ins import StandIn

KNOWN, UNKNOWN = "known", "other"  # as long as each other, so that lengths tell nothing
PEOPLE = 48
PASSWORD = "the harbor lights are out"
LONG_AGO = timedelta(days=900)
# The same address for who compares them by the rule: small and capital letters, and the full-width forms of Unicode.
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda address: address.replace("@mail", "@\uff4dail").replace("n", "\uff4e").replace("t", "\uff54"),
    lambda address: address.replace("o", "O"),
)


def address_of(kind: str, number: int) -> str:
    """One of the people; every fourth address has a plus in it, which is a part of it like any other."""
    plus = f"+{number:02}" if number % 4 == 3 else f"-{number:02}"
    return f"{kind}{plus}@mail.example"


def given_accounts(tools: Tools) -> None:
    """The known people: owners with and without a password and a second factor, and some of the staff."""
    stored = tools.passwords.hashed(PASSWORD)
    for number in range(PEOPLE):
        address = address_of(KNOWN, number)
        if number % 12 == 5:
            add_staff(address, Role.AGENT, "Known", tools=tools)
            with tools.uow.begin() as work:
                found = work.logins.by_address(address)
                assert found is not None
                principal = found.principal
                work.logins.set_password(principal, stored, work.now)
        else:
            principal = _an_owner(tools, number, address, None if number % 12 == 6 else stored)
        if number % 2:
            given_a_phone(tools, principal, Phone())


@dataclass(frozen=True)
class Belongings:
    """What else than an address somebody may try out: tokens and links that were good once, and git accounts."""

    gitlab: StandIn
    removed_tokens: tuple[str, ...]
    used_invitations: tuple[str, ...]  # paths
    foreign_invitations: tuple[str, ...]  # paths, rightly signed, of links that nobody made

    def pretends(self, address: str) -> None:
        """Let the next git account be one with somebody's address, as if it were proven there."""
        self.gitlab.fail("verified_email", part="user", value=address, count=1)

    def login_of(self, kind: str, number: int) -> str:
        """The login of the git account that a stranger comes with: that of a connected one, where there is one."""
        return f"{kind}-{number}"


def given_belongings(tools: Tools, gitlab: StandIn) -> Belongings:
    """Make them, one of each for each person."""
    for kind in (KNOWN, UNKNOWN):
        for number in range(PEOPLE):
            gitlab.account(f"{kind}-{number}")
    owners = [address_of(KNOWN, number) for number in range(PEOPLE)]
    removed, used = [], []
    for number, address in enumerate(owners):
        made = tokens.make_on_server(address, "gone", "1d", tools=tools)
        with tools.uow.begin() as work:
            now = work.now
        tokens.remove(made.token.owner, made.token.id, now, tools=tools)
        removed.append(made.value)
        link = add_staff(f"colleague-{number}@mail.example", Role.AGENT, "Colleague", tools=tools)
        set_password(link.rpartition("/")[2], f"{PASSWORD} {number}", tools=tools)
        used.append(urlsplit(link).path)
    foreign = [f"/staff/password/{tools.links.token(Purpose.STAFF_PASSWORD, uuid4())}" for _ in owners]
    return Belongings(gitlab, tuple(removed), tuple(used), tuple(foreign))


def _an_owner(tools: Tools, number: int, address: str, stored: str | None) -> Principal:
    with tools.uow.begin() as work:
        git = ConnectedAccount("github", f"{number + 1}", f"known-{number}", work.now - LONG_AGO)
        new = NewAccount(address, "Known", password_hash=stored, connected=(git,))
        return Principal(PrincipalKind.ACCOUNT, work.register.register(new))
