"""Whatever changes how somebody signs in ends all that was begun before: sessions, links in mails, set-ups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from support_portal.adapters.db.tables import sessions
from support_portal.domain.correspondence import CHANGE_THE_SIGN_IN, Purpose
from support_portal.domain.errors import BadInput, NotAllowed, NotFound
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.domain.staff import Role
from support_portal.domain.team import Change
from support_portal.ports.logins import SetUp
from support_portal.ports.records import Link
from support_portal.use_cases import devices, enrol, lock, own_password, set_password, tokens, two_factor
from support_portal.use_cases.use_token import caller_with
from tests.phones import Phone, given_a_phone
from tests.use_cases.at_once import at_once
from tests.use_cases.post import rows
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage
from tests.use_cases.test_people import change

NEW, HERE = "seven lamps along the quay", "192.0.2.7"


@dataclass
class Owner:
    """Ana with her phone, and all that lies about of hers."""

    stage: Stage
    principal: Principal
    phone: Phone

    def code(self) -> str:
        """What her app shows."""
        self.stage.clock.move(seconds=60)
        return self.phone.code(self.stage.clock.at)

    def leaves_behind(self) -> None:
        """Two sessions, a link of each kind that changes the sign-in, and a set-up that was begun."""
        now, whose = self.stage.clock.at, self.principal.id
        with self.stage.tools.uow.begin() as work:
            for purpose in CHANGE_THE_SIGN_IN:
                later = now + timedelta(days=1)
                work.mails.add_links(Link(uuid4(), purpose, None, ANAS, now, later, account_id=whose))
            work.set_ups.begin(self.principal, SetUp(uuid4(), b"seed", None, now, None))
        for _ in range(2):
            self.a_session()

    def a_session(self) -> UUID:
        """One more place where she is signed in."""
        now, session_id = self.stage.clock.at, uuid4()
        row = {"id": session_id, "secret_hash": session_id.bytes, "account_id": self.principal.id}
        row |= {"step": Step.SIGNED_IN, "factor": Factor.TOTP, "made_at": now, "signed_in_at": now, "seen_at": now}
        with self.stage.engine.begin() as connection:
            connection.execute(insert(sessions).values(row))
        return session_id

    def left(self) -> tuple[int, ...]:
        """How many sessions, links and set-ups are of any use."""
        asked = (
            "select (select count(*) from sessions where ended_at is null),"
            " (select count(*) from links where used_at is null and purpose <> 'lock'),"
            " (select count(*) from set_ups)"
        )
        [found] = rows(self.stage, asked)
        return tuple(int(str(one)) for one in found)


@pytest.fixture
def ana(stage: Stage) -> Owner:
    """Ana."""
    stored = stage.tools.passwords.hashed(PASSWORD)
    principal = Principal(PrincipalKind.ACCOUNT, stage.an_account(password_hash=stored))
    return Owner(stage, principal, given_a_phone(stage.tools, principal))


def _turn_off(ana: Owner) -> None:
    two_factor.turn_off(ana.principal, PASSWORD, Factor.TOTP, HERE, tools=ana.stage.tools)


def _enrol(ana: Owner) -> None:
    tools = ana.stage.tools
    enrol.begin(ana.principal, Step.SIGNED_IN, PASSWORD, ana.code(), HERE, tools=tools)
    with tools.uow.begin() as work:
        set_up = work.set_ups.of(ana.principal)
    assert set_up is not None
    assert set_up.seed is not None
    phone = Phone(tools.sealing.open("seed", ana.principal.id, set_up.seed))
    enrol.confirm(ana.principal, str(set_up.id), phone.code(ana.stage.clock.at), HERE, tools=tools)
    enrol.finish(ana.principal, str(set_up.id), True, tools=tools)


def _change_the_password(ana: Owner) -> None:
    own_password.change_password(ana.principal, PASSWORD, NEW, HERE, tools=ana.stage.tools)


def _reset_the_password(ana: Owner) -> None:
    with ana.stage.tools.uow.begin() as work:
        link = Link(uuid4(), Purpose.RESET, None, ANAS, work.now, account_id=ana.principal.id)
        work.mails.add_links(link)
    token = ana.stage.tools.links.token(Purpose.RESET, link.id)
    set_password.set_password(token, NEW, Purpose.RESET, tools=ana.stage.tools)


def _lock(ana: Owner) -> None:
    with ana.stage.tools.uow.begin() as work:
        link = Link(uuid4(), Purpose.LOCK, None, ANAS, work.now, account_id=ana.principal.id)
        work.mails.add_links(link)
    lock.lock(ana.stage.tools.links.token(Purpose.LOCK, link.id), tools=ana.stage.tools)


CHANGES = (_turn_off, _enrol, _change_the_password, _reset_the_password, _lock)


@pytest.mark.parametrize("change", CHANGES)
def test_mfa_8_every_change_of_the_sign_in_ends_what_was_begun_before(
    ana: Owner, change: Callable[[Owner], None]
) -> None:
    ana.leaves_behind()
    assert ana.left() == (2, 3, 1)
    change(ana)
    assert ana.left() == (0, 0, 0)


def test_mfa_8_a_removal_by_a_case_does_too(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    ana = Owner(stage, Principal(PrincipalKind.ACCOUNT, stage.case(done.reference).account_id), Phone())
    ana.leaves_behind()
    stage.passes(hours=24, minutes=1)
    assert "finish" in stage.moves(done)
    asked = "select count(*) from links where used_at is null and purpose in ('staff-password', 'reset', 'address')"
    assert (ana.left()[0], ana.left()[2], *rows(stage, asked)) == (0, 0, (0,))


def test_a_changed_password_is_told_to_every_address_with_a_lock_link(ana: Owner) -> None:
    _change_the_password(ana)
    ana.stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        assert ana.stage.subjects(address) == ["Your password was changed"]
    lock.lock(ana.stage.link("lock", ANAS_SECOND), tools=ana.stage.tools)
    assert ana.stage.account(ana.principal.id).status == "locked"


def test_the_present_password_is_counted_as_at_the_sign_in(ana: Owner) -> None:
    for _ in range(3):
        with pytest.raises(BadInput) as refusal:
            own_password.change_password(ana.principal, "wrong", NEW, HERE, tools=ana.stage.tools)
        assert list(refusal.value.fields) == ["present"]
    [(failed,)] = rows(ana.stage, "select count(*) from events where action = 'password_failed'")
    assert failed == 3


def test_of_many_changes_at_once_with_one_present_password_one_is_made(ana: Owner) -> None:
    change = own_password.change_password
    words = [f"{NEW} number {number}" for number in range(8)]
    acts = [partial(change, ana.principal, PASSWORD, one, HERE, tools=ana.stage.tools) for one in words]
    done = at_once(acts)
    assert done.count(None) == 1
    assert {type(one) for one in done if one is not None} <= {BadInput}


def test_who_was_locked_out_meanwhile_changes_nothing(ana: Owner) -> None:
    _lock(ana)
    with pytest.raises(NotAllowed):
        _change_the_password(ana)


def test_one_session_is_ended_once(ana: Owner) -> None:
    one, other = ana.a_session(), ana.a_session()
    now = ana.stage.clock.at
    done = at_once([partial(devices.end_one, ana.principal, one, now, tools=ana.stage.tools)] * 8)
    assert done.count(None) == 1
    assert {type(each) for each in done if each is not None} == {NotFound}
    assert rows(ana.stage, "select id from sessions where ended_at is null") == [(other,)]


def test_ending_sessions_needs_a_proof_of_the_last_five_minutes(ana: Owner) -> None:
    present = ana.a_session()
    ana.a_session()
    then = ana.stage.clock.at
    ana.stage.clock.move(minutes=5, seconds=1)
    with pytest.raises(BadInput):
        devices.end_others(ana.principal, present, then, tools=ana.stage.tools)
    devices.end_others(ana.principal, present, ana.stage.clock.at, tools=ana.stage.tools)
    assert rows(ana.stage, "select id from sessions where ended_at is null") == [(present,)]


@pytest.mark.parametrize("what", [Change.SUSPEND, Change.INVITE_ANEW])
def test_an_access_token_of_before_opens_nothing_any_more(stage: Stage, what: Change) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    value = tokens.make_on_server(ben.address, "pager", "never", tools=stage.tools).value
    assert caller_with(value, tools=stage.tools).login.address == ben.address
    change(stage, what, ben, ines)
    if what is Change.SUSPEND:
        change(stage, Change.LET_BACK, ben, ines)
    with pytest.raises(NotAllowed):
        caller_with(value, tools=stage.tools)
