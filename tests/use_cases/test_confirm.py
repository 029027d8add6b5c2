"""The mailbox proof: what the link in the mail shows, what the click does, and what it never does."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text

from support_portal.adapters.db.tables import account_addresses
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author, Purpose
from support_portal.domain.errors import LinkNotGood, NotAllowed, NotFound, WrongState
from support_portal.domain.risk import Level
from support_portal.domain.staff import Role
from support_portal.jobs import Job
from support_portal.use_cases import case_page, confirm, decide, set_policy, stop
from tests.cast import WHY
from tests.use_cases.outside import set_status
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage, owner

CONFIRM = "requests/confirm"


def test_looking_at_the_link_changes_nothing_however_often_a_scanner_does_it(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    token = stage.link(CONFIRM)
    before = _everything(stage)
    for _ in range(10):
        shown = confirm.look(token, tools=stage.tools)
    assert _everything(stage) == before
    assert (shown.address, shown.network_address) == ("a•••@example.org", "192.0.2.7")
    assert shown.valid_until == stage.clock.at + timedelta(hours=24)


def _everything(stage: Stage) -> list[str]:
    tables = ("cases", "links", "mails", "due", "events", "messages", "requests")
    with stage.engine.connect() as connection:
        return [str(connection.execute(text(f"select * from {table} order by 1, 2")).all()) for table in tables]


def test_the_click_proves_the_mailbox_and_the_steps_are_mailed(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    case = stage.case(done.reference)
    assert (case.state, case.confirmed_address) == (State.AWAITING_REPOSITORY, ANAS)
    assert (case.challenge_at, case.required_name, case.code) == (stage.clock.at, "bitrise_verification", None)
    assert stage.subjects()[-1] == "Next step: create a repository"
    assert case_page.open_case(done.reference, done.key, tools=stage.tools) == case.id
    assert stage.link("cases") == done.key


def test_the_words_of_a_stranger_who_asked_first_are_not_taken_for_the_owners(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    stage.ask(reason="Hurry, I am the owner!", network_address="203.0.113.66", set_up_by_me=False)
    stage.clock.move(minutes=5)
    stage.ask(reason="My phone drowned.", network_address="192.0.2.7")
    assert stop.look(stage.link("stop"), tools=stage.tools).network_address == "192.0.2.7"
    done = stage.confirm()
    view = stage.tools.screens.desk.case(ben, done.reference)
    assert (view.request.reason, view.request.network_address) == ("My phone drowned.", "192.0.2.7")
    assert not view.case.compromise
    said = {message.text: message.author for message in view.messages}
    assert said == {"Hurry, I am the owner!": Author.UNPROVEN, "My phone drowned.": Author.REQUESTER}
    shown = stage.tools.screens.requester.case(view.case.id)
    assert [message.text for message in shown.messages] == ["My phone drowned."]


def test_a_link_is_good_once(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    token = stage.link(CONFIRM)
    stage.confirm()
    with pytest.raises(LinkNotGood):
        confirm.confirm(token, has_recovery_code=None, set_up_by_me=None, tools=stage.tools)
    with pytest.raises(LinkNotGood):
        confirm.look(token, tools=stage.tools)


def test_a_link_works_for_24_hours_and_not_a_second_longer(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stage.clock.move(hours=23, minutes=59, seconds=59)
    confirm.look(stage.link(CONFIRM), tools=stage.tools)
    stage.clock.move(seconds=1)
    with pytest.raises(LinkNotGood):
        confirm.confirm(stage.link(CONFIRM), has_recovery_code=None, set_up_by_me=None, tools=stage.tools)
    assert stage.case(f"SP-{stage.numbers()[0]}").state is State.UNCONFIRMED


def test_cut_foreign_and_made_up_links_are_answered_alike(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    token, links = stage.link(CONFIRM), stage.tools.links
    wrong = [token[:-1], token + "A", "", "x" * 48, stage.link("stop"), links.token(Purpose.CONFIRM, uuid4())]
    wrong.append(links.token(Purpose.CASE, stage.case(f"SP-{stage.numbers()[0]}").id))
    for one in wrong:
        with pytest.raises(LinkNotGood):
            confirm.look(one, tools=stage.tools)
        with pytest.raises(LinkNotGood):
            confirm.confirm(one, has_recovery_code=None, set_up_by_me=None, tools=stage.tools)
    assert stage.case(f"SP-{stage.numbers()[0]}").state is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("asked_with", "clicked_with", "leads_to"),
    [
        (True, None, State.AWAITING_REPOSITORY),
        (False, None, State.TRIAGE),
        (False, True, State.AWAITING_REPOSITORY),
        (True, False, State.TRIAGE),
    ],
)
def test_an_answer_left_out_leaves_the_one_given_and_the_last_one_counts(
    stage: Stage, asked_with: bool, clicked_with: bool | None, leads_to: State
) -> None:
    stage.an_account()
    stage.ask(set_up_by_me=asked_with)
    assert stage.case(stage.confirm(set_up_by_me=clicked_with).reference).state is leads_to


def test_who_has_a_recovery_code_confirms_nothing_and_may_still_do_so_later(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    mailed = len(stage.mails.taken)
    done = stage.confirm(has_recovery_code=True)
    assert (done.has_code, done.key) == (True, "")
    assert stage.case(done.reference).state is State.UNCONFIRMED
    assert len(stage.mails.taken) == mailed
    assert stage.case(stage.confirm(has_recovery_code=False).reference).state is State.AWAITING_REPOSITORY


def test_while_somebody_else_is_said_to_have_set_it_up_nothing_can_be_removed(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    stage.ask(set_up_by_me=False)
    done = stage.confirm()
    assert stage.subjects()[-1] == "We have your request"
    assert "You told us that you didn’t set up" in stage.last().text
    assert "Next step: create a repository" not in stage.subjects()
    stage.submit(done, stage.creates())
    stage.passes(days=1)
    with pytest.raises(NotAllowed, match="somebody else set up"):
        decide.send_instructions(done.reference, stage.decision(done.reference, ben), tools=stage.tools)
    with pytest.raises((NotAllowed, WrongState)):
        decide.approve(done.reference, stage.decision(done.reference, ben, "Go"), reason=WHY, tools=stage.tools)
    with pytest.raises(WrongState):
        case_page.check_again(done.reference, done.key, tools=stage.tools)
    assert stage.case(done.reference).state is State.TRIAGE
    assert stage.github.asked == []


def test_an_answer_corrected_on_the_case_page_lets_the_case_go_on_and_stays_a_signal(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    stage.ask(set_up_by_me=False)
    done = stage.confirm()
    case_page.correct_answer(done.reference, done.key, tools=stage.tools)
    with pytest.raises(NotAllowed, match="no answer to correct"):
        case_page.correct_answer(done.reference, done.key, tools=stage.tools)
    assert stage.case(done.reference).state is State.TRIAGE
    decide.send_instructions(done.reference, stage.decision(done.reference, ben), tools=stage.tools)
    stage.passes(minutes=5)
    stage.submit(done, stage.creates())
    case = stage.case(done.reference)
    assert (case.state, case.risk, case.compromise) == (State.IN_REVIEW, Level.HIGH, False)
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.AWAITING_SECOND_APPROVAL


def test_where_agents_send_the_instructions_their_sending_is_the_challenge_time(stage: Stage) -> None:
    ben = stage.staff("Ben")
    set_policy.set_policy({"instructions_by": "agent", "ask_for_code": "yes"}, "Lea", tools=stage.tools)
    done = stage.asked_and_confirmed()
    case = stage.case(done.reference)
    assert (case.state, case.challenge_at, case.code) == (State.TRIAGE, None, None)
    assert "You told us" not in stage.last().text
    stage.passes(hours=3)
    decide.send_instructions(done.reference, stage.decision(done.reference, ben), tools=stage.tools)
    stage.work_off()
    case = stage.case(done.reference)
    assert (case.state, case.challenge_at) == (State.AWAITING_REPOSITORY, stage.clock.at)
    assert case.code
    assert case.code in stage.last().text


def test_the_owners_other_addresses_are_told_each_with_a_stop_link_of_its_own(stage: Stage) -> None:
    account_id = stage.an_account()
    _was_registered(stage, account_id, "ana.old@example.org", days_ago=29)
    _was_registered(stage, account_id, "ana.older@example.org", days_ago=31)
    stage.ask()
    assert {mail.to for mail in stage.mails.taken} == {ANAS}
    stage.confirm()
    told = [mail.to for mail in stage.mails.taken if mail.subject.startswith("Someone asked to remove")]
    assert sorted(told) == ["ana.old@example.org", ANAS_SECOND]
    tokens = {stage.link("stop", address) for address in (ANAS, *told)}
    assert len(tokens) == 3
    assert stop.look(stage.link("stop", "ana.old@example.org"), tools=stage.tools).offers == "stop"


def _was_registered(stage: Stage, account_id: UUID, address: str, days_ago: int) -> None:
    row = {"account_id": account_id, "address": address, "compared": address}
    row["replaced_at"] = stage.clock.at - timedelta(days=days_ago)
    with stage.engine.begin() as connection:
        connection.execute(insert(account_addresses).values(row))


def test_the_key_of_the_case_page_is_mailed_to_the_registered_address_alone(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.staff("Lea", Role.LEAD)
    done = stage.cooling_off(ben)
    stage.passes(hours=25)
    assert stage.case(done.reference).state is State.REMOVED
    assert {mail.to for mail in stage.mails.taken if done.key in mail.text + mail.html} == {ANAS}
    assert {mail.to for mail in stage.mails.taken} >= {ANAS, ANAS_SECOND}
    with pytest.raises(NotFound):
        case_page.open_case(done.reference, stage.link("stop"), tools=stage.tools)


def test_the_case_page_opens_no_other_case_and_closes_30_days_after_the_end(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.an_account_of(owner(1))
    stage.ask(owner(1).address)
    other = stage.confirm(owner(1).address)
    for reference, key in ((other.reference, done.key), (done.reference, other.key), ("SP-9999", done.key)):
        with pytest.raises(NotFound):
            case_page.open_case(reference, key, tools=stage.tools)
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.clock.move(days=30)
    case_page.open_case(done.reference, done.key, tools=stage.tools)
    stage.clock.move(seconds=1)
    with pytest.raises(LinkNotGood):
        case_page.open_case(done.reference, done.key, tools=stage.tools)


def test_a_click_after_the_account_changed_confirms_nothing(stage: Stage) -> None:
    account_id = stage.an_account()
    stage.ask()
    set_status(stage.engine, account_id, AccountStatus.SUSPENDED)
    with pytest.raises(NotAllowed, match="it is suspended"):
        stage.confirm()
    assert stage.case(f"SP-{stage.numbers()[0]}").state is State.UNCONFIRMED


def test_who_did_not_ask_stops_it_on_the_confirmation_page(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    assert confirm.disown(stage.link(CONFIRM), tools=stage.tools) == 14
    stage.work_off()
    case = stage.case(f"SP-{stage.numbers()[0]}")
    assert (case.state, case.stopped) == (State.WITHDRAWN, True)
    stage.ask()
    assert stage.subjects()[-1] == "New requests for this account are stopped for now"


def test_nothing_is_looked_for_before_the_click(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stage.creates()
    stage.passes(hours=12)
    assert stage.github.asked == []
    assert {job for job, _ in stage.put_off()} == {Job.EXPIRE}


def test_a_used_confirmation_link_stops_nothing_any_more(stage: Stage) -> None:
    stage.asked_and_confirmed()
    [number] = stage.numbers()
    before = stage.case(f"SP-{number}")
    with pytest.raises(LinkNotGood):
        confirm.disown(stage.link(CONFIRM), tools=stage.tools)
    assert stage.case(f"SP-{number}") == before
    assert stage.link("stop")  # the way to stop it stands in every notice


def test_a_confirmation_link_that_is_too_old_stops_nothing_either(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stage.clock.move(hours=24, seconds=1)
    with pytest.raises(LinkNotGood):
        confirm.disown(stage.link(CONFIRM), tools=stage.tools)
