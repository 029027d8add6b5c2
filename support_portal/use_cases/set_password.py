"""Setting a password by a link that works once: a new colleague's first one, or one in place of a forgotten one."""

from __future__ import annotations

from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import LinkNotGood
from support_portal.ports.logins import Login
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.ending import end_the_rest
from support_portal.use_cases.steps.entry import NO_LONGER, whose
from support_portal.use_cases.steps.passwords import new_password
from support_portal.use_cases.steps.telling import tell_of, write_about_security

INVITED = Purpose.STAFF_PASSWORD


def look(token: str, purpose: Purpose = INVITED, *, tools: Tools) -> Login:
    """Whose password a link sets; changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        return _by_link(work, token, purpose, tools)[0]


def set_password(token: str, password: str, purpose: Purpose = INVITED, *, tools: Tools) -> Login:
    """Set a password by a link, once; every session of the person ends, and nobody is signed in by it.

    The second factor stays as it is, but for a locked one, which is free again. Raises LinkNotGood, BadInput.
    """
    login = look(token, purpose, tools=tools)
    stored = new_password(password, (login.name, login.address), tools=tools)
    with tools.uow.begin() as work:
        login, link = _by_link(work, token, purpose, tools)
        work.mails.use_link(link, work.now)
        work.logins.set_password(login.principal, stored, work.now)
        end_the_rest(work, login.principal)
        tell_of(work, login.principal, "password_set")
        if purpose is not INVITED or login.password_hash is not None:  # else it is the first, and nothing changed
            write_about_security(work, login.principal, Letter.PASSWORD_CHANGED)
        return login


def _by_link(work: Work, token: str, purpose: Purpose, tools: Tools) -> tuple[Login, Link]:
    link = work.mails.link(purpose, tools.links.subject(purpose, token))
    is_over = link.used_at is not None or (link.expires_at is not None and work.now >= link.expires_at)
    login = None if is_over else work.logins.of(whose(link))
    if login is None:
        raise LinkNotGood(NO_LONGER)
    return login, link
