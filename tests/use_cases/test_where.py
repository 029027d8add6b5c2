"""Where what happened to an account came from: told to its owner for some months, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from support_portal.domain.browsers import Browser
from support_portal.domain.errors import NotAllowed
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.staff import Role
from support_portal.use_cases import forgotten, own_password, protect, sign_in, tidy, tokens
from support_portal.use_cases import lock as lock_links
from tests.use_cases.post import rows
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage

HOME = Browser("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
AWAY = Browser("198.51.100.9", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1")
NEW = "seven lamps along the quay"


def ana(stage: Stage) -> Principal:
    """Ana, who has a password and no second factor."""
    stored = stage.tools.passwords.hashed(PASSWORD)
    return Principal(PrincipalKind.ACCOUNT, stage.an_account(two_factor_enrolled_at=None, password_hash=stored))


def where(stage: Stage, principal: Principal) -> dict[str, Browser | None]:
    """What happened on somebody's page, and from where."""
    return {one.action: one.browser for one in stage.tools.screens.own.events(principal).events}


def try_a_password(stage: Stage, password: str, browser: Browser) -> None:
    """Sign in as Ana."""
    sign_in.sign_in(ANAS, password, browser.network_address, tools=stage.tools.called_from(browser))


def test_each_event_says_from_where_its_request_came(stage: Stage) -> None:
    owner = ana(stage)
    with pytest.raises(NotAllowed):
        try_a_password(stage, "a guess of Mallory's", AWAY)
    try_a_password(stage, PASSWORD, HOME)
    assert where(stage, owner) == {"signed_in": HOME, "sign_in_failed": AWAY}


def test_a_new_password_that_a_worker_mails_was_asked_for_somewhere(stage: Stage) -> None:
    owner = ana(stage)
    forgotten.write_down(ANAS, tools=stage.tools.called_from(AWAY))
    stage.work_off()
    assert where(stage, owner) == {"password_reset_asked": AWAY}
    assert rows(stage, "select * from password_resets") == []


def test_what_a_command_on_the_server_does_came_from_nowhere(stage: Stage) -> None:
    owner = ana(stage)
    tokens.make_on_server(ANAS, "nightly export", "1d", tools=stage.tools)
    assert where(stage, owner) == {"token_made": None}


def test_an_owner_is_not_told_where_the_lead_sat_who_unlocked_the_account(stage: Stage) -> None:
    owner, lea = ana(stage), stage.staff("Lea", Role.LEAD)
    own_password.change_password(owner, PASSWORD, NEW, HOME.network_address, tools=stage.tools.called_from(HOME))
    stage.work_off()
    lock_links.lock(stage.link("lock"), tools=stage.tools.called_from(AWAY))
    unlock = partial(protect.unlock_without_case, owner.id, lea.id, stage.clock.at, "They called")
    unlock(tools=stage.tools.called_from(Browser("203.0.113.5", "")))
    found = where(stage, owner)
    assert (found["account_locked"], found["account_unlocked"]) == (AWAY, None)
    assert where(stage, lea.principal)["account_unlocked"] == Browser("203.0.113.5", "")


def test_every_address_of_the_owner_is_mailed_where_a_change_was_made(stage: Stage) -> None:
    owner = ana(stage)
    own_password.change_password(owner, PASSWORD, NEW, HOME.network_address, tools=stage.tools.called_from(HOME))
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        [mail] = stage.mails.to(address)
        assert "This was done from the network address 192.0.2.7, with Firefox on Linux." in mail.text


def test_g26_where_it_came_from_is_forgotten_after_90_days_and_the_event_stays(stage: Stage) -> None:
    owner = ana(stage)
    try_a_password(stage, PASSWORD, HOME)
    stage.clock.at += timedelta(days=90)
    tidy.tidy(tools=stage.tools)
    assert where(stage, owner) == {"signed_in": HOME}
    stage.clock.at += timedelta(seconds=1)
    tidy.tidy(tools=stage.tools)
    assert where(stage, owner) == {"signed_in": None}
    assert rows(stage, "select * from event_origins") == []
