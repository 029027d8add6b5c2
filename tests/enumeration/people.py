"""Who has an account and who has none, and the ways in which an address is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.staff import Role
from support_portal.ports.records import NewAccount
from support_portal.ports.tools import Tools
from support_portal.use_cases.add_staff import add_staff
from tests.phones import Phone, given_a_phone

KNOWN, UNKNOWN = "known", "other"  # as long as each other, so that lengths tell nothing
PEOPLE = 48
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


def given_accounts(tools: Tools, password: str) -> None:
    """The known people: owners with and without a password and a second factor, and some of the staff."""
    stored = tools.passwords.hashed(password)
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


def _an_owner(tools: Tools, number: int, address: str, stored: str | None) -> Principal:
    with tools.uow.begin() as work:
        git = ConnectedAccount("github", f"{number + 1}", f"known-{number}", work.now - LONG_AGO)
        new = NewAccount(address, "Known", password_hash=stored, connected=(git,))
        return Principal(PrincipalKind.ACCOUNT, work.register.register(new))
