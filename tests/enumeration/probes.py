"""The pages where an address can be tried out: a function that tries one, and a line in the list, for each.

Three of them take no address: there somebody is known whose git account, invitation or token is, or was, one of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from support_portal.domain.tokens import new_token
from tests.demo import signing_in
from tests.enumeration.people import KNOWN, Belongings
from tests.enumeration.visiting import Answer, Stranger

WRONG_PASSWORD = "the ferry leaves at noon"


@dataclass(frozen=True)
class Tried:
    """Who is tried out: of which kind, by which number, and the address as it is spelled this time."""

    kind: str
    number: int
    address: str


def sign_in(stranger: Stranger, who: Tried, _: Belongings) -> Answer:
    """A sign-in with a wrong password."""
    fields = {"email": who.address, "password": WRONG_PASSWORD, "next": ""}
    return stranger.send("/sign-in", fields, on="/sign-in", typed=who.address)


def request_form(stranger: Stranger, who: Tried, _: Belongings) -> Answer:
    """The form that asks for the removal of two-factor authentication."""
    fields = {"email": who.address, "reason": "My phone is gone.", "has_recovery_code": "no", "set_up_by_me": "yes"}
    return stranger.send("/request", fields, on="/request", typed=who.address)


def forgotten_password(stranger: Stranger, who: Tried, _: Belongings) -> Answer:
    """The form of a forgotten password."""
    return stranger.send("/sign-in/forgotten", {"email": who.address}, on="/sign-in/forgotten", typed=who.address)


def callback(stranger: Stranger, who: Tried, belongings: Belongings) -> Answer:
    """Coming back with a git account that nobody has connected, with a known person's login and address."""
    consent, cookie = stranger.led_away("/sign-in/git/gitlab")
    back = signing_in.agree(consent, belongings.login_of(who.kind, who.number))
    belongings.pretends(who.address)
    return stranger.ask("GET", path_of(back), "", {"Cookie": cookie}, typed=who.address)


def invitation(stranger: Stranger, who: Tried, belongings: Belongings) -> Answer:
    """An invitation's link that is used up, or was never made."""
    link = belongings.used_invitations[who.number] if who.kind == KNOWN else belongings.foreign_invitations[who.number]
    return stranger.ask("GET", link, "", {}, typed=link)


def token(stranger: Stranger, who: Tried, belongings: Belongings) -> Answer:
    """An access token that was one, or a whole one that never was."""
    value = belongings.removed_tokens[who.number] if who.kind == KNOWN else new_token()
    return stranger.ask("GET", "/api/v1/me", "", {"Authorization": f"Bearer {value}"}, typed=value)


def path_of(address: str) -> str:
    """The path of an address, with what is asked there."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


PROBES: dict[str, Callable[[Stranger, Tried, Belongings], Answer]] = {
    "sign-in": sign_in,
    "request": request_form,
    "forgotten-password": forgotten_password,
    "oauth-callback": callback,
    "invitation": invitation,
    "token": token,
}
