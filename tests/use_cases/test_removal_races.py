"""Many workers at the same removal, and an owner who stops it at the very instant."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import select

from support_portal.adapters.db.tables import mails, removals
from support_portal.domain.cases import State
from support_portal.domain.errors import Refusal, TryLater
from support_portal.jobs import Job
from support_portal.use_cases import remove, stop, tidy
from support_portal.use_cases.confirm import Confirmed
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage, owner

OFF = "Two-factor authentication is off"


def test_64_workers_at_once_remove_once(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.clock.move(hours=24)
    case_id = stage.case(done.reference).id
    at_once([partial(_ignoring_later, stage, case_id) for _ in range(64)])
    stage.work_off()
    assert stage.case(done.reference).state is State.REMOVED
    assert not stage.is_on(done)
    assert [stage.moves(done).count(move) for move in ("begin_removal", "finish")] == [1, 1]
    with stage.engine.connect() as connection:
        assert len(connection.execute(select(removals)).all()) == 1
        letters = connection.execute(select(mails.c.to_address).where(mails.c.letter == "removed")).scalars()
        assert sorted(letters) == [ANAS_SECOND, ANAS]
    assert stage.subjects().count(OFF) == 1


def _ignoring_later(stage: Stage, case_id: UUID) -> None:
    try:
        remove.remove(case_id, tools=stage.tools)
    except TryLater:
        return


def test_a_stop_at_the_instant_of_the_removal_has_exactly_one_outcome(stage: Stage) -> None:
    ben = stage.staff("Ben")
    owners = [replace(owner(number), second="") for number in range(50)]
    cases = [stage.cooling_off(ben, who) for who in owners]
    stage.clock.move(hours=25)
    for number, done in enumerate(cases):
        _race(stage, done, owners[number].address, stopped_at=INSTANTS[number % len(INSTANTS)])
    tidy.read_directory(tools=stage.tools)
    stage.work_off(without=(Job.SEND_MAIL,))
    outcomes = set()
    for done in cases:
        outcome = (stage.case(done.reference).state, stage.is_on(done))
        moves = stage.moves(done)
        outcomes.add(outcome)
        assert outcome in {(State.REMOVED, False), (State.WITHDRAWN, True)}, moves
        assert ("finish" in moves) is (outcome[0] is State.REMOVED)
        assert "stop" in moves or "account_locked" in moves
        assert moves.count("finish") + moves.count("stop") + moves.count("account_changed") == 1
    assert len(outcomes) == 2


INSTANTS = ("at once", "while the provider is asked", "while the directory removes")


def _race(stage: Stage, done: Confirmed, address: str, stopped_at: str) -> None:
    token, case_id, now = stage.link("stop", address), stage.case(done.reference).id, threading.Event()
    stage.github.on_call = now.set if stopped_at == INSTANTS[1] else None
    stage.directory.on_removal = (lambda order: now.set()) if stopped_at == INSTANTS[2] else None
    if stopped_at == INSTANTS[0]:
        now.set()

    def stops() -> None:
        assert now.wait(timeout=30)
        stop.stop(token, "not-me", tools=stage.tools)

    results = at_once([partial(_ignoring_later, stage, case_id), stops])
    assert [one for one in results if one is not None and not isinstance(one, Refusal)] == []
