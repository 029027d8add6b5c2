"""A repository is named, on the case page or in a mail that speaks for the requester."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from support_portal.domain import words
from support_portal.domain.cases import Case, State
from support_portal.domain.errors import BadInput, TooMany
from support_portal.domain.identities import read_link
from support_portal.domain.moves import Actor, Event
from support_portal.domain.watching import CHECKS_A_DAY
from support_portal.jobs import ASKED, Job
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools

CHECK_ASKED = "check_asked"


def name_link(work: Work, case: Case, url: str, by: Actor, tools: Tools) -> Case:
    """Take a link to a repository: checked at once while the case waits for one, else only recorded.

    Raises BadInput when it leads to no configured provider, TooMany after 20 checks a day.
    """
    link = read_link(url, tools.instances)
    if link is None:
        name = case.required_name or tools.product.repository_name
        raise BadInput({"repository_url": words.not_a_repository(name)})
    plain = link.url(tools.instances)
    work.records.tell(Event(case.id, work.now, "link_received", by, why=plain))
    if case.state is not State.AWAITING_REPOSITORY:
        return case
    count_check(work, case, by)
    # The next run tells this link's faults anew, so forget what was told before.
    after = replace(case, link=plain, told_failures="" if plain != case.link else case.told_failures)
    work.cases.save(case, after)
    look_now(work, after, tools)
    return after


def look_now(work: Work, case: Case, tools: Tools) -> None:
    """Have the repository looked at now: somebody waits for it, so it goes before looks that nobody asked for."""
    if case.state is State.AWAITING_REPOSITORY and case.link is not None:
        link = read_link(case.link, tools.instances)
        work.due.postpone(Job.VERIFY, case.id, work.now, link.instance if link else ASKED)
    else:
        work.due.postpone(Job.WATCH, case.id, work.now, ASKED)


def count_check(work: Work, case: Case, by: Actor) -> None:
    """Count one check that somebody asked for; raises TooMany after 20 in a day of UTC."""
    midnight = _midnight(work.now)
    if work.records.happened(case.id, CHECK_ASKED, midnight) >= CHECKS_A_DAY:
        raise TooMany(words.too_many_checks(CHECKS_A_DAY))
    work.records.tell(Event(case.id, work.now, CHECK_ASKED, by))


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
