"""axe-core finds nothing on any page of the desk, in every open state, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import Check, CheckResult, Verdict
from support_portal.domain.incoming import MACHINES, Nature
from support_portal.domain.staff import OF_OWNERS, Permission
from support_portal.use_cases import answer_mail
from support_portal.web.desk.decisions import QUESTIONS
from support_portal.web.guard import needed_by
from tests.cast import CHLOE, LEA
from tests.web.desk import test_people_accessible as people
from tests.web.desk import test_providers as providers
from tests.web.desk.conftest import Desk, Open, a_failed_case
from tests.web.desk.looks import in_line, taken
from tests.web.desk.test_locked import a_shut_account
from tests.web.desk.test_protection import a_blocked_case, a_locked_case
from tests.web.findings import findings

S = State
# The pages of access tokens are looked at in a test of their own, and what programs read is no page.
Steps = Callable[[Page], None]


@dataclass(frozen=True)
class Cases:
    """One of each kind of case that looks different."""

    failed: Case
    ready: Case
    second: Case
    triage: Case
    waiting: Case
    looked_at: Case  # now, and for the second time
    locked: Case
    blocked: Case
    mail: UUID  # without a case
    answered: UUID
    shut: UUID  # an account that is locked without a case


@dataclass(frozen=True)
class Example:
    """An address, and what is done there before it is looked at."""

    path: str
    then: Steps | None = None


@pytest.fixture
def cases(desk: Desk) -> Cases:
    """The cases, and mails that fit none."""
    stage = desk.stage
    failed = a_failed_case(desk)
    stage.say(failed, Author.UNPROVEN, "Is it the dash? " + "x" * 300, stage.ago(hours=1), via="email")
    loose = {"via": "email", "from_address": "x@y.example"}
    mail, answered = (stage.say(None, Author.UNPROVEN, "Help", stage.ago(hours=1), **loose) for _ in range(2))
    stage.say(None, Author.UNPROVEN, "Away", stage.ago(hours=1), **loose, name=MACHINES[Nature.AUTOMATIC])
    answer_mail.answer_mail(answered, CHLOE.id, "Which address is it?", seen=0, tools=desk.tools)
    silent = stage.account("build@stonemill.example")
    looked_at = a_case_looked_at_again(desk)
    return Cases(
        failed,
        ready=stage.case(S.IN_REVIEW, stage.account(f"{'long' * 14}@{'domain' * 8}.example")),
        second=stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(CHLOE,)),
        triage=stage.case(S.TRIAGE, compromise=True, compromise_was_said=True),
        waiting=stage.case(S.AWAITING_REPOSITORY, silent, run=stage.unfinished_run(silent)),
        looked_at=looked_at,
        locked=a_locked_case(desk),
        blocked=a_blocked_case(desk),
        mail=mail,
        answered=answered,
        shut=a_shut_account(desk).id,
    )


def a_case_looked_at_again(desk: Desk) -> Case:
    """A worker looks at it now; two runs differ in a check, an outcome and a name that never ends."""
    account = desk.stage.account("again@stonemill.example")
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.failed_run(account))
    seen = CheckResult(Check.NAME_MATCHES, Verdict.FAILED, "long" * 300, variant="copy")
    second = desk.stage.failed_run(account, seen, link=case.link, owner_id="77", digest="another")
    with desk.tools.uow.begin() as work:
        work.records.add_run(replace(second, case_id=case.id, at=work.now))
    in_line(desk.tools, case)
    taken(desk.tools, case)
    return case


def examples(cases: Cases) -> Mapping[str, Sequence[Example]]:
    """Each endpoint that answers a GET of somebody signed in, and where it is looked at."""
    every = [one for one in vars(cases).values() if isinstance(one, Case)]
    ready, second = f"/desk/cases/{cases.ready.reference}", f"/desk/cases/{cases.second.reference}"
    asked = {"approve-second": second, "reject": second, "send-instructions": f"/desk/cases/{cases.triage.reference}"}
    return {
        "desk.queue.show": [
            Example("/desk"),
            Example("/desk?view=mine"),
            Example("/desk?view=closed"),
            Example("/desk?s=nothing"),
            Example("/desk?s=nothing", pressing("?", "Shortcuts")),
        ],
        "desk.queue.news": [Example("/desk", then=hear_of_new_cases)],
        "desk.mails.show": [Example("/desk/mails")],
        "desk.mails.ask": [
            *(Example(f"/desk/mails/{mail}/answer") for mail in (cases.mail, cases.answered)),
            Example(f"/desk/mails/{cases.mail}/answer", then=answer_nothing),
        ],
        "desk.cases.show": [
            *(Example(f"/desk/cases/{case.reference}") for case in every),
            Example(ready, pressing("a", "Approve and remove 2FA?")),
            Example(ready, pressing("d", "Deny this request?")),
            Example(ready, write_a_note),
        ],
        "desk.changes.show": [
            Example(f"/desk/cases/{case.reference}/changes") for case in (cases.looked_at, cases.ready)
        ],
        "desk.cases.checks": [Example(f"/desk/cases/{cases.failed.reference}", then=run_the_checks_again)],
        "desk.decisions.ask": [
            *(Example(f"{asked.get(question, ready)}/{question}") for question in QUESTIONS),
            Example(f"{ready}/deny", then=deny_without_a_reason),
            Example(f"{ready}/reject"),
        ],
        "an error": [Example("/desk/cases/SP-1")],
        **protections(cases),
        "desk.locked.show": [Example("/desk/accounts/locked")],
        "desk.locked.ask": [Example(f"/desk/accounts/{cases.shut}/unlock")],
    }


def protections(cases: Cases) -> Mapping[str, Sequence[Example]]:
    """What protects an account, where it applies and where it does not."""
    compromise, locked, blocked, ready = (
        f"/desk/cases/{case.reference}" for case in (cases.triage, cases.locked, cases.blocked, cases.ready)
    )
    return {
        "desk.protection.ask_to_lock": [
            Example(f"{compromise}/lock-account"),
            Example(f"{compromise}/lock-account", then=lock_without_a_reason),
            Example(f"{ready}/lock-account"),
        ],
        "desk.protection.ask_to_lift": [
            Example(f"{locked}/unlock-account"),
            Example(f"{blocked}/lift-block"),
            Example(f"{ready}/lift-block"),
        ],
    }


def pressing(key: str, dialog: str) -> Steps:
    def press(page: Page) -> None:
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=dialog)).to_be_visible()

    return press


def write_a_note(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Add note")).to_be_visible()


def run_the_checks_again(page: Page) -> None:
    with page.expect_response("**/checks?version=*"):
        page.get_by_role("button", name="Run again").click()
    expect(page.locator("#repo-state")).to_have_text("Waits for its turn")


def hear_of_new_cases(page: Page) -> None:
    """As a page that was opened long ago does each minute."""
    page.evaluate("htmx.ajax('GET', '/desk/news?view=all&since=1', {target: '#news', swap: 'outerHTML'})")
    expect(page.get_by_role("link", name="Show them")).to_be_visible()


def deny_without_a_reason(page: Page) -> None:
    page.locator("form.acct").evaluate("form => { form.noValidate = true }")  # as a browser that checks nothing
    page.get_by_role("button", name="Deny request").click()
    expect(page.locator(".errsum a").first).to_be_visible()


def answer_nothing(page: Page) -> None:
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator(".errsum a").first).to_be_visible()


def lock_without_a_reason(page: Page) -> None:
    page.locator("form.acct").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Lock the account").click()
    expect(page.locator(".errsum a").first).to_be_visible()


ELSEWHERE = OF_OWNERS | {Permission.ANYBODY, Permission.HALF_WAY}  # looked at in tests of their own


def test_no_page_for_the_staff_is_forgotten_here(desk: Desk, cases: Cases) -> None:
    app = desk.make_app(desk.parts)
    theirs = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and needed_by(app.view_functions[rule.endpoint]) not in ELSEWHERE
    }
    assert theirs == (set(examples(cases)) | set(people.PAGES) | set(providers.PAGES)) - {"an error"}


def test_every_page_of_the_desk_is_accessible(desk: Desk, open_desk: Open, cases: Cases) -> None:
    page = open_desk("/desk", by=LEA)  # who sees every way that is offered
    found = []
    for endpoint, some in examples(cases).items():
        for example in some:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(example.path)
            if example.then:
                example.then(page)
            found += findings(page, f"{endpoint} {example.path} {example.then and example.then.__name__}")
    assert found == []
