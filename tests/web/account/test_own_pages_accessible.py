"""axe-core finds nothing on the pages about one's own account, for owners, for staff, and before the second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from support_portal.domain.browsers import Browser as Where
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.ports.records import Link
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.cast import ANA, BEN
from tests.phones import given_a_phone
from tests.web.findings import findings, findings_at

ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)
PAGE = "/account/security"
OF_BOTH = (PAGE, "/account/security/password", "/account/security/events", "/account/security/events?before=9")
ELSEWHERE = Where("2001:db8:85a3:8d3:1319:8a2e:370:7348", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1")
Open = Callable[[Principal, Step], Page]


@pytest.fixture
def opened(browsers: Visitors, web_parts: Parts, stage: Stage, address: str) -> Open:
    """Opens a browser in which somebody signed in so far, ten minutes ago, and also elsewhere."""
    with stage.uow.begin() as work:
        work.logins.set_password(ANAS, "she has one", work.now)

    def open_as(principal: Principal, step: Step) -> Page:
        data = {"_user_id": str(principal)}
        secret, _ = web_parts.sessions.begin(
            principal, step, Factor.PASSWORD, data, Where("192.0.2.1", "Firefox Linux")
        )
        web_parts.sessions.begin(principal, Step.SECOND_FACTOR, Factor.PASSWORD, data, ELSEWHERE)
        with stage.engine.begin() as connection:
            connection.execute(text("update sessions set signed_in_at = now() - interval '9 minutes'"))
        page = browsers.open()
        page.context.add_cookies([{"name": "session", "value": secret, "url": address}])
        return page

    return open_as


def test_the_pages_of_an_owner(opened: Open, web_parts: Parts, stage: Stage) -> None:
    given_a_phone(web_parts.tools, ANAS)
    stage.with_case(State.COOLING_OFF, runs=())
    with web_parts.tools.uow.begin() as work:
        later = work.now + timedelta(hours=1)
        link = Link(uuid4(), Purpose.ADDRESS, None, "ana@harbor.example", work.now, later, account_id=ANA.id)
        work.mails.add_links(link)
    token = web_parts.tools.links.token(Purpose.ADDRESS, link.id)
    page = opened(ANAS, Step.SIGNED_IN)
    more = ("/account/security/request", "/account/address", f"/account/address/{token}", "/account/address/cut")
    assert [found for path in (*OF_BOTH, *more) for found in findings_at(page, path)] == []


def test_the_pages_of_staff(opened: Open) -> None:
    page = opened(BEN.principal, Step.SIGNED_IN)
    assert [found for path in (*OF_BOTH, "/account/address") for found in findings_at(page, path)] == []


@pytest.mark.parametrize("principal", [ANAS, BEN.principal])
def test_the_page_for_who_lost_everything(opened: Open, principal: Principal) -> None:
    page = opened(principal, Step.SECOND_FACTOR)
    assert findings_at(page, "/sign-in/two-factor/lost") == []


@pytest.mark.parametrize(
    ("path", "button"),
    [
        (PAGE, "Sign out all others"),
        ("/account/security/password", "Change password"),
        ("/account/address", "Send the link"),
    ],
)
def test_the_answers_to_empty_forms(opened: Open, path: str, button: str) -> None:
    page = opened(ANAS, Step.SIGNED_IN)
    page.goto(path)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert findings(page, f"{path}, answered") == []


def test_the_answer_to_an_empty_request(opened: Open) -> None:
    page = opened(ANAS, Step.SECOND_FACTOR)
    page.goto("/sign-in/two-factor/lost")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert findings(page, "lost, answered") == []
