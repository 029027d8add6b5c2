"""Two-factor authentication of one's own account: turned on, changed, looked at and turned off."""

from __future__ import annotations

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed
from support_portal.domain.principals import Factor, Principal
from support_portal.ports.logins import SecondFactor
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.ending import end_the_rest
from support_portal.use_cases.steps.entering import ask_password, the_login
from support_portal.use_cases.steps.proving import refuse_new_password
from support_portal.use_cases.steps.telling import tell_of, write_about_security

STAFF_KEEP_IT = "Everybody who works here keeps two-factor authentication on. You can set up another app instead."
IS_OFF = "Two-factor authentication is off already."


def state(principal: Principal, *, tools: Tools) -> SecondFactor | None:
    """What stands now; None where two-factor authentication is off."""
    with tools.uow.begin() as work:
        return work.factors.of(principal)


def turn_off(principal: Principal, password: str, factor: Factor, network_address: str, *, tools: Tools) -> None:
    """Turn it off with the password; every session ends. `factor` is what the session was begun with.

    Raises BadInput for a wrong password, TooMany, NotAllowed for staff and for a git session with a new password.
    """
    if principal.is_staff:
        raise NotAllowed(STAFF_KEEP_IT)
    ask_password(principal, password, network_address, tools)
    with tools.uow.begin() as work:
        refuse_new_password(work, the_login(work, principal), factor)
        if not work.factors.end(principal, "owner", work.now):
            raise NotAllowed(IS_OFF)
        end_the_rest(work, principal)
        tell_of(work, principal, "two_factor_off")
        write_about_security(work, principal, Letter.TWO_FACTOR_TURNED_OFF)
