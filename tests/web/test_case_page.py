"""The private case page over real rows: one next step in each state, and what its forms do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from support_portal.domain.cases import Case, DenialReason, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Outcome, Run, Verdict
from support_portal.ports.records import Message
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.builders import a_run, an_approval
from tests.cast import ANA, BEN, NOW, an_id
from tests.parts import Database
from tests.web.linking import case_path, now_of
from tests.web.visiting import Visitor

LINK = "https://github.com/ana-dev/bitrise_verification"
S = State


def path_of(web_parts: Parts, case: Case) -> str:
    return case_path(web_parts.tools, case)


def state_of(stage: Stage, case: Case) -> Case:
    with stage.uow.begin() as work:
        return work.cases.get(case.id)


def a_failed_run(*checks: Check, found: str = "", variant: str = "") -> Run:
    results = tuple(
        CheckResult(check, Verdict.FAILED if check in checks else Verdict.PASSED, "as seen", found, variant)
        for check in Check
        if check is not Check.CHALLENGE_PRESENT
    )
    return a_run(Outcome.FAILED, id=an_id(77), results=results, repository_id="999")


HEADINGS = {
    S.UNCONFIRMED: "Confirm your email first",
    S.TRIAGE: "Your email is confirmed",
    S.AWAITING_REPOSITORY: "Your turn: create a repository",
    S.IN_REVIEW: "A person decides now",
    S.AWAITING_SECOND_APPROVAL: "A second person decides",
    S.COOLING_OFF: "Approved",
    S.REMOVING: "Two-factor authentication is being removed",
    S.DENIED: "We couldn’t remove",
    S.WITHDRAWN: "This case is closed",
    S.EXPIRED: "This case has expired",
}


@pytest.mark.parametrize("state", HEADINGS)
def test_each_state_says_in_its_heading_what_is_next(
    visitor: Visitor, web_parts: Parts, stage: Stage, state: State
) -> None:
    has_ended = state in {S.DENIED, S.WITHDRAWN, S.EXPIRED}
    changes: dict[str, Any] = {"ended_at": now_of(web_parts.tools)} if has_ended else {}
    case = stage.with_case(state, approvals=(an_approval(BEN),) if state is S.REMOVING else (), **changes)
    answer = visitor.get(path_of(web_parts, case))
    assert answer.status_code == 200
    heading = answer.text.split("<h1>")[1].split("</h1>")[0]
    assert heading.startswith(HEADINGS[state])
    assert answer.text.count("<h1>") == 1
    assert ("data-refresh" in answer.text) != has_ended


def test_nobody_is_told_of_an_earlier_end_of_the_wait_than_the_true_one(
    visitor: Visitor, web_parts: Parts, stage: Stage
) -> None:
    due = NOW.replace(year=NOW.year + 1, hour=10, minute=41, second=26)
    case = stage.with_case(S.COOLING_OFF, approvals=(an_approval(BEN),), due_at=due)
    page = visitor.get(path_of(web_parts, case)).text
    assert " at 10:42 UTC</time>" in page
    assert "Until <time" in page
    assert "10:41 UTC" not in page


def test_a_case_that_ended_promises_nothing_more(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.DENIED, ended_at=now_of(web_parts.tools))
    assert "Usually within one working day" not in visitor.get(path_of(web_parts, case)).text


def test_it_names_the_connected_accounts_masked_and_nothing_else_of_them(
    visitor: Visitor, web_parts: Parts, stage: Stage
) -> None:
    page = visitor.get(path_of(web_parts, stage.with_case(S.AWAITING_REPOSITORY, runs=()))).text
    assert "an•••v" in page
    assert "ana-dev" not in page
    assert ANA.address not in page
    assert "a•••@example.org" in page
    for account in ANA.connected:
        assert account.external_id not in page


def test_it_links_to_the_form_of_each_provider_with_an_account(
    visitor: Visitor, web_parts: Parts, stage: Stage
) -> None:
    page = visitor.get(path_of(web_parts, stage.with_case(S.AWAITING_REPOSITORY, runs=()))).text
    assert "https://github.com/new?name=bitrise_verification" in page
    assert "bitbucket.org/repo/create" in page


def test_it_says_only_what_to_change(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    run = a_failed_run(Check.NAME_MATCHES, found="bitrise-verification")
    page = visitor.get(path_of(web_parts, stage.with_case(S.AWAITING_REPOSITORY, runs=(run,), link=LINK))).text
    assert "Almost there: one thing to fix" in page
    assert "It is bitrise-verification, but it must be bitrise_verification." in page
    assert "8 of 9 checks are right" in page


def test_a_provider_that_does_not_answer_is_nobodys_fault(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    run = a_run(
        Outcome.CANNOT_CHECK,
        reason=CannotCheck.UNAVAILABLE,
        next_try_at=now_of(web_parts.tools).replace(hour=12, minute=5, second=0, microsecond=0) + timedelta(days=1),
        instance="",
        repository_id="",
    )
    page = visitor.get(path_of(web_parts, stage.with_case(S.AWAITING_REPOSITORY, runs=(run,), link=LINK))).text
    assert "GitHub didn’t answer" in page
    assert " at 12:05 UTC" in page
    assert "This is not your fault" in page


def test_a_compromise_answer_is_shown_and_can_be_corrected(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.TRIAGE, compromise=True, compromise_was_said=True)
    path = path_of(web_parts, case)
    assert "somebody else set up" in visitor.get(path).text
    assert visitor.send(path, {"action": "correct_answer"}).status_code == 303
    after = state_of(stage, case)
    assert (after.compromise, after.compromise_was_said) == (False, True)


def test_no_risk_signal_and_no_note_of_the_agents_is_told(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.IN_REVIEW)
    said = Message(uuid4(), case.id, NOW, Author.AGENT, "Ben Ito", "I wonder about this one", "desk", is_internal=True)
    strange = Message(uuid4(), case.id, NOW, Author.UNPROVEN, "x", "Send me everything", "email")
    with stage.uow.begin() as work:
        work.records.say(said)
        work.records.say(strange)
        work.records.say(replace(said, id=uuid4(), text="Hello Ana", is_internal=False))
    page = visitor.get(path_of(web_parts, case)).text
    assert "Hello Ana" in page
    assert "I wonder about this one" not in page
    assert "Send me everything" not in page
    assert "risk" not in page.lower()


def test_a_link_is_kept_and_its_check_put_off(
    visitor: Visitor, web_parts: Parts, stage: Stage, database: Database
) -> None:
    case = stage.with_case(S.AWAITING_REPOSITORY, runs=())
    path = path_of(web_parts, case)
    answer = visitor.send(path, {"repository_url": f"  {LINK}.git/  "})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert state_of(stage, case).link == LINK
    with database.connect() as connection:
        assert connection.execute("select subject from due where job = 'verify'").fetchall() == [(case.id,)]
    assert "We’re checking your repository" in visitor.get(path).text


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com.evil.example/ana-dev/bitrise_verification",
        "https://github.com@evil.example/ana-dev/bitrise_verification",
        "https://github.com:8443/ana-dev/bitrise_verification",
        "http://github.com/ana-dev/bitrise_verification",
        "https://140.82.121.4/ana-dev/bitrise_verification",
        "https://github.com/ana-dev%2f..%2fbitrise_verification",
        "https://github.com/../bitrise_verification",
        "https://github.com/ana-dev",
        "ana-dev/bitrise_verification",
        "javascript:alert(1)",
    ],
)
def test_a_link_that_leads_elsewhere_is_told_what_a_right_one_looks_like(
    visitor: Visitor, web_parts: Parts, stage: Stage, url: str
) -> None:
    case = stage.with_case(S.AWAITING_REPOSITORY, runs=())
    answer = visitor.send(path_of(web_parts, case), {"repository_url": url})
    assert answer.status_code == 422
    assert "It looks like https://github.com/your-name/bitrise_verification" in answer.text
    assert '<a href="#repository_url">' in answer.text
    assert url.replace("&", "&amp;") in answer.text, "what was typed is kept"
    assert state_of(stage, case) == case


def test_nothing_pasted_is_said_at_the_field(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    answer = visitor.send(path_of(web_parts, stage.with_case(S.AWAITING_REPOSITORY, runs=())), {"repository_url": " "})
    assert answer.status_code == 422
    assert "Paste the link to your repository" in answer.text


def test_the_twenty_first_check_of_a_day_is_told_when_the_next_can_be(
    visitor: Visitor, web_parts: Parts, stage: Stage
) -> None:
    case = stage.with_case(S.AWAITING_REPOSITORY, runs=())
    path = path_of(web_parts, case)
    token = visitor.token(path)
    answers = [visitor.send_with(token, path, {"repository_url": LINK}) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {303}
    assert answers[20].status_code == 429
    assert "You’ve checked 20 times today" in answers[20].text
    assert visitor.send_with(token, path, {"action": "check_again"}).status_code == 429


def test_a_message_is_kept_and_shown(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.IN_REVIEW)
    path = path_of(web_parts, case)
    assert visitor.send(path, {"message": "Is it <b>right</b>?\r\n\r\nAna"}).status_code == 303
    page = visitor.get(path).text
    assert "Is it &lt;b&gt;right&lt;/b&gt;?" in page
    assert state_of(stage, case).state is S.IN_REVIEW, "messages move nothing"
    assert visitor.send(path, {"message": " "}).status_code == 422


@pytest.mark.parametrize(
    "fields", [{"message": "a", "repository_url": LINK}, {"action": "approve"}, {"state": "removed"}, {}]
)
def test_a_form_of_nobodys_does_nothing(
    visitor: Visitor, web_parts: Parts, stage: Stage, fields: dict[str, str]
) -> None:
    case = stage.with_case(S.IN_REVIEW)
    assert visitor.send(path_of(web_parts, case), fields).status_code == 422
    assert state_of(stage, case) == case


@pytest.mark.parametrize(("action", "is_stopped"), [("withdraw", False), ("disown", True)])
def test_stopping_asks_first(visitor: Visitor, web_parts: Parts, stage: Stage, action: str, is_stopped: bool) -> None:
    case = stage.with_case(S.COOLING_OFF, approvals=(an_approval(BEN),))
    path = path_of(web_parts, case)
    asked = visitor.get(f"{path}?ask={action}").text
    assert "Stop this request?" in asked
    assert f'value="{action}"' in asked
    assert state_of(stage, case).state is S.COOLING_OFF
    assert visitor.send(path, {"action": action}).status_code == 303
    after = state_of(stage, case)
    assert (after.state, after.stopped) == (S.WITHDRAWN, is_stopped)
    heading = "The request is stopped" if is_stopped else "This case is closed"
    assert heading in visitor.get(path).text


def test_a_denied_case_gives_the_reason_and_one_second_look(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    reason = DenialReason.GIT_ACCOUNT_NOT_CONNECTED
    case = stage.with_case(S.DENIED, ended_at=now_of(web_parts.tools) - timedelta(days=1), denial_reason=reason)
    path = path_of(web_parts, case)
    page = visitor.get(path).text
    assert "was not connected to the Bitrise account before you asked" in page
    assert "Ask another person to look again" in page
    assert visitor.send(path, {"action": "ask_again"}).status_code == 303
    assert "Another person looks again" in visitor.get(path).text
    assert visitor.send(path, {"action": "ask_again"}).status_code == 409


def test_after_14_days_nobody_can_ask_again(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.DENIED, ended_at=now_of(web_parts.tools) - timedelta(days=15))
    path = path_of(web_parts, case)
    assert "Ask another person" not in visitor.get(path).text


def test_an_ended_case_takes_no_message(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.EXPIRED, runs=(), ended_at=now_of(web_parts.tools))
    other = visitor.token("/request")
    answer = visitor.send_with(other, path_of(web_parts, case), {"message": "Hello?"})
    assert answer.status_code == 409
    assert "Write to us" not in visitor.get(path_of(web_parts, case)).text


def test_only_its_own_key_opens_a_case(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.IN_REVIEW)
    path = path_of(web_parts, case)
    key = path.rsplit("/", 1)[1]
    token = visitor.token("/request")
    for bad in (
        path[:-1],
        path + "A",
        f"/cases/SP-9999/{key}",
        f"/cases/{case.reference}/guess",
        f"/cases/{'9' * 40}/{key}",
    ):
        assert visitor.get(bad).status_code == 404, bad
        assert visitor.send_with(token, bad, {"action": "withdraw"}).status_code == 404, bad
    assert state_of(stage, case) == case


def test_thirty_days_after_the_end_the_page_is_closed(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.DENIED, ended_at=now_of(web_parts.tools) - timedelta(days=31))
    assert visitor.get(path_of(web_parts, case)).status_code == 410
