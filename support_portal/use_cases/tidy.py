"""What time brings about: cases expire and are reminded, accounts are read again, what was kept long enough goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.device import CODE_LIVES
from support_portal.domain.endings import time_is_up
from support_portal.domain.errors import Stale, TryLater
from support_portal.domain.guards import what_voids
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.domain.policy import audit_goes_before, policy_for, records_kept, records_kept_at_least
from support_portal.domain.tokens import FORGOTTEN_AFTER
from support_portal.ports.outside import DirectoryUnavailable
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.directory import follow_the_account
from support_portal.use_cases.steps.gather import circumstances, policy_of
from support_portal.use_cases.steps.letters import write_letter
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.wait import TOLD_BEFORE_THE_END, end_of_wait

CLOCK = Actor(By.CLOCK, "Clock")
PORTAL = Actor(By.PORTAL, "Support portal")
SLOW_REMOVAL = timedelta(hours=1)
NOT_NOW = timedelta(hours=1)
FORGOTTEN_AT_ONCE = 500  # cases; the next tidying goes on


def expire(case_id: UUID, *, tools: Tools) -> None:
    """End a case nobody came back to; raises TryLater while it has time left."""
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        if case.state not in {State.UNCONFIRMED, State.AWAITING_REPOSITORY}:
            return
        last = work.mails.last_link_at(case.id, Purpose.CONFIRM)
        about = circumstances(work, case, last_link_at=last)
        if time_is_up(case, about) is None:
            make_move(work, case, Move.EXPIRE, CLOCK, about)
            return
        policy = about.policy
        begun, valid = (last or case.opened_at), policy.confirmation_valid
        if case.state is State.AWAITING_REPOSITORY:
            begun, valid = case.state_since, policy.repository_expected
        at = max(begun + valid, work.now + NOT_NOW if case.unchecked_since else work.now)
    raise TryLater(at, "there is time left")


def remind(case_id: UUID, *, tools: Tools) -> None:
    """Remind a waiting requester, or the owner that a long wait ends in a day."""
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        policy = policy_of(work, case)
        account = work.directory.read(case.account_id)
        if case.state is State.COOLING_OFF and not case.wait_ends_told:
            end = end_of_wait(work, case, policy)
            if end is not None and end - work.now <= TOLD_BEFORE_THE_END:
                work.cases.save(case, replace(case, wait_ends_told=True))
                write_letter(work, case, Letter.WAIT_ENDS, account, policy, {})
            return
        if case.state is not State.AWAITING_REPOSITORY:
            return
        write_letter(work, case, Letter.REMINDER, account, policy, {})
        work.records.tell(Event(case.id, work.now, "reminded", CLOCK))
        second = case.state_since + policy.second_reminder
    if work.now < second:
        raise TryLater(second, "the second reminder")


def read_directory(*, tools: Tools) -> None:
    """Read the account of every live case, and end those whose owner signed in or whose account changed."""
    with tools.uow.begin() as work:
        ids = work.cases.live_ids()
    for case_id in ids:
        try:
            _follow(case_id, tools)
        except DirectoryUnavailable:
            return  # nothing is known, so nothing is decided; the next reading comes by itself
        except Stale:
            continue  # somebody else had the case: one of the next readings finds it free


def _follow(case_id: UUID, tools: Tools) -> None:
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        if not case.is_live:
            return
        about = circumstances(work, case)
        if follow_the_account(work, case, about):
            return
        if case.approvals and (why := what_voids(case, about)):
            make_move(work, case, Move.VOID, PORTAL, circumstances(work, case, why=why))


def tidy(*, tools: Tools) -> None:
    """Tell staff of removals that take over an hour, and forget what was kept long enough."""
    with tools.uow.begin() as work:
        for case in work.cases.slow_removals(work.now - SLOW_REMOVAL):
            facts = {"text": "The account directory has not answered for an hour."}
            write_letter(work, case, Letter.STAFF_REMOVAL_SLOW, None, policy_of(work, case), facts)
            work.records.tell(Event(case.id, work.now, "removal_slow_told", PORTAL))
    with tools.uow.begin() as work:
        kept = policy_for(work.policies.versions(), work.now).texts_kept
        work.forgetting.texts(work.now - kept)
        work.forgetting.texts_without_case(work.now - kept)
        work.forgetting.origins(work.now - kept)
        work.tokens.forget(work.now - FORGOTTEN_AFTER)
        work.device_codes.forget(work.now - CODE_LIVES)
    _forget_records(tools)


def _forget_records(tools: Tools) -> None:
    """Whole cases go, each in a transaction of its own; that they went is told without a word of what they held."""
    with tools.uow.begin() as work:
        versions = work.policies.versions()
        work.forgetting.events_without_case(audit_goes_before(versions, work.now))
        quiet = work.forgetting.quiet_cases(work.now - records_kept_at_least(versions))
        gone = [one for one in quiet if one.quiet_since < work.now - records_kept(versions, one.opened_at)]
    for one in gone[:FORGOTTEN_AT_ONCE]:
        with tools.uow.begin() as work:
            if work.forgetting.case(one.id):
                details = {"state": one.state.value, "opened_at": one.opened_at.isoformat()}
                work.records.tell(Event(None, work.now, "case_forgotten", PORTAL, why=one.reference, details=details))
