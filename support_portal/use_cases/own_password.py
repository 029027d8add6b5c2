"""Changing one's own password while signed in."""

from __future__ import annotations

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput
from support_portal.domain.principals import Principal
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.ending import end_the_rest
from support_portal.use_cases.steps.entering import ask_password, the_login
from support_portal.use_cases.steps.passwords import new_password
from support_portal.use_cases.steps.telling import tell_of, write_about_security

THE_SAME = "That is your password already. Use another one"
CHANGED_MEANWHILE = "Your password was changed a moment ago. Enter the new one"


def has_password(principal: Principal, *, tools: Tools) -> bool:
    """Whether somebody has a password at all; who signs in through a git account may have none."""
    with tools.uow.begin() as work:
        return the_login(work, principal).password_hash is not None


def change_password(principal: Principal, present: str, new: str, network_address: str, *, tools: Tools) -> None:
    """Set a new password with the present one; every session ends. Raises BadInput, TooMany, NotAllowed."""
    try:
        login = ask_password(principal, present, network_address, tools)
    except BadInput as wrong:
        raise BadInput({"present": wrong.fields["password"]}) from wrong
    if new == present:
        raise BadInput({"password": THE_SAME})
    stored = new_password(new, (login.name, login.address), tools=tools)
    with tools.uow.begin() as work:
        the_login(work, principal)
        if not work.logins.change_password(principal, login.password_hash, stored, work.now):
            raise BadInput({"present": CHANGED_MEANWHILE})
        end_the_rest(work, principal)
        tell_of(work, principal, "password_changed")
        write_about_security(work, principal, Letter.PASSWORD_CHANGED)
