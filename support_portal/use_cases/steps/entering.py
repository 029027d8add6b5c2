"""Is this the right password? Counted before it is looked at, and as slow for nobody as for somebody."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.principals import Principal
from support_portal.domain.second_factor import Limit
from support_portal.ports.logins import Login
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.telling import tell_of

OF_ONE_PERSON = (Limit(10, timedelta(minutes=5)),)
OF_EVERYBODY = (Limit(1000, timedelta(minutes=5)),)
NOT_RIGHT = "That password is not right"


def right_password(login: Login | None, key: str, password: str, network_address: str, tools: Tools) -> bool:
    """Whether the password is this person's (None: nobody's); raises TooMany. A wrong one stays counted.

    `key` names whose tries are counted. The hash takes its time on purpose, so no transaction is open meanwhile.
    """
    with tools.uow.begin() as work:
        taken = take_a_try(
            work,
            (f"password:{key}", OF_ONE_PERSON),
            (f"password-network:{network_address}", OF_ONE_PERSON),
            ("password-everybody", OF_EVERYBODY),
        )
    if isinstance(taken, Exception):
        raise taken
    stored = login.password_hash if login else None
    if not tools.passwords.is_right(password, stored) or login is None or stored is None:
        return False
    anew = tools.passwords.hashed(password) if tools.passwords.is_outdated(stored) else None
    with tools.uow.begin() as work:
        work.tries.give_back(taken)
        if anew is not None:
            work.logins.renew_hash(login.principal, stored, anew)
    return True


def ask_password(principal: Principal, password: str, network_address: str, tools: Tools) -> Login:
    """Ask somebody who is signed in for the password again; the login whose password it is.

    Raises BadInput for a wrong one, TooMany, NotAllowed.
    """
    with tools.uow.begin() as work:
        login = the_login(work, principal)
    if right_password(login, str(principal), password, network_address, tools):
        return login
    with tools.uow.begin() as work:
        tell_of(work, principal, "password_failed")
    raise BadInput({"password": NOT_RIGHT})


def the_login(work: Work, principal: Principal) -> Login:
    """Somebody as they are now; raises NotAllowed when they may not come in any more."""
    login = work.logins.of(principal)
    if login is None:
        raise NotAllowed("You are signed out. Sign in again.")
    return login
