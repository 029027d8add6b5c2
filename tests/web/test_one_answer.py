"""The form tells nobody whether an account exists: five kinds of address, one answer, other mails."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case, Channel, State
from support_portal.ports.records import Block, NewAccount, Request
from support_portal.ports.tools import Tools
from support_portal.use_cases import intake
from support_portal.web.parts import Parts
from tests.cast import ANAS_GITHUB, LONG_AGO, NOW
from tests.use_cases.outside import set_status
from tests.web.test_request import GOOD
from tests.web.visiting import Visitor

KINDS = ("known", "unknown", "suspended", "without 2FA", "blocked")
MAILED = {
    "known": "confirm",
    "unknown": "no_account",
    "suspended": "account_suspended",
    "without 2FA": "two_factor_off",
    "blocked": "blocked",
}
NAMES_OF_A_MOMENT = {"Date", "X-Request-Id"}


def address_of(kind: str) -> str:
    """All as long as each other, so that lengths tell nothing either."""
    return f"person-{KINDS.index(kind)}@example.org"


@pytest.fixture
def tools(web_parts: Parts, engine: Engine) -> Tools:
    """The portal's tools, with an account for each kind of address but the unknown one."""
    tools = web_parts.tools
    for number, kind in enumerate(KINDS):
        if kind == "unknown":
            continue
        account = NewAccount(
            address=address_of(kind),
            name="Somebody",
            password_hash=None,
            other_addresses=(),
            two_factor_enrolled_at=None if kind == "without 2FA" else LONG_AGO,
            address_changed_at=None,
            password_changed_at=None,
            last_sign_in_at=None,
            privileged=False,
            connected=(type(ANAS_GITHUB)("github", f"90{number}", f"person-{number}", LONG_AGO),),
        )
        with tools.uow.begin() as work:
            account_id = work.register.register(account)
        if kind == "suspended":
            set_status(engine, account_id, AccountStatus.SUSPENDED)
        if kind == "blocked":
            _stopped_before(tools, account_id, address_of(kind))
    return tools


def _stopped_before(tools: Tools, account_id: object, address: str) -> None:
    with tools.uow.begin() as work:
        account = work.directory.find(address)[0]
        assert account.id == account_id
        assert account.two_factor
        asked = Request(uuid4(), address, "", None, None, Channel.FORM, NOW)
        work.requests.add(asked)
        case = Case(
            id=uuid4(),
            number=work.cases.next_number(),
            account_id=account.id,
            address=address,
            enrolment_id=account.two_factor.id,
            state=State.WITHDRAWN,
            version=2,
            opened_at=NOW,
            state_since=NOW,
            channel=Channel.FORM,
            request_id=asked.id,
            ended_at=NOW,
            stopped=True,
        )
        work.cases.add(case)
        work.blocks.add(Block(account.id, work.now + timedelta(days=14), case.id))


def test_five_kinds_of_address_get_one_answer_and_each_its_own_mail(
    visitor: Visitor, tools: Tools, engine: Engine
) -> None:
    token = visitor.token("/request")
    answers, queries = {}, {}
    for kind in KINDS:
        asked: list[str] = []

        def note(*said: object, asked: list[str] = asked) -> None:
            asked.append(str(said[2]))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            answer = visitor.send_with(token, "/request", {**GOOD, "email": address_of(kind)})
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        headers = tuple(sorted(pair for pair in answer.headers.items() if pair[0] not in NAMES_OF_A_MOMENT))
        answers[kind], queries[kind] = (answer.status_code, answer.data, headers), tuple(asked)
    assert len(set(answers.values())) == 1, answers
    assert len(set(queries.values())) == 1, queries
    assert queries["known"]
    assert _mailed(tools, engine) == MAILED


def _mailed(tools: Tools, engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        ids = connection.execute(text("select id from requests where matched_at is null and reason <> ''")).scalars()
        waiting = list(ids)
    for request_id in waiting:
        intake.match(request_id, tools=tools)
    with engine.connect() as connection:
        rows = connection.execute(text("select to_address, letter from mails")).all()
    return {kind: letter for kind in KINDS for to, letter in rows if to == address_of(kind)}
