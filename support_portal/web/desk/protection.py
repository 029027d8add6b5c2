"""What protects an account beside the decision: each a question on a page of its own, and a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed, Stale
from support_portal.domain.policy import in_words
from support_portal.domain.protection import Measure
from support_portal.domain.staff import Permission
from support_portal.use_cases import protect
from support_portal.use_cases.steps.deciding import Decision
from support_portal.web.desk.answers import ALWAYS, Answers, by_field, seen_version, signed_in_at
from support_portal.web.desk.case_page import standing_of
from support_portal.web.desk.cases import what_holds_back
from support_portal.web.desk.offers import OFFERS
from support_portal.web.desk.shell import me, page, view_named
from support_portal.web.forms import read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools
from support_portal.web.proof import asks_password

protection = Blueprint("protection", __name__, url_prefix="/desk/cases/<reference>")

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Question:
    """One measure: how its page asks, what its form does, and what is said when it is done."""

    measure: Measure
    title: str
    act: Callable[..., None]
    done: str


LOCK, UNLOCK, LIFT = (OFFERS[measure].question for measure in Measure)
QUESTIONS = {
    LOCK: Question(
        Measure.LOCK_ACCOUNT,
        "Lock the account?",
        protect.lock,
        "The account is locked. The owner, leads and admins get an email. Only a lead unlocks it.",
    ),
    UNLOCK: Question(
        Measure.UNLOCK_ACCOUNT,
        "Unlock the account?",
        protect.unlock,
        "The account is unlocked. Every address of the owner gets an email.",
    ),
    LIFT: Question(
        Measure.LIFT_BLOCK,
        "Lift the block?",
        protect.lift_block,
        "The block is lifted. A new request can be made now, and the next case is high risk.",
    ),
}
LIFTED = f'/<any("{UNLOCK}", "{LIFT}"):question>'


@protection.get(f"/{LOCK}")
@needs(Permission.DECIDE)
def ask_to_lock(reference: str) -> Answer:
    """The question whether to lock the account, with what will happen."""
    return _page(reference, LOCK, {}, {}, 200)


@protection.post(f"/{LOCK}")
@needs(Permission.DECIDE)
def lock(reference: str) -> Answer:
    """Lock the account, on the version that was seen."""
    return _answer(reference, LOCK)


@protection.get(LIFTED)
@needs(Permission.LIFT)
def ask_to_lift(reference: str, question: str) -> Answer:
    """The question whether to unlock the account, or to lift the block."""
    return _page(reference, question, {}, {}, 200)


@protection.post(LIFTED)
@needs(Permission.LIFT)
def lift(reference: str, question: str) -> Answer:
    """Unlock the account, or lift the block."""
    return _answer(reference, question)


def _answer(reference: str, question: str) -> Answer:
    """Do what was asked; a refusal shows the form again, with its reasons."""
    asked = QUESTIONS[question]
    kept = typed(ALWAYS)
    try:
        answers = read(ALWAYS)
        asked.act(reference, _decision(answers), tools=tools())
    except BadInput as refusal:
        return _page(reference, question, refusal.fields, kept, 422)
    except NotAllowed as refusal:
        return _page(reference, question, by_field(refusal.reasons), kept, 422)
    except Stale as refusal:
        return _page(reference, question, {"case": str(refusal)}, kept, 409)
    flash(asked.done)
    return redirect(url_for("desk.cases.show", reference=reference), 303)


def _decision(answers: Answers) -> Decision:
    version = seen_version(answers)
    return Decision(me().id, signed_in_at(answers), version, answers["note"])


def _page(reference: str, question: str, wrong: Mapping[str, str], kept: Answers, status: int) -> tuple[str, int]:
    """The question as it stands now; where it is no question any more, why not, and no form."""
    view = tools().screens.desk.case(me(), reference)
    asked = QUESTIONS[question]
    reasons = what_holds_back(reference).measures[asked.measure]
    seen = kept.get("version", "")
    was_seen = not seen.isdecimal() or int(seen) == view.case.version
    if reasons or not was_seen:
        status = 409
    return page(
        "desk/protection.html",
        view_named(request.args.get("view", "")),
        facts=view.case,
        account=view.account,
        block=view.block,
        standing=standing_of(view),
        told_addresses=len(view.account.owners_addresses(view.now)) if view.account else 0,
        long_wait=in_words(max(view.policy.safety_wait, view.policy.safety_wait_high_risk)),
        question=question,
        title=asked.title,
        button=OFFERS[asked.measure],
        reasons=reasons,
        wrong=dict(wrong),
        typed=dict(kept),
        was_seen=was_seen,
        asks_password=asks_password(view.now, wrong),
    ), status
