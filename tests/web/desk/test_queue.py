"""The queue as an agent sees it."""

from __future__ import annotations

import re

import pytest

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import Check, CheckResult, Verdict
from support_portal.domain.risk import Level
from support_portal.ports.desk_screens import ROWS_A_PAGE
from tests.cast import BEN, CHLOE, INES, OTTO
from tests.web.desk.conftest import Desk, shown

S = State
LONG = "theodora.varrault+continuous-integration-and-release@mobile-platform-engineering.brightwater-logistics.example"


def words(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_row_says_who_waits_for_how_long_and_gives_four_answers(desk: Desk) -> None:
    account = desk.stage.account(LONG)
    missing = CheckResult(Check.REPOSITORY_FOUND, Verdict.FAILED, "answered 404, absent or private")
    run = desk.stage.failed_run(account, missing)
    asked = desk.stage.case(S.AWAITING_REPOSITORY, account, run=run, risk=Level.HIGH, assignee_id=CHLOE.id)
    desk.stage.say(asked, Author.REQUESTER, "I don’t understand\nwhy", desk.stage.ago(minutes=31))
    row = words(shown(desk.signed_in(BEN), "/desk").split("<tbody")[1].split("</tbody>")[0])
    assert LONG in row
    for told in ("(new message)", asked.reference, "GitHub", "I don’t understand why", "Email: Match", "Git: 1"):
        assert told in row, told
    for told in ("Repo: Can’t open", "Risk: High", "Checks failed", "Needs reply", "31 min", "Chloe M."):
        assert told in row, told


@pytest.mark.parametrize(
    ("hours", "said", "mark"), [(27, "Overdue 3 h", "fail-t"), (9, "9 h", "warn-t"), (2, "2 h", "ink2")]
)
def test_a_long_wait_on_us_stands_out(desk: Desk, hours: int, said: str, mark: str) -> None:
    desk.stage.case(S.IN_REVIEW, since=desk.stage.ago(hours=hours, minutes=1))
    page = shown(desk.signed_in(BEN), "/desk")
    assert re.search(rf'class="num {mark}">(<strong>)?{said}', page)


def test_the_views_are_links_with_counts_and_the_present_one_is_marked(desk: Desk) -> None:
    desk.stage.case(S.IN_REVIEW)
    desk.stage.case(S.AWAITING_REPOSITORY)
    page = shown(desk.signed_in(BEN), "/desk?view=ready")
    tabs = page.split('aria-label="Case views"')[1].split("</nav>")[0]
    assert re.search(r'href="/desk\?view=ready" aria-current="page">Ready to decide <span class="cnt">1', tabs)
    assert re.search(r'href="/desk">All open <span class="cnt">2', tabs)
    assert "<title>Ready to decide (1)" in page


def test_a_row_names_the_provider_that_did_not_answer_and_the_next_try(desk: Desk) -> None:
    account = desk.stage.account("b.quist@example.org")
    desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.unfinished_run(account))
    assert "GitHub did not answer, next try at" in words(shown(desk.signed_in(BEN), "/desk"))


def test_filters_stay_in_the_address_of_the_next_page(desk: Desk) -> None:
    for _ in range(ROWS_A_PAGE + 1):
        desk.stage.case(S.IN_REVIEW)
    page = shown(desk.signed_in(BEN), "/desk?view=ready&provider=github&owner=nobody&s=example.org")
    assert f"1 to {ROWS_A_PAGE} of {ROWS_A_PAGE + 1}" in words(page)
    link = re.search(r'href="([^"]+)" rel="next"', page)
    assert link
    following = shown(desk.signed_in(BEN), link[1].replace("&amp;", "&"))
    assert f"{ROWS_A_PAGE + 1} to {ROWS_A_PAGE + 1} of {ROWS_A_PAGE + 1}" in words(following)
    assert 'value="github" selected' in following
    assert 'value="example.org"' in following


@pytest.mark.parametrize(
    "query",
    ["view=nothing", "page=0", "page=²", "page=99999999999", "risk=huge&owner=x&provider=y", "s=%00%E2%80%AE"],
)
def test_a_strange_address_shows_all_cases(desk: Desk, query: str) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    assert case.reference in shown(desk.signed_in(BEN), f"/desk?{query}")


def test_an_empty_list_of_mine_leads_to_the_oldest_case_that_nobody_has(desk: Desk) -> None:
    oldest = desk.stage.case(S.IN_REVIEW, since=desk.stage.ago(hours=9, minutes=1))
    desk.stage.case(S.IN_REVIEW)
    page = words(shown(desk.signed_in(BEN), "/desk?view=mine"))
    assert "Nothing is assigned to you" in page
    assert "2 cases are ready to decide, and nobody has them yet. The oldest has waited 9 hours." in page
    assert f"/desk/cases/{oldest.reference}?view=ready" in shown(desk.signed_in(BEN), "/desk?view=mine")


def test_a_search_without_a_find_offers_to_clear_it(desk: Desk) -> None:
    desk.stage.case(S.IN_REVIEW)
    page = shown(desk.signed_in(BEN), "/desk?s=nobody@nowhere.example")
    assert "No case fits" in page
    assert "Clear the filters" in page


def test_new_cases_are_announced_and_not_slipped_in(desk: Desk) -> None:
    client = desk.signed_in(BEN)
    quiet = re.search(r'hx-get="([^"]+)"', shown(client, "/desk"))
    assert quiet
    address = quiet[1].replace("&amp;", "&")
    assert "came here" not in shown(client, address)
    desk.stage.case(S.IN_REVIEW, since=desk.stage.ago(hours=-1))
    assert "1 case came here since you opened this page." in words(shown(client, address))


def test_mails_that_fit_no_case_are_read_here(desk: Desk) -> None:
    said = {
        "via": "email",
        "from_address": "stranger@somewhere.example",
        "subject": "<b>Locked out</b>",
        "dmarc": "fail",
    }
    desk.stage.say(None, Author.UNPROVEN, "My address is another one now.\n\nHelp", desk.stage.ago(hours=1), **said)
    page = shown(desk.signed_in(BEN), "/desk/mails")
    assert "&lt;b&gt;Locked out" in page
    assert "from stranger@somewhere.example DMARC: fail" in words(page)
    assert "<p>Help</p>" in page


def test_auditors_read_the_queue_and_admins_do_not(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    assert case.reference in shown(desk.signed_in(OTTO), "/desk")
    assert case.reference not in shown(desk.signed_in(INES), "/desk", 403)
