"""Signing in as a person does: the password, then a recovery code where a second factor is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.ports.tools import Tools
from tests.cast import ANA
from tests.phones import Phone, given_a_phone
from tests.quick_passwords import QUICK_PASSWORDS
from tests.web.visiting import Visitor

PASSWORD = "lighthouse keepers count the ships"
ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)


@dataclass
class Person:
    """Somebody who can sign in, in as many browsers as they like."""

    address: str
    principal: Principal
    phone: Phone | None = None
    password: str = PASSWORD

    def types_the_password(self, visitor: Visitor) -> None:
        """The first step."""
        fields = {"email": self.address, "password": self.password, "next": ""}
        assert visitor.send("/sign-in", fields).status_code == 303

    def signs_in(self, visitor: Visitor) -> Visitor:
        """Every step."""
        self.types_the_password(visitor)
        if self.phone is not None:
            answer = visitor.send("/sign-in/two-factor", {"code": self.phone.recovery_code()})
            assert answer.status_code == 303, answer.text
        return visitor


def ana_can_sign_in(tools: Tools, *, with_phone: bool = True) -> Person:
    """Ana has a password, and a phone where she has not lost it."""
    with tools.uow.begin() as work:
        work.logins.set_password(ANAS, QUICK_PASSWORDS.hashed(PASSWORD), work.now)
        if not with_phone:
            work.factors.end(ANAS, "owner", work.now)
    return Person(ANA.address, ANAS, given_a_phone(tools, ANAS) if with_phone else None)


def secret_of(visitor: Visitor) -> str:
    """The cookie of a session."""
    cookie = visitor.client.get_cookie("session", domain="localhost")
    return str(cookie.value) if cookie else ""
