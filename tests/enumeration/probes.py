"""The pages where an address can be tried out: a function that tries one, and a line in the list, for each."""

from __future__ import annotations

from collections.abc import Callable

from tests.enumeration.visiting import Answer, Stranger

WRONG_PASSWORD = "the ferry leaves at noon"


def sign_in(stranger: Stranger, address: str) -> Answer:
    """A sign-in with a wrong password."""
    fields = {"email": address, "password": WRONG_PASSWORD, "next": ""}
    return stranger.send("/sign-in", fields, on="/sign-in", typed=address)


def request_form(stranger: Stranger, address: str) -> Answer:
    """The form that asks for the removal of two-factor authentication."""
    fields = {"email": address, "reason": "My phone is gone.", "has_recovery_code": "no", "set_up_by_me": "yes"}
    return stranger.send("/request", fields, on="/request", typed=address)


def forgotten_password(stranger: Stranger, address: str) -> Answer:
    """The form of a forgotten password."""
    return stranger.send("/sign-in/forgotten", {"email": address}, on="/sign-in/forgotten", typed=address)


PROBES: dict[str, Callable[[Stranger, str], Answer]] = {
    "sign-in": sign_in,
    "request": request_form,
    "forgotten-password": forgotten_password,
}
