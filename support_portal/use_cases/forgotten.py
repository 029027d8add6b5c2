"""A forgotten password: asked for by address, written down at once, matched by a worker, so that nothing is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from support_portal.domain.addresses import is_address
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import BadInput, Refusal
from support_portal.domain.second_factor import Limit
from support_portal.jobs import Job
from support_portal.ports.records import Link
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.letters import put_in_the_post
from support_portal.use_cases.steps.telling import tell_of

LINK_WORKS = timedelta(hours=1)
MAILS_OF_ONE = (Limit(5, timedelta(days=1)),)
NOT_AN_ADDRESS = "Enter an email address in the correct format, like name@example.com"


def write_down(address: str, *, tools: Tools) -> UUID:
    """Keep what was asked: the same rows whether or not somebody signs in with this address; its id.

    Raises BadInput.
    """
    if not is_address(address):
        raise BadInput({"email": NOT_AN_ADDRESS})
    with tools.uow.begin() as work:
        asked = uuid4()
        work.resets.ask(asked, address, work.browser, work.now)
        work.due.put_off(Job.MATCH_RESET, asked, work.now)
        return asked


def match(asked: UUID, *, tools: Tools) -> None:
    """Mail a link to whoever signs in with the address, five a day at most; older links end. Raises NotFound."""
    with tools.uow.begin() as work:
        address, browser = work.resets.take(asked)
        login = work.logins.by_address(address)
        if login is None:
            return
        # Whoever counts the same person waits here, so that two requests at once leave one link that works.
        if isinstance(take_a_try(work, (f"reset-mail:{login.principal}", MAILS_OF_ONE)), Refusal):
            return
        work.mails.void_links(login.principal, (Purpose.RESET,), work.now)
        link = Link(
            uuid4(),
            Purpose.RESET,
            None,
            login.address,
            work.now,
            work.now + LINK_WORKS,
            staff_id=login.principal.staff_id,
            account_id=login.principal.account_id,
        )
        work.mails.add_links(link)
        put_in_the_post(work, Letter.PASSWORD_RESET, login.address, {}, {Purpose.RESET.value: link.id})
        tell_of(work, login.principal, "password_reset_asked", browser=browser)
