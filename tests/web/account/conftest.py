"""Somebody's own account over HTTP: Ana knows her password, Ben works here."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from support_portal.adapters.clock import SystemClock
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA
from tests.phones import Phone, given_a_phone
from tests.use_cases.two_factor_stage import from_base32
from tests.web.conftest import PASSWORD
from tests.web.visiting import Visitor

ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)
_SEED = re.compile(r'<span class="any">([A-Z2-7 ]+)</span>')
_SET_UP = re.compile(r'name="set_up" value="([^"]+)"')
BEGIN, SHOW = "/account/security/two-factor/begin", "/account/security/two-factor"


@dataclass
class Owner:
    """Somebody with a browser, and sometimes a phone."""

    browser: Visitor
    parts: Parts
    phone: Phone

    def signs_in(self, address: str = ANA.address, *, code: str | None = None, place: str = "") -> str:
        """Password, and a recovery code where a second factor is asked; where it leads."""
        fields = {"email": address, "password": PASSWORD, "next": place}
        led_to = self.browser.send("/sign-in", fields).headers["Location"]
        if led_to == "/sign-in/two-factor":
            typed = code or self.phone.recovery_code()
            led_to = self.browser.send("/sign-in/two-factor", {"code": typed}).headers["Location"]
        return led_to

    def code(self) -> str:
        """The digits that the phone shows now."""
        return self.phone.code(SystemClock().now())

    def scans(self) -> str:
        """Look at the page with the QR code, and type its key into the phone; the id of the set-up."""
        page = self.browser.get(SHOW).text
        seed, set_up = _SEED.search(page), _SET_UP.search(page)
        assert seed, page
        assert set_up, page
        self.phone = Phone(seed=from_base32(seed[1]))
        return set_up[1]


@pytest.fixture
def ana(app: Flask, web_parts: Parts, stage: Stage, with_passwords: None) -> Owner:
    """Ana, with a password and 2FA off; nobody has signed in yet."""
    stored = web_parts.tools.passwords.hashed(PASSWORD)
    with stage.engine.begin() as connection:
        connection.execute(text("update accounts set password_hash = :stored"), {"stored": stored})
        connection.execute(text("update enrolments set ended_at = now(), ended_by = 'owner'"))
    return Owner(Visitor(app), web_parts, Phone())


@pytest.fixture
def ana_with_phone(ana: Owner) -> Owner:
    """The same with 2FA on."""
    given_a_phone(ana.parts.tools, ANAS, ana.phone)
    return ana
