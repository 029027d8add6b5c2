"""The life of a case: one table of moves, and the one function that makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from support_portal.domain import effects, endings, guards
from support_portal.domain.cases import ENDED, LIVE, Case, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed, WrongState
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Actor, By, Event, Move, Rule

S = State


def advance(case: Case, move: Move, by: Actor, circumstances: Circumstances) -> tuple[Case, Event, tuple[Letter, ...]]:
    """Make one move: the case after it, the event to write down, the letters to send.

    Raises WrongState when the table has no such move from here, NotAllowed when a guard or the mover is wrong.
    """
    rule = MOVES[move]
    if case.state not in rule.from_:
        raise WrongState(case.state, move)
    if by.by not in rule.by:
        raise NotAllowed(f"The move {move} is not made by {by.by}.")
    if reasons := what_holds_back(case, move, circumstances):
        raise NotAllowed(*reasons)
    to = rule.to if isinstance(rule.to, State) else rule.to(case, circumstances)
    after = replace(
        case,
        state=to,
        state_since=circumstances.at,
        version=case.version + 1,
        ended_at=circumstances.at if to in ENDED else None,
        **effects.voided(to),
        **rule.changes(case, circumstances),
    )
    reason = circumstances.approving or circumstances.denial
    details = {"reason": reason.value} if reason else {}
    event = Event(case.id, circumstances.at, move, by, case.state, to, circumstances.why, details)
    return after, event, rule.letters(case, after)


def what_holds_back(case: Case, move: Move, circumstances: Circumstances) -> tuple[str, ...]:
    """Every reason why a move is not made now, in the order of its guards; empty where none holds it back."""
    return tuple(reason for guard in MOVES[move].guards if (reason := guard(case, circumstances)))


_UNDECIDED = frozenset({S.IN_REVIEW, S.AWAITING_SECOND_APPROVAL, S.COOLING_OFF})
_BY_A_DECIDER = (
    guards.by_a_decider,
    guards.seen_version_is_current,
    guards.not_own_case,
    guards.not_the_first_decider,
)
_APPROVING = (
    *_BY_A_DECIDER,
    guards.signed_in_afresh,
    guards.approval_reason_given,
    guards.note_unless_low_risk,
    guards.all_checks_passed,
    guards.evidence_is_fresh,
    guards.mailbox_confirmed,
    guards.no_compromise_answer,
    guards.account_is_unchanged,
)

MOVES: Mapping[Move, Rule] = {
    Move.CONFIRM: Rule(
        frozenset({S.UNCONFIRMED}),
        frozenset({By.LINK}),
        effects.after_confirmation,
        (guards.link_is_for_this_address, guards.account_is_unchanged),
        effects.confirmed,
        effects.on_confirmation,
    ),
    Move.SEND_INSTRUCTIONS: Rule(
        frozenset({S.TRIAGE}),
        frozenset({By.DECIDER}),
        S.AWAITING_REPOSITORY,
        (guards.no_compromise_answer, *_BY_A_DECIDER),
        effects.instructed,
        effects.always(Letter.INSTRUCTIONS),
    ),
    Move.PASS: Rule(
        frozenset({S.AWAITING_REPOSITORY}),
        frozenset({By.WORKER}),
        S.IN_REVIEW,
        (guards.run_passed,),
        effects.passed,
        effects.always(Letter.CHECKS_PASSED),
    ),
    Move.LOSE_EVIDENCE: Rule(
        _UNDECIDED,
        frozenset({By.WORKER}),
        S.AWAITING_REPOSITORY,
        (guards.failed_twice,),
        effects.lost,
        effects.on_losing,
    ),
    Move.APPROVE: Rule(
        frozenset({S.IN_REVIEW}),
        frozenset({By.DECIDER}),
        effects.after_approval,
        _APPROVING,
        effects.approved,
        effects.on_approval,
    ),
    Move.APPROVE_SECOND: Rule(
        frozenset({S.AWAITING_SECOND_APPROVAL}),
        frozenset({By.DECIDER}),
        S.COOLING_OFF,
        (guards.not_the_same_decider, guards.first_approver_still_decides, *_APPROVING),
        effects.approved,
        effects.on_approval,
    ),
    Move.REJECT: Rule(
        frozenset({S.AWAITING_SECOND_APPROVAL}),
        frozenset({By.DECIDER}),
        S.IN_REVIEW,
        (guards.reason_given, *_BY_A_DECIDER, guards.signed_in_afresh),
    ),
    Move.VOID: Rule(
        frozenset({S.AWAITING_SECOND_APPROVAL, S.COOLING_OFF}),
        frozenset({By.PORTAL}),
        S.IN_REVIEW,
        (guards.something_voids,),
        letters=effects.on_voiding,
    ),
    Move.BEGIN_REMOVAL: Rule(
        frozenset({S.COOLING_OFF}),
        frozenset({By.WORKER}),
        S.REMOVING,
        (
            guards.wait_is_over,
            guards.approvals_stand,
            guards.run_passed_just_now,
            guards.mailbox_confirmed,
            guards.no_compromise_answer,
            guards.account_is_unchanged,
            guards.nobody_used_a_second_factor,
        ),
        lambda case, circumstances: {
            "evidence_run_id": circumstances.the_run.id,
            "evidence_at": circumstances.the_run.at,
            "failing_since": None,
        },
    ),
    Move.FINISH: Rule(
        frozenset({S.REMOVING}),
        frozenset({By.WORKER}),
        S.REMOVED,
        (endings.enrolment_is_gone,),
        letters=effects.always(Letter.REMOVED),
    ),
    Move.REFUSE: Rule(
        frozenset({S.REMOVING}),
        frozenset({By.WORKER}),
        S.IN_REVIEW,
        (endings.directory_refused,),
        letters=effects.always(Letter.APPROVAL_VOIDED),
    ),
    Move.DENY: Rule(
        LIVE - {S.UNCONFIRMED},
        frozenset({By.DECIDER}),
        S.DENIED,
        (guards.denial_reason_given, *_BY_A_DECIDER, guards.signed_in_afresh, guards.note_unless_low_risk),
        effects.denied,
        effects.always(Letter.DENIED),
    ),
    Move.WITHDRAW: Rule(
        LIVE, frozenset({By.CASE_PAGE, By.LINK, By.OWNER}), S.WITHDRAWN, letters=effects.to_the_owner(Letter.WITHDRAWN)
    ),
    Move.STOP: Rule(
        LIVE,
        frozenset({By.LINK, By.CASE_PAGE, By.OWNER}),
        S.WITHDRAWN,
        changes=lambda case, circumstances: {"stopped": True},
        letters=effects.always(Letter.STOPPED, Letter.STAFF_STOPPED),
    ),
    Move.SIGNED_IN: Rule(
        LIVE,
        frozenset({By.DIRECTORY}),
        S.WITHDRAWN,
        (endings.owner_used_a_second_factor,),
        letters=effects.to_the_owner(Letter.SIGNED_IN),
    ),
    Move.ACCOUNT_CHANGED: Rule(
        LIVE,
        frozenset({By.DIRECTORY}),
        S.WITHDRAWN,
        (endings.account_has_changed,),
        letters=effects.to_the_owner(Letter.ACCOUNT_CHANGED),
    ),
    Move.EXPIRE: Rule(
        frozenset({S.UNCONFIRMED, S.AWAITING_REPOSITORY}),
        frozenset({By.CLOCK}),
        S.EXPIRED,
        (endings.time_is_up,),
        letters=effects.to_the_owner(Letter.EXPIRED),
    ),
    Move.ASK_AGAIN: Rule(
        frozenset({S.DENIED}),
        frozenset({By.CASE_PAGE}),
        S.TRIAGE,
        (endings.may_ask_again,),
        effects.looked_at_again,
        effects.always(Letter.SECOND_LOOK),
    ),
}
