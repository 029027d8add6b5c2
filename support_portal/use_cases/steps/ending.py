"""What ends when the way to sign in changes: whoever came in before, or prepared to, has to begin anew."""

from __future__ import annotations

from support_portal.domain.correspondence import CHANGE_THE_SIGN_IN
from support_portal.domain.principals import Principal
from support_portal.ports.stores import Work


def end_the_rest(work: Work, principal: Principal) -> None:
    """End all sessions, links that set a password or an address, and set-ups of second factors."""
    work.logins.end_sessions(principal, work.now)
    work.mails.void_links(principal, CHANGE_THE_SIGN_IN, work.now)
    work.set_ups.drop(principal)


def end_everything(work: Work, principal: Principal) -> None:
    """The same, and every access token: nothing that was begun or made before opens anything any more."""
    end_the_rest(work, principal)
    work.tokens.end_all(principal, work.now)
