"""What the database and the mail catcher say after the campaign."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import psycopg

from tests.faults.stories import Agent, Story

# Each letter belongs to one moment of a story, so two of it under different Message-IDs are one too many.
OF_A_CODE = "A recovery code was used"
OFTEN = ("Confirm your request", "Your request is open", "We found no account")
_RECEIVED = re.compile(r"Task \S+\[([0-9a-f-]{36})\] received")


def missing_mails(connection: psycopg.Connection[Any], mails: Sequence[dict[str, Any]], domain: str) -> list[str]:
    """Mails whose row says that they went out and that the catcher never saw, and rows that still wait."""
    seen = {str(mail["message_id"]).strip("<>") for mail in mails}
    rows = connection.execute("select id, letter, to_address, settled_at, refusal from mails").fetchall()
    lost = [
        f"{letter} to {to}: sent, not caught"
        for i, letter, to, at, no in rows
        if at and not no and f"{i}@{domain}" not in seen
    ]
    return lost + [f"{letter} to {to}: never sent" for _, letter, to, at, _ in rows if not at]


def doubled_mails(mails: Sequence[dict[str, Any]], stories: Sequence[Story], staff: Sequence[Agent]) -> list[str]:
    """Mails that one person got twice under different Message-IDs, but for those asked for twice.

    Of each recovery code that was used there is one mail.
    """
    codes = {person.address: person.codes_tried for person in staff}
    pressed = {story.address for story in stories if story.pressed_again}
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in mails:
        for address in mail["rcpt_to"]:
            ids[address, str(mail["subject"])].add(str(mail["message_id"]))
    return [
        f"{subject} to {address}: {len(found)} times"
        for (address, subject), found in sorted(ids.items())
        if len(found) > (codes.get(address, 1) if subject.startswith(OF_A_CODE) else 1)
        and not (subject.startswith(OFTEN) and address in pressed)
    ]


def redelivered(log: str, mails: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How often the broker gave a message out again, and how often a mail came again under its own Message-ID."""
    tasks = Counter(_RECEIVED.findall(log))
    again = Counter((str(mail["message_id"]), str(mail["rcpt_to"])) for mail in mails)
    return sum(n - 1 for n in tasks.values()), sum(n - 1 for n in again.values())


QUESTIONS = {
    "removals doubled": "select case_id from removals group by case_id having count(*) > 1",
    "enrolments removed twice": "select enrolment_id from removals group by enrolment_id having count(*) > 1",
    "removals told twice": ("select case_id from events where action = 'finish' group by case_id having count(*) > 1"),
    "removals without approval": (
        "select r.case_id from removals r where not exists "
        "(select 1 from approvals a where a.case_id = r.case_id and a.voided_at is null)"
    ),
    "removals without evidence": (
        "select r.case_id from removals r where not exists (select 1 from runs n where n.case_id = r.case_id "
        "and n.id = r.run_id and n.outcome = 'passed' and n.at > r.at - interval '30 minutes')"
    ),
    "removals of another enrolment": (
        "select r.case_id from removals r join cases c on c.id = r.case_id where c.enrolment_id <> r.enrolment_id"
    ),
    "cases removed with 2FA left on": (
        "select c.id from cases c join enrolments e on e.id = c.enrolment_id "
        "where c.state = 'removed' and e.ended_at is null"
    ),
    "2FA gone without a removed case": (
        "select e.id from enrolments e where e.ended_at is not null and not exists "
        "(select 1 from cases c where c.enrolment_id = e.id and c.state = 'removed')"
    ),
    "work parked": "select subject from due where parked_at is not null",
}


def counted(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many answers each question has; each must have none."""
    return {name: len(connection.execute(asked).fetchall()) for name, asked in QUESTIONS.items()}
