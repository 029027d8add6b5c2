"""The decisions: each a question on a page of its own, the same as in its dialog, and a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.cases import ApprovalReason, DenialReason
from support_portal.domain.errors import BadInput, NotAllowed, Stale, WrongState
from support_portal.domain.lifecycle import MOVES
from support_portal.domain.moves import Move
from support_portal.domain.staff import Permission
from support_portal.use_cases import decide
from support_portal.use_cases.steps.deciding import Decision
from support_portal.web.desk.answers import ALWAYS, Answers, by_field, seen_version, signed_in_at
from support_portal.web.desk.cases import ready
from support_portal.web.desk.shell import me, page, view_named
from support_portal.web.forms import Choice, Field, read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools
from support_portal.web.proof import asks_password

decisions = Blueprint("decisions", __name__, url_prefix="/desk/cases/<reference>")

APPROVING: Mapping[str, Field] = {**ALWAYS, "reason": Choice(tuple(ApprovalReason))}
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Question:
    """One decision: the move it makes, its form, and what is said when it is done."""

    move: Move
    title: str
    act: Callable[[str, Decision, Answers], None]
    done: str
    fields: Mapping[str, Field] = field(default_factory=lambda: ALWAYS)


def _plainly(use_case: Callable[..., None]) -> Callable[[str, Decision, Answers], None]:
    return lambda reference, decision, answers: use_case(reference, decision, tools=tools())


def _approving(use_case: Callable[..., None]) -> Callable[[str, Decision, Answers], None]:
    def act(reference: str, decision: Decision, answers: Answers) -> None:
        reason = ApprovalReason(answers["reason"]) if answers["reason"] else None
        use_case(reference, decision, reason=reason, tools=tools())

    return act


def _deny(reference: str, decision: Decision, answers: Answers) -> None:
    reason = DenialReason(answers["reason"]) if answers["reason"] else None
    decide.deny(reference, decision, reason=reason, block=bool(answers["block"]), tools=tools())


QUESTIONS = {
    "approve": Question(
        Move.APPROVE,
        "Approve",
        _approving(decide.approve),
        "Your approval is kept. What comes next stands below.",
        APPROVING,
    ),
    "approve-second": Question(
        Move.APPROVE_SECOND,
        "Second approval",
        _approving(decide.approve_second),
        "Approved by both of you. Every address of the owner gets a notice with a stop link.",
        APPROVING,
    ),
    "reject": Question(
        Move.REJECT, "Don’t agree", _plainly(decide.reject), "The case is ready to decide again, with your reason."
    ),
    "deny": Question(
        Move.DENY,
        "Deny",
        _deny,
        "Denied. The owner gets the reason you chose.",
        {**ALWAYS, "reason": Choice(tuple(DenialReason)), "block": Choice(("1",))},
    ),
    "send-instructions": Question(
        Move.SEND_INSTRUCTIONS,
        "Send the instructions",
        _plainly(decide.send_instructions),
        "The instructions are on their way. The case waits for the requester now.",
    ),
}
_NAMES = ", ".join(f'"{name}"' for name in QUESTIONS)
ASKED = f"/<any({_NAMES}):question>"


@decisions.get(ASKED)
@needs(Permission.DECIDE)
def ask(reference: str, question: str) -> Answer:
    """The question, with the evidence in one line and what will happen."""
    return _page(reference, question, {}, {}, 200)


@decisions.post(ASKED)
@needs(Permission.DECIDE)
def answer(reference: str, question: str) -> Answer:
    """Decide, on the version that was seen; a refusal shows the form again, with its reasons."""
    asked = QUESTIONS[question]
    kept = typed(asked.fields)
    try:
        answers = read(asked.fields)
        asked.act(reference, _decision(answers), answers)
    except BadInput as refusal:
        return _page(reference, question, refusal.fields, kept, 422)
    except NotAllowed as refusal:
        return _page(reference, question, by_field(refusal.reasons), kept, 422)
    except (Stale, WrongState) as refusal:
        return _page(reference, question, {"case": str(refusal)}, kept, 409)
    flash(asked.done)
    return redirect(url_for("desk.cases.show", reference=reference), 303)


def _decision(answers: Answers) -> Decision:
    version = seen_version(answers)
    return Decision(me().id, signed_in_at(answers), version, answers["note"])


def _page(reference: str, question: str, wrong: Mapping[str, str], kept: Answers, status: int) -> tuple[str, int]:
    """The question as it stands now; where the case moved on, what it is now, and no form."""
    view = tools().screens.desk.case(me(), reference)
    case = ready(view)
    asked = QUESTIONS[question]
    is_possible = view.case.state in MOVES[asked.move].from_
    seen = kept.get("version", "")
    was_seen = not seen.isdecimal() or int(seen) == view.case.version
    if not is_possible or not was_seen:
        status = 409
    return page(
        "desk/question.html",
        view_named(request.args.get("view", "")),
        case=case,
        question=question,
        title=asked.title,
        wrong=dict(wrong),
        typed=dict(kept),
        is_possible=is_possible,
        was_seen=was_seen,
        button=next((one for one in case.panel.buttons if one.question == question), None),
        asks_password=asks_password(view.now, wrong),
    ), status
