"""Who works here: a list, an invitation, and each change of a person as a question on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Stale
from support_portal.domain.staff import Permission, Role, may
from support_portal.domain.team import Change, is_no_question, standing
from support_portal.ports.people_screens import Colleague, Team
from support_portal.use_cases import people as use_case
from support_portal.use_cases.people import Answer as Answered
from support_portal.web.desk.answers import Answers, by_field, signed_in_at
from support_portal.web.desk.shell import me, page
from support_portal.web.forms import LONGEST_PASSWORD, Choice, Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools
from support_portal.web.proof import asks_password

people = Blueprint("people", __name__, url_prefix="/desk/people")

ASKED: Mapping[str, Field] = {
    "note": Lines(),
    "password": Line(longest=LONGEST_PASSWORD, is_secret=True),
}
INVITATION: Mapping[str, Field] = {
    "email": Line("Enter an email address"),
    "name": Line("Enter a name", longest=100),
    "role": Choice(tuple(Role), "Choose the role"),
    **ASKED,
}
CHANGE: Mapping[str, Field] = {"seen": Line("Open the person again, then decide", longest=40), **ASKED}
ROLES: Mapping[Role, str] = {
    Role.AGENT: "Decides about cases",
    Role.LEAD: "Decides, unlocks accounts, lifts blocks, and sets policy",
    Role.ADMIN: "Manages people and settings, and sees no cases",
    Role.AUDITOR: "Reads everything, and changes nothing",
}
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Question:
    """One change: how its page asks, what happens, and what is said when it is done."""

    change: Change
    title: str
    button: str
    icon: str
    happens: str
    done: str
    fields: Mapping[str, Field]


QUESTIONS = {
    "role": Question(
        Change.ROLE,
        "Change the role?",
        "Change the role",
        "users",
        "The new role holds at once. Every session of theirs ends, and approvals that only the old role could give"
        " are void.",
        "The role is changed. All leads and admins get an email.",
        {**CHANGE, "role": Choice(tuple(Role), "Choose the role")},
    ),
    "suspend": Question(
        Change.SUSPEND,
        "Suspend this person?",
        "Suspend",
        "ban",
        "They are out with their next click. What they approved and is not carried out yet is void.",
        "Suspended. All leads and admins get an email.",
        CHANGE,
    ),
    "let-back-in": Question(
        Change.LET_BACK,
        "Let this person back in?",
        "Let back in",
        "lock-open",
        "They sign in with the password and the second factor that they had. If those may be in other hands, invite"
        " the person anew after this.",
        "Let back in. All leads and admins get an email.",
        CHANGE,
    ),
    "invite-anew": Question(
        Change.INVITE_ANEW,
        "Invite this person anew?",
        "Invite anew",
        "mail",
        "Their password and second factor stop working, and every session ends. They get an email with a link that"
        " sets a new password, and set up a new second factor.",
        "Invited anew. The link in the email works for 24 hours.",
        CHANGE,
    ),
}
_NAMES = ", ".join(f'"{name}"' for name in QUESTIONS)
ABOUT_ONE = f"/<person>/<any({_NAMES}):question>"


@people.get("")
@needs(Permission.SEE_PEOPLE)
def show() -> str:
    """Everybody who works here or did."""
    return page("desk/people.html", None, team=_team(), can_manage=may(me(), Permission.MANAGE_PEOPLE))


@people.get("/invite")
@needs(Permission.MANAGE_PEOPLE)
def ask_to_invite() -> Answer:
    """The form of an invitation."""
    return _invitation({}, {}, 200)


@people.post("/invite")
@needs(Permission.MANAGE_PEOPLE)
def invite() -> Answer:
    """Invite somebody: the link goes to them by mail, and to nobody else."""
    kept = typed(INVITATION)
    try:
        answers = read(INVITATION)
        role = Role(answers["role"])
        use_case.invite(answers["email"], answers["name"], role, _answered(answers), tools=tools())
    except BadInput as refusal:
        return _invitation(refusal.fields, kept, 422)
    except NotAllowed as refusal:
        return _invitation(by_field(refusal.reasons), kept, 422)
    flash(f"{answers['name']} is invited. The link in the email works for 24 hours.")
    return redirect(url_for("desk.people.show"), 303)


@people.get("/<person>")
@needs(Permission.SEE_PEOPLE)
def show_one(person: str) -> str:
    """One person, and what can be changed."""
    team = _team()
    one = team.one(_id(person))
    ways = {} if not may(me(), Permission.MANAGE_PEOPLE) else QUESTIONS
    offered = {name: asked for name, asked in ways.items() if not _why_not(asked, one, team)}
    return page("desk/person.html", None, one=one, ways=offered, now=team.now)


@people.get(ABOUT_ONE)
@needs(Permission.MANAGE_PEOPLE)
def ask(person: str, question: str) -> Answer:
    """The question, with what will happen."""
    return _question(person, question, {}, {}, 200)


@people.post(ABOUT_ONE)
@needs(Permission.MANAGE_PEOPLE)
def answer(person: str, question: str) -> Answer:
    """Do it, on the standing that was seen; a refusal shows the form again, with its reasons."""
    asked = QUESTIONS[question]
    kept = typed(asked.fields)
    try:
        answers = read(asked.fields)
        role = Role(answers["role"]) if "role" in answers else None
        use_case.change(asked.change, _id(person), _answered(answers), role, tools=tools())
    except BadInput as refusal:
        return _question(person, question, refusal.fields, kept, 422)
    except NotAllowed as refusal:
        return _question(person, question, by_field(refusal.reasons), kept, 422)
    except Stale as refusal:
        return _question(person, question, {"seen": str(refusal)}, kept, 409)
    flash(asked.done)
    return redirect(url_for("desk.people.show_one", person=person), 303)


def _answered(answers: Answers) -> Answered:
    return Answered(me().id, signed_in_at(answers), answers["note"], answers.get("seen", ""))


def _team() -> Team:
    return tools().screens.people.team()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such person.") from error


def _why_not(asked: Question, one: Colleague, team: Team) -> tuple[str, ...]:
    return is_no_question(asked.change, one.person, me(), team.now, team.people)


def _invitation(wrong: Mapping[str, str], kept: Answers, status: int) -> tuple[str, int]:
    asks = asks_password(_team().now, wrong)
    return page("desk/invite.html", None, roles=ROLES, wrong=dict(wrong), typed=dict(kept), asks_password=asks), status


def _question(person: str, question: str, wrong: Mapping[str, str], kept: Answers, status: int) -> tuple[str, int]:
    """The question as it stands now; where it is none (any more), why not, and no form."""
    team, asked = _team(), QUESTIONS[question]
    one = team.one(_id(person))
    reasons = _why_not(asked, one, team)
    if reasons:
        status = 403 if one.person.id == me().id else 409
    return page(
        "desk/person-question.html",
        None,
        one=one,
        asked=asked,
        question=question,
        reasons=reasons,
        roles=ROLES if asked.change is Change.ROLE else {},
        seen=standing(one.person),
        wrong=dict(wrong),
        typed=dict(kept),
        asks_password=asks_password(team.now, wrong),
    ), status
