"""Mails go out by themselves: under one Message-ID however often, and nothing that is no longer true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.jobs import LEASE, Job
from support_portal.ports.outside import OutgoingMail
from support_portal.use_cases import case_page, desk, stop
from support_portal.use_cases.send_mail import send
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage


class WorkerDied(BaseException):
    """What no `except Exception` catches: the process is gone."""


def unsettled(stage: Stage) -> int:
    """How many mails still wait."""
    with stage.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from mails where settled_at is null")).scalar_one())


def test_a_mail_whose_worker_died_after_the_servers_yes_is_sent_again_under_the_same_message_id(stage: Stage) -> None:
    stage.an_account()
    takes = stage.mails.send

    def takes_and_dies(mail: OutgoingMail, at: object) -> None:
        takes(mail, stage.clock.at)
        raise WorkerDied

    stage.mails.send = takes_and_dies  # type: ignore[method-assign]
    with pytest.raises(WorkerDied):
        stage.ask()
    stage.mails.send = takes  # type: ignore[method-assign]
    stage.passes(seconds=LEASE.total_seconds())
    first, second = stage.mails.taken
    assert first == second
    assert first.message_id.endswith("@portal.example>")
    assert stage.confirm().key


def test_a_settled_mail_is_not_sent_again_however_often_its_message_comes(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    with stage.engine.connect() as connection:
        [mail_id] = connection.execute(text("select id from mails")).scalars()
    for _ in range(20):
        send(mail_id, tools=stage.tools)
        stage.deliver(Job.SEND_MAIL, mail_id)
    assert len(stage.mails.taken) == 1


def test_of_many_workers_one_sends_a_mail(stage: Stage) -> None:
    stage.an_account()
    stage.mails.is_away = True
    stage.ask()
    stage.mails.is_away = False
    stage.clock.move(minutes=5)
    [(job, mail_id)] = stage.due()
    at_once([lambda: stage.deliver(job, mail_id)] * 16)
    assert len(stage.mails.taken) == 1


def test_while_the_mail_server_is_away_mails_wait_and_then_go_soon(stage: Stage) -> None:
    stage.an_account()
    stage.mails.is_away = True
    stage.ask()
    for _ in range(20):
        stage.passes(minutes=30)
    assert (unsettled(stage), stage.mails.taken) == (1, [])
    stage.mails.is_away = False
    stage.passes(minutes=3)
    assert (unsettled(stage), stage.subjects()) == (0, ["Confirm your request"])


def test_without_a_mail_server_mails_wait_until_there_is_one(stage: Stage) -> None:
    stage.an_account()
    with_server, stage.tools = stage.tools, replace(stage.tools, sender=None)
    stage.ask()
    stage.passes(hours=1)
    assert unsettled(stage) == 1
    stage.tools = with_server
    stage.passes(minutes=1)
    assert stage.subjects() == ["Confirm your request"]


def test_a_refused_mail_is_not_tried_again_and_stands_on_the_timeline(stage: Stage) -> None:
    stage.an_account()
    stage.mails.refuses = {ANAS}
    stage.ask()
    stage.mails.refuses = set()
    stage.passes(hours=1)
    assert (unsettled(stage), stage.mails.taken) == (0, [])
    [refused] = [e for e in stage.events(f"SP-{stage.numbers()[0]}") if e.action == "mail_refused"]
    assert (refused.why, refused.details["to"]) == ("550 no such user", "a•••@example.org")


def test_letters_that_the_case_has_overtaken_are_not_sent(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.is_away = True
    stage.approve(done.reference, ben)
    stop.stop(stage.link("stop"), "not-me", tools=stage.tools)
    stage.work_off()
    stage.mails.is_away = False
    stage.passes(minutes=5)
    assert stage.subjects(ANAS)[-1] == stage.subjects(ANAS_SECOND)[-1] == "Request stopped"
    assert not [subject for subject in stage.subjects() if subject.startswith("Approved")]
    assert unsettled(stage) == 0


def test_instructions_that_come_after_a_withdrawal_are_not_sent(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stage.mails.is_away = True
    done = stage.confirm()
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.mails.is_away = False
    stage.passes(minutes=5)
    assert stage.subjects() == ["Confirm your request", "Request withdrawn"]


def test_what_a_mail_says_is_true_when_it_is_sent(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.is_away = True
    stage.approve(done.reference, ben)
    stage.passes(days=2)
    stage.mails.is_away = False
    stage.passes(minutes=5)
    due = stage.case(done.reference).due_at
    assert due is not None
    for address in (ANAS, ANAS_SECOND):
        assert f"{due:%A}" in stage.last(address).subject
        assert f"{due:%A} {due.day} {due:%B %Y} at {due:%H:%M} UTC" in stage.last(address).text


def test_no_token_of_a_link_lies_in_the_database(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED
    tokens = {stage.link("lock"), stage.link("stop"), stage.link("stop", ANAS_SECOND), done.key}
    with stage.engine.connect() as connection:
        kept = "".join(
            str(connection.execute(text(f"select row_to_json(t) from {table} t")).all())
            for table in ("mails", "links", "events", "cases", "messages", "requests", "due")
        )
    assert [token for token in tokens if token in kept] == []


def test_only_an_agents_reply_is_no_automatic_mail_and_answers_come_back_to_the_case(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    assert all(mail.is_automatic for mail in stage.mails.taken)
    reply_to = stage.last().reply_to
    assert reply_to is not None
    assert reply_to.startswith("support+")
    assert stage.last(ANAS_SECOND).reply_to is None
    desk.reply(done.reference, ben.id, "Which git account is it?", tools=stage.tools)
    stage.work_off()
    assert not stage.last().is_automatic
    assert "Which git account is it?" in stage.last().text
