"""Another registered address: asked for with the password, confirmed by a link to the new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from support_portal.domain.addresses import compared, masked
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, Refusal
from support_portal.domain.principals import Principal
from support_portal.domain.second_factor import Limit
from support_portal.ports.logins import Login
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.directory import follow_the_account
from support_portal.use_cases.steps.ending import end_the_rest
from support_portal.use_cases.steps.entering import ask_password, the_login
from support_portal.use_cases.steps.entry import NO_LONGER, whose
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.letters import put_in_the_post
from support_portal.use_cases.steps.telling import tell_of, write_about_security

LINK_WORKS = timedelta(hours=24)
MAILS = (Limit(3, timedelta(hours=6)),)
STAFF_ASK = "The address of somebody who works here is changed by an admin."
THE_SAME = "That is your address already"
CHANGED_MEANWHILE = "Your password was changed a moment ago. Enter the new one"
TAKEN = "Another account uses this address now, so yours is as it was."


@dataclass(frozen=True)
class Change:
    """What the page of a link shows."""

    old: str
    new: str


def ask(principal: Principal, address: str, password: str, network_address: str, *, tools: Tools) -> None:
    """Mail a link to the new address; one that another account has is told so by mail alone.

    Raises BadInput, TooMany after three mails in six hours, NotAllowed for staff.
    """
    _no_staff(principal)
    with tools.uow.begin() as work:
        if compared(the_login(work, principal).address) == compared(address):
            raise BadInput({"email": THE_SAME})
    login = ask_password(principal, password, network_address, tools)
    with tools.uow.begin() as work:
        refusal = _send(work, login, address)
    if refusal is not None:
        raise refusal


def _send(work: Work, login: Login, address: str) -> Refusal | None:
    """What was refused is handed back: what was counted stays."""
    principal = login.principal
    if the_login(work, principal).password_hash != login.password_hash:
        return BadInput({"password": CHANGED_MEANWHILE})
    keys = (f"address-mail:{principal}", f"address-mail-to:{compared(address)}")
    taken = take_a_try(work, *((key, MAILS) for key in keys))
    if isinstance(taken, Refusal):
        return taken
    tell_of(work, principal, "address_change_asked", details={"to": masked(address)})
    work.mails.void_links(principal, (Purpose.ADDRESS,), work.now)
    holder = work.register.holder_of(address)
    if holder is not None and holder.account_id != principal.id:
        put_in_the_post(work, Letter.ADDRESS_TAKEN, holder.address, {})
        return None
    until = work.now + LINK_WORKS
    link = Link(uuid4(), Purpose.ADDRESS, None, address, work.now, until, account_id=principal.id)
    work.mails.add_links(link)
    put_in_the_post(work, Letter.ADDRESS_CONFIRM, address, {}, {Purpose.ADDRESS.value: link.id})
    return None


def look(principal: Principal, token: str, *, tools: Tools) -> Change:
    """What a link would change; changes nothing. Raises LinkNotGood, also for somebody else's link."""
    with tools.uow.begin() as work:
        link = _good(work, principal, token, tools)
        return Change(the_login(work, principal).address, link.address)


def confirm(principal: Principal, token: str, *, tools: Tools) -> None:
    """Change the address: both are told, every session ends, and so does a live case of the account.

    Raises LinkNotGood, NotAllowed where another account has the address by now.
    """
    with tools.uow.begin() as work:
        case = work.cases.open_one(principal.id)  # locked before the account is, as in every move
        link = _good(work, principal, token, tools)
        old = the_login(work, principal).address
        work.mails.use_link(link, work.now)
        if not work.register.change_address(principal.id, link.address):
            raise NotAllowed(TAKEN)
        end_the_rest(work, principal)
        tell_of(work, principal, "address_changed", details={"from": masked(old), "to": masked(link.address)})
        write_about_security(work, principal, Letter.ADDRESS_CHANGED, {"old": masked(old)})
        if case is not None and case.is_live:
            follow_the_account(work, case, circumstances(work, case))


def _good(work: Work, principal: Principal, token: str, tools: Tools) -> Link:
    link = work.mails.link(Purpose.ADDRESS, tools.links.subject(Purpose.ADDRESS, token))
    is_over = link.used_at is not None or (link.expires_at is not None and work.now >= link.expires_at)
    if is_over or whose(link) != principal:
        raise LinkNotGood(NO_LONGER)
    return link


def _no_staff(principal: Principal) -> None:
    if principal.is_staff:
        raise NotAllowed(STAFF_ASK)
