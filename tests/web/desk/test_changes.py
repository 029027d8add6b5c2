"""What changed since an earlier run: two runs of one case beside each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Check, CheckResult, Run, Verdict
from tests.cast import BEN, OTTO
from tests.web.desk.conftest import Desk, shown
from tests.web.desk.desk_runs import a_passed_run, an_unfinished_run
from tests.web.desk.test_case_page import part
from tests.web.desk.test_queue import words

S = State
HOSTILE = "<img src=x onerror=alert(1)>\u202eevil\u202c"


@dataclass(frozen=True)
class Checked:
    """A case that was checked several times; its runs are over the same repository."""

    desk: Desk
    account: Account
    case: Case
    first: Run

    def run(self, minutes_ago: int, **changes: Any) -> Run:
        """One more run, which passed unless something else is said."""
        told = {"name": "bitrise_verification", "owner_name": "jonas", "visibility": "public"}
        told |= changes.pop("told", {})
        told_again = {"at": self.desk.stage.ago(minutes=minutes_ago), "summary": json.dumps(told), **changes}
        return self.keep(replace(self.first, id=uuid4(), **told_again))

    def keep(self, run: Run) -> Run:
        """Write a run down as one of this case."""
        with self.desk.stage.uow.begin() as work:
            work.records.add_run(replace(run, case_id=self.case.id))
        return run

    @property
    def path(self) -> str:
        """Where the page of the case is."""
        return f"/desk/cases/{self.case.reference}"

    def page(self, asked: str = "", status: int = 200) -> str:
        """The page that compares."""
        return shown(self.desk.signed_in(BEN), f"{self.path}/changes{asked}", status)


@pytest.fixture
def checked(desk: Desk) -> Checked:
    """A case that was checked once, an hour ago."""
    account = desk.stage.account("jonas@kelpworks.example")
    summary = json.dumps({"name": "bitrise_verification", "owner_name": "jonas", "visibility": "public"})
    first = a_passed_run(account, desk.stage.ago(minutes=60), summary=summary)
    return Checked(desk, account, desk.stage.case(S.IN_REVIEW, account, run=first), first)


def table(page: str, heading: str) -> str:
    """The table under a heading, in words."""
    return part(page, f'id="{heading}"', "</section>").split(">", 1)[1]


def private(run: Run) -> tuple[CheckResult, ...]:
    """The results of a run, but that the repository is private."""
    wrong = CheckResult(Check.IS_PUBLIC, Verdict.FAILED, "visibility: private")
    return tuple(wrong if one.check is Check.IS_PUBLIC else one for one in run.results)


def test_a_check_and_the_facts_that_changed_stand_before_and_now(checked: Checked) -> None:
    run = checked.run(5, results=private(checked.first), told={"visibility": "private"}, owner_id="77", digest="d2")
    page = checked.page()
    checks, facts = table(page, "ch-h"), table(page, "fa-h")
    assert "Public Result: Passed visibility: public Result: Failed visibility: private" in checks
    assert "Name is exact" not in checks
    assert "Visibility public private" in facts
    assert f"Id of the owner {checked.first.owner_id} 77" in facts
    assert "Repository id" not in facts
    assert "1 check and 2 facts changed. The answer itself differs." in words(page)
    assert "What changed since <time" in page
    assert run.repository_id == checked.first.repository_id


def test_it_says_so_where_nothing_changed(checked: Checked) -> None:
    checked.run(5)
    page = checked.page()
    assert "Nothing changed: every check came out as before" in words(page)
    assert "The answer itself is the same, to the letter." in page
    assert 'id="ch-h"' not in page
    assert 'id="fa-h"' not in page


def test_a_fault_is_told_with_its_reason(checked: Checked) -> None:
    now = checked.desk.stage.now
    checked.keep(an_unfinished_run(checked.account, now, now))
    page = checked.page()
    facts = table(page, "fa-h")
    assert "Outcome Result: Passed Result: No verdict" in facts
    assert "Reason None The provider asks us to wait: 403, rate limit reached" in facts
    assert "Repository id" not in facts
    assert "Result: Not run" in table(page, "ch-h")
    assert "Only one of the two runs found a repository" in page
    assert "The newest run came to no verdict, which says nothing against" in page
    assert "checks and" not in words(page)


def test_any_earlier_run_can_be_chosen_without_a_script(checked: Checked) -> None:
    middle = checked.run(30, owner_id="77")
    checked.run(5)
    page = checked.page("?view=ready")
    assert f'<option value="{middle.id}" selected>' in page
    assert f'<option value="{checked.first.id}">' in page
    assert 'action="' + checked.path + '/changes" method="get"' in page
    assert "Id of the owner 77" in table(page, "fa-h")
    assert "Nothing changed" in checked.page(f"?since={checked.first.id}")
    assert f'href="{checked.path}?view=ready#repo"' in page


def test_the_page_of_the_case_leads_there_from_the_second_run_on(checked: Checked) -> None:
    link = f'href="{checked.path}/changes"'
    client = checked.desk.signed_in(BEN)
    assert link not in shown(client, checked.path)
    assert "The checks have run once so far" in checked.page()
    checked.run(5)
    assert link in shown(client, checked.path)


def test_a_case_that_was_never_checked_has_nothing_to_compare(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    assert "The checks have not run yet." in shown(desk.signed_in(BEN), f"/desk/cases/{case.reference}/changes")


@pytest.mark.parametrize("named", ["", "nonsense", "0", str(UUID(int=7)), "../../", "%00"])
def test_a_run_that_is_not_there_is_not_found(checked: Checked, named: str) -> None:
    checked.run(5)
    assert "There is nothing here" in checked.page(f"?since={named}", 404)


def test_a_run_of_another_case_and_the_newest_itself_are_not_found(checked: Checked) -> None:
    newest = checked.run(5)
    account = checked.desk.stage.account("eve@example.org")
    theirs = a_passed_run(account, checked.desk.stage.ago(minutes=90))
    checked.desk.stage.case(S.IN_REVIEW, account, run=theirs)
    for run in (newest, theirs):
        assert "There is nothing here" in checked.page(f"?since={run.id}", 404)


def test_whoever_may_not_see_the_case_sees_no_runs_of_it(desk: Desk) -> None:
    own = desk.stage.account("b@example.org", other_addresses=(BEN.address,))
    mine, unconfirmed = desk.stage.case(S.IN_REVIEW, own), desk.stage.case(S.UNCONFIRMED)
    for reference in (mine.reference, unconfirmed.reference, "SP-999999", "nonsense"):
        assert "There is nothing here" in shown(desk.signed_in(BEN), f"/desk/cases/{reference}/changes", 404)
    assert "What changed" in shown(desk.signed_in(OTTO), f"/desk/cases/{mine.reference}/changes")


def test_text_of_a_stranger_is_shown_as_text_and_whole(checked: Checked) -> None:
    long = "x" * 10_000
    seen = CheckResult(Check.NAME_MATCHES, Verdict.FAILED, f"{HOSTILE}{long}", variant="<b>")
    results = tuple(seen if one.check is Check.NAME_MATCHES else one for one in checked.first.results)
    checked.run(5, results=results, told={"owner_name": HOSTILE}, link=f"javascript:alert(1)//{long}", digest="d2")
    page = checked.page()
    assert "<img src=x" not in page
    assert "<bdi>&lt;img src=x onerror=alert(1)&gt;\u202eevil\u202c</bdi>" in page
    assert long in table(page, "ch-h")
    assert 'href="javascript:' not in page
