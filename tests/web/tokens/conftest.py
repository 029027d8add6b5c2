"""The pages of access tokens over a real database, with Ben of the staff or Ana, an owner, signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from support_portal.domain.browsers import Browser
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, BEN, LONG_AGO
from tests.quick_passwords import QUICK_PASSWORDS
from tests.web.conftest import PASSWORD
from tests.web.visiting import Visitor

ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)
SignIn = Callable[..., Visitor]


@pytest.fixture
def sign_in(app: Flask, web_parts: Parts, engine: Engine, stage: Stage) -> SignIn:
    """A browser in which somebody proved themselves so many minutes ago."""
    stored = QUICK_PASSWORDS.hashed(PASSWORD)
    with stage.uow.begin() as work:
        for principal in (ANAS, BEN.principal):
            work.logins.set_password(principal, stored, LONG_AGO)

    def signed_in(principal: Principal, *, minutes_ago: int = 0, factor: Factor = Factor.TOTP) -> Visitor:
        begin, browser = web_parts.sessions.begin, Browser("192.0.2.1", "a test")
        data = {"_user_id": str(principal)}  # as Flask-Login keeps it
        secret, session = begin(principal, Step.SIGNED_IN, factor, data, browser)
        earlier = text("update sessions set signed_in_at = signed_in_at - :ago where id = :id")
        with engine.begin() as connection:
            connection.execute(earlier, {"ago": timedelta(minutes=minutes_ago), "id": session.id})
        visitor = Visitor(app)
        visitor.client.set_cookie("session", secret, domain="localhost")
        return visitor

    return signed_in


@pytest.fixture
def ben(sign_in: SignIn) -> Visitor:
    """Ben, just signed in."""
    return sign_in(BEN.principal)


@pytest.fixture
def ana(sign_in: SignIn) -> Visitor:
    """Ana, just signed in."""
    return sign_in(ANAS)
