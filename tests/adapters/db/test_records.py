"""Requests, runs, people and policies as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from support_portal.adapters.db.pool import connect
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author, Letter
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Stale
from support_portal.domain.evidence import CannotCheck, Outcome
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import Policy
from support_portal.domain.staff import Role
from support_portal.ports.outside import RemovalOrder
from support_portal.ports.records import Mail, Message
from support_portal.ports.stores import StoreUnavailable
from tests.adapters.db.stage import Stage, a_unit_of_work
from tests.builders import CASE_ID, EVIDENCE_RUN, a_case, a_run
from tests.cast import ANA, BEN, CHLOE, LEA, NOW, an_id
from tests.parts import Database

LATER = NOW + timedelta(hours=1)


def test_a_request_is_read_as_it_was_written_and_settled(stage: Stage) -> None:
    request = stage.with_request()
    with stage.uow.begin() as work:
        assert work.requests.get(request.id) == request
        work.requests.settle(request.id, LATER, CASE_ID, "opened")
        assert work.requests.get(request.id) == replace(request, matched_at=LATER, case_id=CASE_ID, result="opened")
        with pytest.raises(NotFound):
            work.requests.get(an_id(1))


def test_a_run_is_read_as_it_was_written(stage: Stage) -> None:
    unknown = a_run(
        Outcome.CANNOT_CHECK,
        id=an_id(44),
        at=NOW,
        results=(),
        instance="",
        repository_id="",
        reason=CannotCheck.RATE_LIMITED,
        next_try_at=LATER,
    )
    stage.with_case(runs=(a_run(), unknown))
    with stage.uow.begin() as work:
        assert work.records.run(EVIDENCE_RUN) == a_run()
        assert work.records.last_run(CASE_ID) == unknown
        assert work.records.run(an_id(1)) is None
        assert work.records.last_run(an_id(1)) is None


def test_a_pass_of_a_repository_that_passed_for_another_case_is_stale(stage: Stage) -> None:
    stage.with_case(State.WITHDRAWN, repository_id=None, repository_instance=None)
    with stage.uow.begin() as work:
        work.cases.add(a_case(State.AWAITING_REPOSITORY, id=an_id(33), number=2418))
    with pytest.raises(Stale), stage.uow.begin() as work:
        work.records.add_run(a_run(id=an_id(44), case_id=an_id(33)))


def test_a_mail_that_came_in_is_known_whether_it_became_a_message_or_a_request(stage: Stage) -> None:
    request = stage.with_request()
    with stage.uow.begin() as work:
        work.records.say(Message(an_id(80), None, NOW, Author.UNPROVEN, "Ana", "Hello", "email"))
        assert work.records.has_mail(an_id(80))
        assert work.records.has_mail(request.id)
        assert not work.records.has_mail(an_id(81))


def test_events_are_counted_by_what_happened_and_since_when(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        for at in (NOW - timedelta(days=1), NOW, LATER):
            work.records.tell(Event(CASE_ID, at, "check_asked", Actor(By.CASE_PAGE), details={"n": "1"}))
        assert work.records.happened(CASE_ID, "check_asked", NOW) == 2
        assert work.records.happened(CASE_ID, "withdraw", NOW) == 0


def test_a_removal_that_the_database_refuses_says_why(stage: Stage) -> None:
    case = stage.with_removal_begun(approvals=())
    with pytest.raises(NotAllowed, match="needs an approval"), stage.uow.begin() as work:
        work.records.record_removal(case, ANA.id, case.enrolment_id, EVIDENCE_RUN, work.now)


def test_a_removal_and_its_case_end_in_one_transaction(stage: Stage) -> None:
    case = stage.with_removal_begun()
    with stage.uow.begin() as work:
        work.records.record_removal(case, ANA.id, case.enrolment_id, EVIDENCE_RUN, work.now)
        work.directory.remove_second_factors(RemovalOrder(ANA.id, case.enrolment_id, case.id, "key"))
        work.cases.save(case, replace(case, state=State.REMOVED, version=case.version + 1, ended_at=NOW))
    with stage.uow.begin() as work:
        account = work.directory.read(ANA.id)
        assert account is not None
        assert account.two_factor is None


def test_texts_are_forgotten_when_their_case_ended_long_ago_and_the_record_stays(stage: Stage) -> None:
    case = stage.with_case(State.WITHDRAWN)
    assert case.ended_at
    with stage.uow.begin() as work:
        work.requests.settle(case.request_id, NOW, case.id, "opened")
        work.records.say(Message(an_id(80), CASE_ID, NOW, Author.REQUESTER, "Ana", "My phone fell", "page"))
        work.mails.add(Mail(an_id(60), Letter.CONFIRM, ANA.address, CASE_ID, NOW))
        assert work.forgetting.texts(case.ended_at) == 0
        assert work.forgetting.texts(case.ended_at + timedelta(seconds=1)) == 1
        assert work.forgetting.texts(case.ended_at + timedelta(seconds=1)) == 0
        assert work.requests.get(case.request_id).reason == ""
        assert work.cases.get(case.id) == case
        assert work.records.run(EVIDENCE_RUN)
        with pytest.raises(NotFound):
            work.mails.get(an_id(60))


def test_an_address_belongs_to_one_person_of_the_desk(uow: SqlUnitOfWork) -> None:
    with uow.begin() as work:
        with pytest.raises(BadInput, match="works here already"):
            work.people.add(replace(BEN, id=an_id(199), address="BEN@support.example"))
        found = work.logins.by_address("Ben@Support.example")
    assert found is not None
    assert (found.principal, found.password_hash) == (BEN.principal, None)


def test_people_are_found_by_their_roles_while_they_work_here(uow: SqlUnitOfWork) -> None:
    with uow.begin() as work:
        work.people.add(replace(LEA, id=an_id(198), address="gone@support.example", is_active=False))
        assert work.people.with_roles(Role.LEAD, Role.AGENT) == [BEN, CHLOE, LEA]
        assert work.people.staff(LEA.id) == LEA
        assert work.people.staff(an_id(1)) is None


def test_policies_are_read_as_they_were_set_oldest_first(uow: SqlUnitOfWork) -> None:
    strict = Policy(second_approval="always", ask_for_code=True, safety_wait=timedelta(days=3))
    short = Policy(safety_wait=timedelta(seconds=60))
    with uow.begin() as work:
        work.policies.add(strict, NOW, NOW, "Lea Novak")
        work.policies.add(short, NOW, LATER, "Lea Novak")
        versions = work.policies.versions()
    assert [(version.policy, version.effective_at) for version in versions] == [(strict, NOW), (short, LATER)]


def test_the_time_of_a_transaction_is_the_databases(engine: Engine) -> None:
    with a_unit_of_work(engine).begin() as work:
        assert work.now.utcoffset() == timedelta(0)
        assert abs(work.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_transaction_that_fails_leaves_nothing(stage: Stage) -> None:
    def add_and_fail() -> None:
        with stage.uow.begin() as work:
            work.people.add(replace(BEN, id=an_id(197), address="late@support.example"))
            work.requests.get(an_id(1))

    with pytest.raises(NotFound):
        add_and_fail()
    with stage.uow.begin() as work:
        assert work.people.staff(an_id(197)) is None


def test_a_database_that_is_not_there_is_said_to_be_so() -> None:
    nowhere = create_engine("postgresql+psycopg://portal@/portal?host=/nowhere")
    with pytest.raises(StoreUnavailable), a_unit_of_work(nowhere).begin():
        pass
    nowhere.dispose()


def test_the_portals_connections_wait_for_nothing_for_ever(database: Database) -> None:
    engine = connect(database.url)
    with engine.connect() as connection:
        limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "timezone")
        set_to = [connection.execute(text(f"show {name}")).scalar() for name in limits]
    engine.dispose()
    assert set_to == ["15s", "5s", "1min", "UTC"]
