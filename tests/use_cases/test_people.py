"""Who works here: invitations, roles, suspension, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from support_portal.domain.cases import ApprovalReason, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, NotFound, Refusal, Stale
from support_portal.domain.principals import Step
from support_portal.domain.risk import Level
from support_portal.domain.staff import Role, Staff
from support_portal.domain.team import Change, standing
from support_portal.use_cases import add_staff, decide, people, set_password, sign_in, tidy
from support_portal.use_cases.people import Answer
from support_portal.use_cases.steps.telling import write_about_security
from tests.cast import an_id
from tests.phones import given_a_phone
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import PASSWORD, Owner, Stage

WHY = "Agreed with the team"
WHY_APPROVED = ApprovalReason.NOTHING_AGAINST_IT
NEWS = "Who works at the desk was changed"


def answer(stage: Stage, by: Staff, person: Staff | None = None, **changes: Any) -> Answer:
    """Somebody who just signed in wants it, on what stands now."""
    seen = standing(now(stage, person)) if person else ""
    return Answer(**{"by": by.id, "signed_in_at": stage.clock.at, "why": WHY, "seen": seen, **changes})


def now(stage: Stage, person: Staff) -> Staff:
    with stage.tools.uow.begin() as work:
        found = work.people.staff(person.id)
    assert found is not None
    return found


def change(stage: Stage, what: Change, person: Staff, by: Staff, role: Role | None = None, **more: Any) -> None:
    people.change(what, person.id, answer(stage, by, person, **more), role, tools=stage.tools)
    stage.work_off()


def actions(stage: Stage) -> list[tuple[str, str]]:
    """What happened to people, and why."""
    with stage.engine.connect() as connection:
        rows = connection.execute(text("select action, why from events where action like 'staff\\_%' order by id"))
        return [(row.action, row.why) for row in rows if row.action != "staff_added"]


def enter(stage: Stage, person: Staff, password: str = PASSWORD) -> Step:
    return sign_in.sign_in(person.address, password, "192.0.2.7", tools=stage.tools).step


def sessions_of(stage: Stage, person: Staff) -> int:
    count = text("select count(*) from sessions where staff_id = :id and ended_at is null")
    with stage.engine.connect() as connection:
        return int(connection.execute(count, {"id": person.id}).scalar_one())


def a_session(stage: Stage, person: Staff) -> None:
    row = text(
        "insert into sessions (id, secret_hash, staff_id, step, factor, made_at, signed_in_at, seen_at)"
        " values (gen_random_uuid(), decode(md5(random()::text), 'hex'), :id, 'signed_in', 'totp', now(), now(), now())"
    )
    with stage.engine.begin() as connection:
        connection.execute(row, {"id": person.id})


def test_an_invitation_goes_to_the_person_alone_and_news_of_it_to_leads_and_admins(stage: Stage) -> None:
    ines, lea, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Lea", Role.LEAD), stage.staff("Ben")
    stage.work_off()
    before = {one.address: len(stage.mails.to(one.address)) for one in (ines, lea, ben)}
    people.invite("nina@support.example", "Nina Roth", Role.LEAD, answer(stage, ines), tools=stage.tools)
    stage.work_off()
    (invitation,) = stage.mails.to("nina@support.example")
    assert "Ines invites you" in invitation.text
    token = stage.link("staff/password", "nina@support.example")
    told = [len(stage.mails.to(one.address)) - before[one.address] for one in (ines, lea, ben)]
    assert told == [1, 1, 0]
    news = stage.last(lea.address)
    assert (news.subject, token in news.text) == (NEWS, False)
    assert f"Ines invited Nina Roth (nina@support.example), as a lead.\n\nReason: {WHY}" in news.text
    assert actions(stage) == [("staff_invited", WHY)]
    nina = stage.person(set_password.set_password(token, PASSWORD, tools=stage.tools))
    assert (nina.role, enter(stage, nina)) == (Role.LEAD, Step.ENROLMENT)


@pytest.mark.parametrize("address", ["", "nina", "nina@", "a b@example.org"])
def test_only_an_address_is_invited_and_nobody_twice(stage: Stage, address: str) -> None:
    ines = stage.staff("Ines", Role.ADMIN)
    for wrong in (address, ines.address.upper()):
        with pytest.raises(BadInput) as refusal:
            people.invite(wrong, "Nina", Role.AGENT, answer(stage, ines), tools=stage.tools)
        assert list(refusal.value.fields) == ["email"]
    assert actions(stage) == []


def test_an_older_invitation_works_no_longer_once_a_newer_one_is_sent(stage: Stage) -> None:
    ines = stage.staff("Ines", Role.ADMIN)
    people.invite("nina@support.example", "Nina", Role.AGENT, answer(stage, ines), tools=stage.tools)
    stage.work_off()
    older = stage.link("staff/password", "nina@support.example")
    nina = stage.person(set_password.look(older, tools=stage.tools))
    change(stage, Change.INVITE_ANEW, nina, ines)
    with pytest.raises(LinkNotGood):
        set_password.set_password(older, PASSWORD, tools=stage.tools)
    newer = stage.link("staff/password", "nina@support.example")
    assert set_password.set_password(newer, PASSWORD, tools=stage.tools).principal == nina.principal


def test_a_lock_link_of_the_same_person_is_no_invitation(stage: Stage) -> None:
    ben = stage.staff("Ben")
    with stage.tools.uow.begin() as work:
        write_about_security(work, ben.principal, Letter.PASSWORD_CHANGED)
    stage.work_off()
    for token in (stage.link("lock", ben.address), stage.link("lock", ben.address)[:-2], "cut"):
        with pytest.raises(LinkNotGood):
            set_password.look(token, tools=stage.tools)


def test_another_role_holds_at_once_and_ends_every_session(stage: Stage) -> None:
    ines, lea, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Lea", Role.LEAD), stage.staff("Ben")
    a_session(stage, lea)
    change(stage, Change.ROLE, lea, ines, Role.AUDITOR)
    assert now(stage, lea).role is Role.AUDITOR
    assert sessions_of(stage, lea) == 0
    told = [mail.text for mail in stage.mails.taken if mail.to == lea.address]
    assert any("Ines made Lea (lea@support.example) an auditor, who was a lead." in text for text in told)
    assert NEWS in stage.subjects(ines.address)
    assert actions(stage) == [("staff_role_changed", WHY)]
    assert ben.address not in {mail.to for mail in stage.mails.taken if "made Lea" in mail.text}


def test_who_is_suspended_is_out_at_once_and_comes_back_as_they_were(stage: Stage) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    given_a_phone(stage.tools, ben.principal)
    a_session(stage, ben)
    change(stage, Change.SUSPEND, ben, ines)
    assert sign_in.who(ben.principal, tools=stage.tools) is None
    assert sessions_of(stage, ben) == 0
    with pytest.raises(NotAllowed):
        enter(stage, ben)
    change(stage, Change.LET_BACK, ben, ines)
    assert enter(stage, ben) is Step.SECOND_FACTOR
    assert actions(stage) == [("staff_suspended", WHY), ("staff_let_back", WHY)]


def test_a_suspension_ends_the_invitation_for_good(stage: Stage) -> None:
    ines = stage.staff("Ines", Role.ADMIN)
    token = add_staff.add_staff("nina@support.example", "agent", "Nina", tools=stage.tools).rpartition("/")[2]
    nina = stage.person(set_password.look(token, tools=stage.tools))
    change(stage, Change.SUSPEND, nina, ines)
    change(stage, Change.LET_BACK, nina, ines)
    with pytest.raises(LinkNotGood):
        set_password.look(token, tools=stage.tools)


def test_who_is_invited_anew_begins_with_nothing_of_before(stage: Stage) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    given_a_phone(stage.tools, ben.principal)
    a_session(stage, ben)
    change(stage, Change.INVITE_ANEW, ben, ines)
    with pytest.raises(NotAllowed):
        enter(stage, ben)
    assert sessions_of(stage, ben) == 0
    with stage.tools.uow.begin() as work:
        assert work.factors.of(ben.principal) is None
    set_password.set_password(stage.link("staff/password", ben.address), PASSWORD, tools=stage.tools)
    assert enter(stage, ben) is Step.ENROLMENT
    assert actions(stage) == [("staff_invited_anew", WHY)]


@pytest.mark.parametrize("what", Change)
def test_a_refused_change_changes_nothing(stage: Stage, what: Change) -> None:
    ines, ben, lea = stage.staff("Ines", Role.ADMIN), stage.staff("Ben"), stage.staff("Lea", Role.LEAD)
    role = Role.LEAD if what is Change.ROLE else None
    for by, person, more in ((lea, ben, {}), (ines, ines, {}), (ines, ben, {"why": ""})):
        with pytest.raises(NotAllowed):
            change(stage, what, person, by, role, **more)
    with pytest.raises(NotAllowed, match="Enter your password again"):
        change(stage, what, ben, ines, role, signed_in_at=stage.clock.at - timedelta(minutes=6))
    assert (now(stage, ben), now(stage, ines), actions(stage)) == (ben, ines, [])


def test_a_page_that_was_opened_before_somebody_elses_change_changes_nothing(stage: Stage) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    seen = standing(ben)
    change(stage, Change.ROLE, ben, ines, Role.LEAD)
    with pytest.raises(Stale):
        change(stage, Change.ROLE, ben, ines, Role.ADMIN, seen=seen)
    with pytest.raises(NotFound):
        people.change(Change.SUSPEND, an_id(9), answer(stage, ines), tools=stage.tools)


@pytest.mark.parametrize("round_", range(5))
def test_two_admins_who_suspend_each_other_at_once_leave_one(stage: Stage, round_: int) -> None:
    ines, ida = stage.staff("Ines", Role.ADMIN), stage.staff("Ida", Role.ADMIN)
    acts = [
        partial(people.change, Change.SUSPEND, person.id, answer(stage, by, person), tools=stage.tools)
        for by, person in ((ines, ida), (ida, ines))
    ]
    done = at_once(acts)
    assert [now(stage, one).is_active for one in (ines, ida)].count(True) == 1
    assert sum(isinstance(one, Refusal) for one in done) == 1


def test_on_the_server_somebody_is_invited_anew_and_everybody_is_told(stage: Stage) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    given_a_phone(stage.tools, ines.principal)
    with stage.tools.uow.begin() as work:
        work.people.suspend(ines.id)
    link = add_staff.add_staff("INES@support.example", "admin", "", tools=stage.tools)
    stage.work_off()
    assert "Ines (ines@support.example) was invited anew on the server, as an admin." in stage.last(ben.address).text
    token = link.rpartition("/")[2]
    again = stage.person(set_password.set_password(token, "another lantern in the harbor", tools=stage.tools))
    assert again == ines
    assert enter(stage, ines, "another lantern in the harbor") is Step.ENROLMENT
    assert [action for action, _ in actions(stage)] == ["staff_invited_anew"]


def test_the_command_leaves_the_last_admin_one(stage: Stage) -> None:
    ines = stage.staff("Ines", Role.ADMIN)
    with pytest.raises(BadInput) as refusal:
        add_staff.add_staff(ines.address, "agent", "", tools=stage.tools)
    assert list(refusal.value.fields) == ["role"]
    stage.staff("Ida", Role.ADMIN)
    add_staff.add_staff(ines.address, "agent", "", tools=stage.tools)
    assert now(stage, ines).role is Role.AGENT


@pytest.mark.parametrize("what", [Change.SUSPEND, Change.ROLE])
def test_aut_3_what_somebody_approved_is_void_when_they_may_not_decide_any_more(stage: Stage, what: Change) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    done = stage.cooling_off(ben)
    assert stage.case(done.reference).state is State.COOLING_OFF
    change(stage, what, ben, ines, Role.AUDITOR if what is Change.ROLE else None)
    tidy.read_directory(tools=stage.tools)
    stage.work_off()
    case = stage.case(done.reference)
    assert (case.state, case.approvals) == (State.IN_REVIEW, ())
    assert "void" in stage.moves(done)
    assert stage.is_on(done)


def test_aut_3_nothing_is_removed_when_the_approver_goes_at_the_last_moment(stage: Stage) -> None:
    ines, ben = stage.staff("Ines", Role.ADMIN), stage.staff("Ben")
    done = stage.cooling_off(ben)
    stage.clock.move(days=2)
    people.change(Change.SUSPEND, ben.id, answer(stage, ines, ben), tools=stage.tools)
    stage.work_off()
    assert stage.is_on(done)
    assert "begin_removal" not in stage.moves(done)


def test_aut_3_a_colleagues_account_is_never_decided_by_one_person_alone(stage: Stage) -> None:
    ben, chloe, lea = stage.staff("Ben"), stage.staff("Chloe"), stage.staff("Lea", Role.LEAD)
    done = stage.in_review(Owner(ben.address, "", "5001", "ben-ito"))
    stage.approve(done.reference, chloe)
    case = stage.case(done.reference)
    assert (case.state, case.risk) == (State.AWAITING_SECOND_APPROVAL, Level.HIGH)
    with pytest.raises(NotFound):
        stage.approve(done.reference, ben)
    second = stage.decision(done.reference, lea, "I looked at it.")
    decide.approve_second(done.reference, second, reason=WHY_APPROVED, tools=stage.tools)
    assert stage.case(done.reference).state is State.COOLING_OFF


def test_the_list_says_how_far_each_person_is(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.staff("Gone")
    add_staff.add_staff("nina@support.example", "agent", "Nina", tools=stage.tools)
    given_a_phone(stage.tools, ben.principal)
    team = stage.tools.screens.people.team()
    shown = {
        one.person.name: (one.has_password, one.has_second_factor, bool(one.invited_until)) for one in team.colleagues
    }
    assert shown == {"Ben": (True, True, False), "Gone": (True, False, False), "Nina": (False, False, True)}
    assert team.one(ben.id).last_sign_in_at is None
    with pytest.raises(NotFound):
        team.one(an_id(9))
