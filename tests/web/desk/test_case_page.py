"""The page of one case: four answers, the evidence, and what this person can do."""

from __future__ import annotations

import re

import pytest

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import Check, CheckResult, Verdict
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from tests.cast import BEN, CHLOE, OTTO
from tests.web.desk.conftest import Desk, sent, shown
from tests.web.desk.test_queue import words

S = State


def part(page: str, beginning: str, end: str) -> str:
    """What a part of a page says."""
    return words(page.split(beginning, 1)[1].split(end, 1)[0])


def panel(page: str) -> str:
    """What the decision panel says."""
    return part(page, 'class="decide"', 'class="facts"').split(">", 1)[1].strip()


def test_four_answers_stand_at_the_top(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    answers = part(page, 'aria-label="At a glance">', "</nav>")
    for told in (
        "Matches Inbox confirmed",
        "1 account Since",
        "9 of 9 passed Owner id is connected",
        "Low Nothing found",
    ):
        assert told in answers
    assert f"<title>{case.reference} Ready to decide" in page
    assert "All conditions are met" in panel(page)


def test_failed_checks_come_first_and_say_what_was_compared(desk: Desk) -> None:
    connected = ConnectedAccount("github", "9971450092", "brightwater-ci", desk.stage.ago(days=1500))
    account = desk.stage.account("theodora@brightwater.example", connected=(connected,))
    stolen = CheckResult(
        Check.OWNER_IS_CONNECTED, Verdict.FAILED, "owner id 9984402761, connected id 9971450092", "brightwater-ci"
    )
    run = desk.stage.failed_run(account, stolen, owner_id="9984402761")
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=run)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    first = part(page, '<ol class="checks">', "</li>")
    assert first.startswith("Failed: On a connected account, by id Owner id 9984402761 , connected id 9971450092")
    assert "A name can be taken over, an id can’t." in first
    assert '<b class="mono">9984402761</b>' in page
    assert page.count('<li class="pass">') >= 8
    assert "owns the repository" not in page
    assert "Do not approve yet" in page
    assert "You can approve after the checks have passed." in panel(page)


def test_an_account_connected_too_late_is_marked(desk: Desk) -> None:
    late = ConnectedAccount("gitlab", "77", "brightwater-new", desk.stage.ago(hours=2))
    old = ConnectedAccount("github", "9971450092", "brightwater", desk.stage.ago(days=1500))
    case = desk.stage.case(S.IN_REVIEW, desk.stage.account("t@brightwater.example", connected=(old, late)))
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    table = part(page, 'id="git-h"', "</section>")
    assert "brightwater owns the repository 9971450092" in table
    assert "brightwater-new not before the case 77" in table
    assert "Bitbucket Not connected" in table


def test_a_provider_that_is_silent_is_nobodys_fault(desk: Desk) -> None:
    account = desk.stage.account("build@stonemill.example")
    run = desk.stage.unfinished_run(account)
    case = desk.stage.case(
        S.AWAITING_REPOSITORY, account, run=run, unchecked_since=desk.stage.ago(hours=4), unchecked_tries=3
    )
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    assert "GitHub did not answer 3 tries since" in words(page)
    assert "Not finished: Exists No answer: 403, rate limit reached" in words(page)
    assert "Wait for the checks" in panel(page)
    assert "Check not finished" in page
    assert "Try now" in page


def test_a_compromise_answer_holds_everything_back(desk: Desk) -> None:
    case = desk.stage.case(S.TRIAGE, compromise=True, compromise_was_said=True)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    assert "This may be a break-in" in page
    assert "2FA not set up by the owner" in page
    assert f'href="/desk/cases/{case.reference}/send-instructions' not in page
    assert "Nothing is removed while that stands." in panel(page)
    assert f'href="/desk/cases/{case.reference}/deny' in page


def test_the_second_look_is_another_persons(desk: Desk) -> None:
    case = desk.stage.case(S.TRIAGE, second_look_used=True, first_decider=BEN.id)
    address = f"/desk/cases/{case.reference}"
    first, second = (shown(desk.signed_in(person), address) for person in (BEN, CHLOE))
    assert "Somebody else’s turn" in panel(first)
    assert f'href="{address}/deny' not in first
    assert "Ben Ito denied it before." in second
    assert f'href="{address}/send-instructions' in second


def test_the_second_approval_is_another_persons(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(CHLOE,), risk=Level.HIGH)
    address = f"/desk/cases/{case.reference}"
    mine, hers = (shown(desk.signed_in(person), address) for person in (BEN, CHLOE))
    assert "Your second opinion" in panel(mine)
    assert "Approved by Chloe Martin, second agent: nobody yet" in panel(mine)
    assert f'href="{address}/approve-second' in mine
    assert "Somebody else’s turn" in panel(hers)
    assert f'href="{address}/approve-second' not in hers


def test_the_risk_is_that_of_now_with_every_signal_and_its_weight(desk: Desk) -> None:
    new = ConnectedAccount("github", "4321", "two", desk.stage.ago(days=12))
    account = desk.stage.account("two@agents.example", connected=(new,), password_changed_at=desk.stage.ago(days=3))
    case = desk.stage.case(S.IN_REVIEW, account)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    signals = part(page, 'id="risk-h"', "</section>")
    assert "A git account was connected recently" in signals
    assert re.search(r"High .*The password was changed recently .* Medium", signals)
    assert "Looked at, nothing found" in signals
    assert "a second agent must agree" in panel(page)
    assert "high risk" in page.split("</title>")[0]


def test_the_kind_of_a_signal_names_and_colors_it_and_its_weight_by_policy_sets_the_level(desk: Desk) -> None:
    with desk.stage.uow.begin() as work:
        work.policies.add(Policy(weight_medium=6), desk.stage.now, desk.stage.now, "Lea Novak")
    account = desk.stage.account("one@agents.example", password_changed_at=desk.stage.ago(days=3))
    page = shown(desk.signed_in(BEN), f"/desk/cases/{desk.stage.case(S.IN_REVIEW, account).reference}")
    signals = page.split('id="risk-h"', 1)[1].split("</section>", 1)[0]
    assert re.search(r'<li class="warn">.*The password was changed recently.*<span class="tag warn">Medium<', signals)
    assert words(signals).split("Risk signals ", 1)[1].startswith("High ")
    assert "The risk signals add up to high" in panel(page)
    answers = part(page, 'aria-label="At a glance">', "</nav>")
    assert "High 1 signal" in answers
    assert "1 high" not in answers


def test_conversation_and_history_tell_it_in_order(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW, reason="My phone <i>drowned</i>")
    stage = desk.stage
    stage.say(case, Author.UNPROVEN, "Me again", stage.ago(hours=3), via="email", name="x@elsewhere.example")
    stage.say(
        case, Author.AGENT, "Looks fine", stage.ago(hours=2), name="Chloe Martin", staff_id=CHLOE.id, is_internal=True
    )
    at_once = stage.ago(hours=1)
    for action in ("link_received", "checks_failed"):
        stage.tell(case, action, "Verification", at=at_once)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    talk = part(page, 'id="conv-h">', "<form")
    assert "My phone &lt;i&gt;drowned" in talk
    assert "x@elsewhere.example by email not proven to be the requester" in talk
    assert "Chloe Martin Internal note" in talk
    assert talk.index("drowned") < talk.index("Email confirmed") < talk.index("Me again") < talk.index("Looks fine")
    assert talk.index("Looks fine") < talk.index("Repository link received") < talk.index("Checks run: not passed")
    assert "2 messages, 1 note" in talk
    history = part(page, 'id="h-h">', "</section>")
    assert history.index("Checks run: 9 of 9 passed") < history.index("Case opened by the form")


@pytest.mark.parametrize("state", [S.DENIED, S.WITHDRAWN, S.EXPIRED, S.COOLING_OFF, S.TRIAGE])
def test_every_state_has_its_page(desk: Desk, state: State) -> None:
    case = desk.stage.case(state, approved_by=(CHLOE,) if state is S.COOLING_OFF else ())
    assert case.address in shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")


def test_opening_a_case_has_old_evidence_looked_at_again(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")
    assert desk.count("select count(*) from due where subject = :id and job = 'watch'", id=case.id) == 1
    assert "The checks wait for their turn." in page
    assert f'hx-get="/desk/cases/{case.reference}/checks?version={case.version}&amp;stand=' in page


def test_the_live_checks_say_when_the_case_moved_on(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(BEN)
    still = shown(client, f"/desk/cases/{case.reference}/checks?version={case.version}")
    moved = shown(client, f"/desk/cases/{case.reference}/checks?version={case.version - 1}")
    assert "The case changed" not in still
    assert "The case changed: Ready to decide." in words(moved)
    assert 'id="repo-state" hx-swap-oob="true"' in still


def test_what_nobody_may_see_is_not_there(desk: Desk) -> None:
    own = desk.stage.case(S.IN_REVIEW, desk.stage.account("b@example.org", other_addresses=(BEN.address,)))
    unconfirmed = desk.stage.case(S.UNCONFIRMED)
    client = desk.signed_in(BEN)
    for reference in (own.reference, unconfirmed.reference, "SP-999999", "nonsense"):
        for place in ("", "/checks", "/approve", "/deny"):
            assert "There is nothing here" in shown(client, f"/desk/cases/{reference}{place}", 404)


def test_auditors_read_and_are_asked_nothing(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(OTTO)
    page = shown(client, f"/desk/cases/{case.reference}")
    assert "You can read this case. Agents and leads decide." in page
    assert page.count("<form") == page.count('action="/sign-out"') + page.count('method="dialog"')
    for question in ("approve", "deny"):
        shown(client, f"/desk/cases/{case.reference}/{question}", 403)
        sent(client, f"/desk/cases/{case.reference}/{question}", 403, version=case.version)
