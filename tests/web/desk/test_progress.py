"""The checks of a case while they are made: check by check, from rows alone, and told once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import MANDATORY, CannotCheck, Check, CheckResult, Verdict
from support_portal.jobs import WATCHING, Job
from tests.cast import BEN
from tests.web.desk.conftest import Desk, shown
from tests.web.desk.desk_runs import a_passed_run
from tests.web.desk.looks import again_later, in_line, taken
from tests.web.desk.test_case_page import part
from tests.web.desk.test_queue import words

S = State
LINK = "https://gitlab.com/ana/bitrise_verification"


def told(page: str) -> str:
    """What the one status region of the checks says."""
    return part(page, 'id="checks-told" role="status" aria-live="polite">', "</div>")


def listed(page: str) -> list[str]:
    """Every line of the list of checks."""
    items = page.split('<ol class="checks">')[1].partition("</ol>")[0].split("</li>")
    return [words(item) for item in items[:-1]]


def page_of(desk: Desk, case: Case) -> str:
    return shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}")


@pytest.fixture
def linked(desk: Desk) -> Case:
    """A case whose requester sent a link that nobody has looked at yet."""
    return desk.stage.case(S.AWAITING_REPOSITORY, link=LINK)


def test_before_there_is_an_answer_every_check_waits_for_its_turn(desk: Desk, linked: Case) -> None:
    in_line(desk.tools, linked, lane="gitlab")
    page = page_of(desk, linked)
    assert told(page) == "The checks wait for their turn."
    assert len(listed(page)) == len(MANDATORY)
    assert all(line.endswith("Waits for its turn") for line in listed(page))


def test_while_a_worker_has_it_every_check_is_looked_at_where_the_link_leads(desk: Desk, linked: Case) -> None:
    in_line(desk.tools, linked, lane="gitlab")
    taken(desk.tools, linked)
    page = page_of(desk, linked)
    assert told(page) == "The repository is being looked at now, on GitLab."
    assert all(line.endswith("Being looked at on GitLab") for line in listed(page))


def test_the_code_stands_in_the_list_where_it_is_asked_for(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY, link=LINK, code="m4zp-k7qx")
    in_line(desk.tools, case)
    assert len(listed(page_of(desk, case))) == len(Check)


def test_without_a_link_it_is_looked_for_at_the_connected_accounts(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY, link=None)
    in_line(desk.tools, case, Job.WATCH)
    assert told(page_of(desk, case)) == "The checks wait for their turn."
    taken(desk.tools, case, Job.WATCH)
    assert told(page_of(desk, case)) == "The repository is being looked at now, on GitHub."


def test_nobody_is_told_to_wait_for_looks_that_nobody_asked_for(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY, link=None)
    in_line(desk.tools, case, Job.WATCH, WATCHING)
    page = page_of(desk, case)
    assert told(page) == "Not checked yet."
    assert "hx-trigger" not in page.split('id="checks"')[1].split(">")[0]


def test_a_verdict_stays_while_the_same_repository_is_looked_at_again(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = page_of(desk, case)  # opening it has old evidence looked at again
    assert all(line.startswith("Passed: ") for line in listed(page))
    assert all(line.endswith("waits for its turn") for line in listed(page))
    taken(desk.tools, case, Job.WATCH)
    assert all(line.endswith("being looked at") for line in listed(page_of(desk, case)))


def test_what_was_found_is_told_once_nothing_is_done_any_more(desk: Desk) -> None:
    account = desk.stage.account("jonas@kelpworks.example")
    wrong = CheckResult(Check.IS_PUBLIC, Verdict.FAILED, "visibility: private")
    failed = desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.failed_run(account, wrong))
    assert told(page_of(desk, failed)) == "1 of 9 checks did not pass."
    lately = desk.stage.account("lately@kelpworks.example")
    passed = desk.stage.case(S.IN_REVIEW, lately, run=a_passed_run(lately, desk.stage.ago(minutes=1)))
    page = page_of(desk, passed)
    assert told(page) == "All 9 checks passed."
    assert "hx-trigger" not in page.split('id="checks"')[1].split(">")[0]


def test_a_verdict_on_another_link_is_no_verdict_on_this_one(desk: Desk) -> None:
    account = desk.stage.account("jonas@kelpworks.example")
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.failed_run(account), link=LINK)
    in_line(desk.tools, case)
    assert all(line.endswith("Waits for its turn") for line in listed(page_of(desk, case)))


def test_after_a_fault_the_reason_is_told_in_plain_words_with_the_next_try(desk: Desk) -> None:
    account = desk.stage.account("build@stonemill.example")
    at = (desk.stage.now + timedelta(days=1)).replace(hour=9, minute=5, second=0, microsecond=0)
    run = replace(desk.stage.unfinished_run(account), next_try_at=at)
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=run)
    again_later(desk.tools, case)
    when = f"on {at.day} {at:%B} at 09:05 UTC"
    page = page_of(desk, case)
    assert told(page) == f"No verdict: GitHub asks us to wait. The next try is {when}, on its own."
    assert f"Next try {when}" in words(page)


@pytest.mark.parametrize("missing", [True, False])
def test_a_next_try_that_is_past_or_was_never_told_is_soon(desk: Desk, missing: bool) -> None:
    account = desk.stage.account("build@stonemill.example")
    at = None if missing else desk.stage.ago(minutes=1)
    run = replace(desk.stage.unfinished_run(account), next_try_at=at)
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=run, unchecked_tries=3)
    client = desk.signed_in(BEN)
    page = shown(client, f"/desk/cases/{case.reference}")
    assert told(page).endswith("The next try is soon, on its own.")
    assert "Next try soon" in words(page)
    assert "GitHub did not answer, next try soon" in words(shown(client, "/desk"))


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (CannotCheck.CREDENTIALS, "GitHub does not accept the portal’s token"),
        (CannotCheck.RATE_LIMITED, "GitHub asks us to wait"),
        (CannotCheck.UNAVAILABLE, "GitHub did not answer"),
        (CannotCheck.DIRECTORY, "The account directory did not answer"),
    ],
)
def test_every_reason_has_its_words(desk: Desk, reason: CannotCheck, why: str) -> None:
    account = desk.stage.account("build@stonemill.example")
    case = desk.stage.case(
        S.AWAITING_REPOSITORY, account, run=replace(desk.stage.unfinished_run(account), reason=reason)
    )
    assert told(page_of(desk, case)).startswith(f"No verdict: {why}. ")


def test_a_page_looks_for_news_often_while_something_is_done_and_once_when_the_next_try_is_due(desk: Desk) -> None:
    def trigger() -> str:
        found = re.search(r'id="checks"[^>]*hx-trigger="([^"]+)"', page_of(desk, case))
        return found[1] if found else ""

    account = desk.stage.account("build@stonemill.example")
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.unfinished_run(account))
    assert trigger() == ""
    in_line(desk.tools, case)
    assert trigger() == "every 2s"
    again_later(desk.tools, case, later=timedelta(seconds=100))
    assert re.fullmatch(r"load delay:(100|101|102)s", trigger())
    again_later(desk.tools, case, later=timedelta(hours=2))
    assert trigger() == ""


def test_a_page_that_shows_it_as_it_is_gets_an_empty_answer(desk: Desk, linked: Case) -> None:
    in_line(desk.tools, linked)
    client = desk.signed_in(BEN)
    asked = re.search(r'hx-get="([^"]+)"', shown(client, f"/desk/cases/{linked.reference}").split('id="checks"')[1])
    assert asked
    path = asked[1].replace("&amp;", "&")
    assert shown(client, path, 204) == ""
    taken(desk.tools, linked)
    assert "on GitLab" in shown(client, path)


def test_that_the_case_moved_stays_told_as_long_as_the_page_is_the_old_one(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    in_line(desk.tools, case, Job.WATCH)
    client = desk.signed_in(BEN)
    first = shown(client, f"/desk/cases/{case.reference}/checks?version={case.version - 1}&stand=old")
    assert f"checks?version={case.version - 1}&amp;stand=" in first
    assert "The case changed: Ready to decide." in words(first)
