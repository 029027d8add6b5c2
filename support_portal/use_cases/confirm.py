"""The mailbox proof: a link mailed to the stored address is looked at, and confirmed by a click on the page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from support_portal.domain.addresses import masked
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood
from support_portal.domain.moves import Actor, By, Move
from support_portal.ports.records import Link, Request
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import NO_LONGER, case_by_link
from support_portal.use_cases.steps.gather import circumstances, policy_of
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.stopping import stop_case

CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for others
CODE_LENGTH = 12


@dataclass(frozen=True)
class Asked:
    """What the confirmation page shows: who asked for what, when and from where."""

    reference: str
    address: str
    asked_at: datetime
    network_address: str
    user_agent: str
    has_recovery_code: bool | None
    set_up_by_me: bool | None
    valid_until: datetime


@dataclass(frozen=True)
class Confirmed:
    """What came of a confirmation: the way to the case page, or (the key empty) that a recovery code is at hand."""

    reference: str
    key: str
    has_code: bool


def look(token: str, *, tools: Tools) -> Asked:
    """What was asked; changes nothing, since mail scanners open links. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        case, link = case_by_link(work, Purpose.CONFIRM, token, tools)
        if case.state is not State.UNCONFIRMED or link.used_at is not None:
            raise LinkNotGood(NO_LONGER)
        request = _request_of(work, case, link)
        return Asked(
            reference=case.reference,
            address=masked(case.address),
            asked_at=request.received_at,
            network_address=request.network_address,
            user_agent=request.user_agent,
            has_recovery_code=request.has_recovery_code,
            set_up_by_me=request.set_up_by_me,
            valid_until=_valid_until(work, case, link),
        )


def confirm(token: str, *, has_recovery_code: bool | None, set_up_by_me: bool | None, tools: Tools) -> Confirmed:
    """Confirm a request with its two answers; an answer left out leaves the given one standing.

    A recovery code at hand confirms nothing: it is the quicker way. Raises LinkNotGood, NotAllowed.
    """
    with tools.uow.begin() as work:
        case, link = _still_good(work, token, tools)
        request = _request_of(work, case, link)
        has_code = request.has_recovery_code if has_recovery_code is None else has_recovery_code
        by_owner = request.set_up_by_me if set_up_by_me is None else set_up_by_me
        if has_code:
            return Confirmed(case.reference, "", has_code=True)
        work.mails.use_link(link, work.now)
        work.mails.use_all(case.id, Purpose.CONFIRM, work.now)
        about = circumstances(
            work,
            case,
            compromise=by_owner is False,
            confirmed_address=link.address,
            confirmed_request=(request.id, request.channel),
            required_name=tools.product.repository_name,
            new_code="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
            undated=tools.undated,
            why="the owner says that somebody else set it up" if by_owner is False else "",
        )
        make_move(work, case, Move.CONFIRM, Actor(By.LINK, "Requester"), about)
        work.records.credit(case.id, request.id)
        return Confirmed(case.reference, tools.links.token(Purpose.CASE, case.id), has_code=False)


def _still_good(work: Work, token: str, tools: Tools) -> tuple[Case, Link]:
    """The case a link confirms or stops: waiting for it, the link neither used nor too old. Raises LinkNotGood."""
    case, link = case_by_link(work, Purpose.CONFIRM, token, tools)
    if case.state is not State.UNCONFIRMED or link.used_at is not None:
        raise LinkNotGood(NO_LONGER)
    _valid_until(work, case, link)
    return case, link


def _request_of(work: Work, case: Case, link: Link) -> Request:
    """The request that this very link answers: a repeated one may have come from somebody else."""
    return work.requests.get(link.request_id or case.request_id)


def _valid_until(work: Work, case: Case, link: Link) -> datetime:
    """When the link ends: as its mail said, or earlier by a stricter policy. Raises LinkNotGood when it has ended."""
    by_policy = link.made_at + policy_of(work, case).confirmation_valid
    until = min(by_policy, link.expires_at or by_policy)
    if work.now >= until:
        raise LinkNotGood(NO_LONGER)
    return until


def disown(token: str, *, tools: Tools) -> int:
    """Say "I did not ask for this" on the confirmation page: the case is stopped; the days of the block."""
    with tools.uow.begin() as work:
        case, _ = _still_good(work, token, tools)
        stop_case(work, case, Actor(By.LINK, "Owner, by the confirmation page"))
        return policy_of(work, case).block.days
