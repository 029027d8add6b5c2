"""Deciding on the pages: what is asked, what is refused in which words, and what is never lost of what was typed."""

from __future__ import annotations

import re

import pytest

from support_portal.domain.cases import DenialReason, State
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.risk import Level
from support_portal.domain.staff import Staff
from tests.cast import BEN, CHLOE, LEA, WHY
from tests.quick_passwords import QUICK_PASSWORDS
from tests.web.desk.conftest import Desk, sent, shown
from tests.web.desk.test_queue import words

S = State
PASSWORD = "lighthouse keepers count the ships"


def with_password(desk: Desk, person: Staff) -> None:
    with desk.stage.uow.begin() as work:
        work.logins.set_password(person.principal, QUICK_PASSWORDS.hashed(PASSWORD), desk.stage.now)


def test_an_approval_at_low_risk_begins_the_safety_wait(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(BEN)
    asked = words(shown(client, f"/desk/cases/{case.reference}/approve"))
    assert "Email matches, GitHub id" in asked
    assert "9 of 9 checks, low risk" in asked
    assert "goes to 1 confirmed address. 2FA comes off 24 hours after that" in asked
    refused = sent(client, f"/desk/cases/{case.reference}/approve", 422, version=case.version, note="")
    assert '<a href="#reason">Choose the reason why you approve.</a>' in refused
    sent(client, f"/desk/cases/{case.reference}/approve", version=case.version, reason=WHY, note="")
    assert desk.now(case).state is S.COOLING_OFF
    after = shown(client, f"/desk/cases/{case.reference}")
    assert "Your approval is kept." in after
    assert "Ben Ito approved" in after
    assert "Every check passed, and nothing speaks against it" in after
    assert "Your approval is kept." not in shown(client, f"/desk/cases/{case.reference}")


def test_an_old_sign_in_asks_for_the_password_and_keeps_what_was_typed(desk: Desk) -> None:
    with_password(desk, BEN)
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(BEN, minutes_ago=20)
    address = f"/desk/cases/{case.reference}/approve"
    assert 'name="password"' in shown(client, address)
    without = sent(client, address, 422, version=case.version, reason=WHY, note="Looks right to me")
    assert "Enter your password again" in without
    assert ">\nLooks right to me</textarea>" in without
    wrong = sent(
        client, address, 422, version=case.version, reason=WHY, note="Looks right to me", password="open sesame, open"
    )
    assert "That password is not right" in wrong
    assert "open sesame" not in wrong
    assert desk.now(case).state is S.IN_REVIEW
    sent(client, address, version=case.version, reason=WHY, note="Looks right to me", password=PASSWORD)
    assert desk.now(case).state is S.COOLING_OFF
    assert 'name="password"' not in shown(client, f"/desk/cases/{case.reference}/deny")


def test_a_fresh_sign_in_is_not_asked_again(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    assert 'name="password"' not in shown(desk.signed_in(BEN, minutes_ago=4), f"/desk/cases/{case.reference}/approve")


def test_a_decision_on_what_changed_meanwhile_is_answered_with_what_is_now(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/approve"
    page = sent(client, address, 409, version=case.version - 1, reason=WHY, note="All fine")
    assert "The case changed while you were looking at it" in page
    assert "It is now: Ready to decide ." in words(page)
    assert "All fine" in page
    assert f'name="version" value="{case.version}"' in page
    assert desk.now(case).version == case.version
    sent(desk.signed_in(CHLOE), f"/desk/cases/{case.reference}/deny", version=case.version, reason="checks_not_passed")
    late = words(sent(client, address, 409, version=case.version, reason=WHY, note="All fine"))
    assert "The case is now: Denied" in late
    assert "You wrote: All fine" in late
    assert "Not possible any more" in words(shown(client, address, 409))


def test_a_denial_names_its_reason_and_may_block(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/deny"
    asked = shown(client, address)
    assert all(f'value="{reason}"' in asked for reason in DenialReason)
    assert "Block new requests for this account for 14 days" in asked
    refused = sent(client, address, 422, version=case.version, note="No repository came", block="1")
    assert '<a href="#reason">Choose the reason that the requester reads.</a>' in refused
    assert "No repository came" in refused
    assert re.search(r'name="block" value="1" checked', refused)
    reason = DenialReason.CHECKS_NOT_PASSED
    sent(client, address, version=case.version, reason=reason, note="No repository came", block="1")
    after = desk.now(case)
    assert (after.state, after.denial_reason) == (S.DENIED, reason)
    assert desk.count("select count(*) from blocks where account_id = :id", id=case.account_id) == 1


def test_a_denial_without_the_mark_blocks_nobody(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    address = f"/desk/cases/{case.reference}/deny"
    sent(desk.signed_in(BEN), address, version=case.version, reason=DenialReason.CHECKS_NOT_PASSED)
    assert desk.count("select count(*) from blocks") == 0


def test_anything_but_low_risk_takes_a_note(desk: Desk) -> None:
    account = desk.stage.account("o.pelleray@example.org", password_changed_at=desk.stage.ago(days=3))
    case = desk.stage.case(S.IN_REVIEW, account, risk=Level.MEDIUM)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/approve"
    assert "needed at medium risk" in shown(client, address)
    refused = sent(client, address, 422, version=case.version, reason=WHY, note="  ")
    assert '<a href="#note">Write a reason: the risk of this case is not low.</a>' in refused
    assert 'aria-invalid="true" aria-describedby="note-e"' in refused
    sent(client, address, version=case.version, reason=WHY, note="The password was changed by the owner, by phone.")
    assert desk.now(case).state is S.COOLING_OFF


def test_high_risk_takes_two_people(desk: Desk) -> None:
    new = ConnectedAccount("github", "4321", "two", desk.stage.ago(days=12))
    case = desk.stage.case(S.IN_REVIEW, desk.stage.account("two@agents.example", connected=(new,)), risk=Level.HIGH)
    first, second = desk.signed_in(BEN), desk.signed_in(CHLOE)
    address = f"/desk/cases/{case.reference}"
    assert "A second agent must agree." in words(shown(first, f"{address}/approve"))
    sent(first, f"{address}/approve", version=case.version, reason=WHY, note="I called the owner.")
    waiting = desk.now(case)
    assert waiting.state is S.AWAITING_SECOND_APPROVAL
    again = sent(first, f"{address}/approve-second", 422, version=waiting.version, reason=WHY, note="Once more")
    assert "You approved this case already." in again
    asked = words(shown(second, f"{address}/approve-second"))
    assert "“I called the owner.”" in asked
    assert "2FA comes off 7 days after that" in asked
    sent(second, f"{address}/approve-second", version=waiting.version, reason=WHY, note="So did I.")
    assert desk.now(case).state is S.COOLING_OFF


def test_who_does_not_agree_says_why(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(BEN,), risk=Level.HIGH)
    client = desk.signed_in(CHLOE)
    address = f"/desk/cases/{case.reference}/reject"
    assert "Write a reason for the first agent." in sent(client, address, 422, version=case.version, note="")
    sent(client, address, version=case.version, note="The account is twelve days old.")
    assert desk.now(case).state is S.IN_REVIEW
    assert "The account is twelve days old." in shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")


def test_an_agent_sends_the_instructions(desk: Desk) -> None:
    case = desk.stage.case(S.TRIAGE)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/send-instructions"
    assert case.address in shown(client, address)
    sent(client, address, version=case.version)
    assert desk.now(case).state is S.AWAITING_REPOSITORY
    assert desk.count("select count(*) from mails where letter = 'instructions' and case_id = :id", id=case.id) == 1


def test_nothing_is_sent_while_a_compromise_answer_stands(desk: Desk) -> None:
    case = desk.stage.case(S.TRIAGE, compromise=True, compromise_was_said=True)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/send-instructions"
    assert "Not possible now" in shown(client, address)
    assert "somebody else set up this 2FA" in sent(client, address, 422, version=case.version)
    assert desk.now(case).state is S.TRIAGE


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "Open the case again, then decide"),
        ({"version": "seven"}, "Open the case again, then decide"),
        ({"version": ["7", "7"]}, "Answer this once"),
        ({"version": "7", "checks": "passed"}, "The form has no field “checks”"),
        ({"version": "7", "note": "a\u202eb"}, "characters that nobody can see"),
        ({"version": "7", "note": "x" * 4001}, "Use 4,000 characters at most"),
    ],
)
def test_a_form_that_does_not_fit_decides_nothing(desk: Desk, fields: dict[str, object], named: str) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    assert named in sent(desk.signed_in(LEA), f"/desk/cases/{case.reference}/approve", 422, **fields)
    assert desk.now(case).state is S.IN_REVIEW
