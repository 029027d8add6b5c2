"""The rules of sessions, by the names under which they are asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import BEN
from tests.phones import Phone
from tests.web.signing_in import PASSWORD, Person, ana_can_sign_in, secret_of
from tests.web.visiting import Visitor

PAGE = "/account/security"


@pytest.fixture
def ana(web_parts: Parts, stage: Stage) -> Person:
    """Ana, with her phone."""
    return ana_can_sign_in(web_parts.tools)


def opens(app: Flask, secret: str, page: str = PAGE) -> bool:
    thief = Visitor(app)
    thief.client.set_cookie("session", secret, domain="localhost")
    answer = thief.get(page)
    return answer.status_code == 200 or not answer.headers["Location"].startswith("/sign-in?")


def test_ses_1_the_key_changes_at_every_step_and_the_old_one_is_dead(visitor: Visitor, app: Flask, ana: Person) -> None:
    visitor.client.set_cookie("session", "chosen-by-mallory", domain="localhost")
    secrets = ["chosen-by-mallory"]
    ana.types_the_password(visitor)
    secrets.append(secret_of(visitor))
    assert ana.phone
    visitor.send("/sign-in/two-factor", {"code": ana.phone.recovery_code()})
    secrets.append(secret_of(visitor))
    visitor.send("/account/security/devices", {"end": "others", "own_password": PASSWORD}, page=PAGE)
    secrets.append(secret_of(visitor))
    visitor.send("/account/security/password", {"present": PASSWORD, "password": "seven lamps along the quay"})
    secrets.append(secret_of(visitor))
    assert len(set(secrets)) == len(secrets)
    assert [opens(app, secret) for secret in secrets] == [False] * (len(secrets) - 1) + [True]


@pytest.mark.parametrize("ended_by", ["sign-out", "all others", "a new password"])
def test_ses_2_a_session_that_ended_while_a_slow_request_ran_is_not_brought_back(
    visitor: Visitor, app: Flask, web_parts: Parts, ana: Person, ended_by: str
) -> None:
    ana.signs_in(visitor)
    secret = secret_of(visitor)
    slow = web_parts.sessions.find(secret, is_activity=True)
    assert slow is not None
    if ended_by == "sign-out":
        visitor.send("/sign-out", page=PAGE)
    else:
        other = ana.signs_in(Visitor(app))
        if ended_by == "all others":
            other.send("/account/security/devices", {"end": "others"}, page=PAGE)
        else:
            fields = {"present": PASSWORD, "password": "seven lamps along the quay"}
            other.send("/account/security/password", fields)
    web_parts.sessions.keep(slow.id, {**slow.data, "saved": "late"})
    assert web_parts.sessions.find(secret, is_activity=True) is None
    assert not opens(app, secret)


def test_ses_3_signing_in_and_out_cannot_be_forged(visitor: Visitor, app: Flask, ana: Person) -> None:
    mallory = Visitor(app)
    foreign = mallory.token("/sign-in")
    fields = {"email": ana.address, "password": ana.password, "next": ""}
    for token in (None, foreign):
        assert visitor.send_with(token, "/sign-in", fields).status_code == 400
    assert visitor.get(PAGE).status_code == 303
    ana.signs_in(visitor)
    for token in (None, foreign):
        assert visitor.send_with(token, "/sign-out").status_code == 400
    across = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.send_with(visitor.token(PAGE), "/sign-out", headers=across).status_code in {400, 403}
    assert visitor.get(PAGE).status_code == 200


def test_ses_3_a_token_of_before_the_person_changed_is_refused(
    visitor: Visitor, ana: Person, phones: dict[str, Phone]
) -> None:
    ben = Person(BEN.address, BEN.principal, phones[BEN.address])
    as_stranger = visitor.token("/sign-in")
    ana.signs_in(visitor)
    as_ana = visitor.token(PAGE)
    change = {"present": PASSWORD, "password": "seven lamps along the quay"}
    assert visitor.send_with(as_stranger, "/account/security/password", change).status_code == 400
    visitor.send("/sign-out", page=PAGE)
    ben.signs_in(visitor)
    for token in (as_stranger, as_ana):
        assert visitor.send_with(token, "/account/security/password", change).status_code == 400
        assert visitor.send_with(token, "/sign-out").status_code == 400
    assert visitor.get(PAGE).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/account/security/devices", "/sign-in/forgotten"])
def test_ses_3_a_token_that_was_kept_too_long_is_refused(make_app: Callable[..., Flask], path: str) -> None:
    visitor = Visitor(make_app(WTF_CSRF_TIME_LIMIT=-1))
    assert visitor.send_with(visitor.token("/sign-in"), path, {"email": BEN.address}).status_code == 400
