"""Passwords: Argon2id, salted, and no shortcut where nothing is stored."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type

from support_portal.adapters.passwords import Argon2Passwords

PASSWORD = "correct horse battery staple"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class CountingHasher(PasswordHasher):
    """Counts how often it compares."""

    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        """Compare, and count."""
        self.compared += 1
        return bool(super().verify(hash, password))


def test_a_password_fits_what_is_stored_of_it_and_nothing_else() -> None:
    passwords = Argon2Passwords(QUICK)
    stored = passwords.hashed(PASSWORD)
    assert passwords.is_right(PASSWORD, stored)
    assert not passwords.is_right(PASSWORD + " ", stored)
    assert not passwords.is_right("", stored)


def test_the_same_password_is_stored_differently_each_time() -> None:
    passwords = Argon2Passwords(QUICK)
    assert passwords.hashed(PASSWORD) != passwords.hashed(PASSWORD)


def test_it_is_argon2id_with_at_least_the_memory_of_the_standard() -> None:
    kind, version, parameters = Argon2Passwords().hashed(PASSWORD).split("$")[1:4]
    assert (kind, version) == ("argon2id", "v=19")
    assert parameters == "m=65536,t=3,p=4"


def test_where_nothing_is_stored_a_comparison_is_made_all_the_same_and_nothing_fits() -> None:
    hasher = CountingHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords = Argon2Passwords(hasher)
    assert not passwords.is_right(PASSWORD, None)
    assert not passwords.is_right("nobody has this password", None)
    assert hasher.compared == 2


def test_a_stored_text_that_is_no_hash_fits_nothing() -> None:
    assert not Argon2Passwords(QUICK).is_right(PASSWORD, "plain text")


@pytest.mark.parametrize(
    "before",
    [
        PasswordHasher(time_cost=2, memory_cost=64, parallelism=1),
        PasswordHasher(time_cost=1, memory_cost=32, parallelism=1),
        PasswordHasher(time_cost=1, memory_cost=64, parallelism=2),
        PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=Type.I),
    ],
)
def test_what_was_hashed_with_other_parameters_is_outdated_and_still_fits(before: PasswordHasher) -> None:
    passwords = Argon2Passwords(QUICK)
    stored = Argon2Passwords(before).hashed(PASSWORD)
    assert passwords.is_outdated(stored)
    assert passwords.is_right(PASSWORD, stored)
    assert not passwords.is_outdated(passwords.hashed(PASSWORD))


@pytest.mark.parametrize("length", [64, 128])
def test_long_passwords_are_compared_whole(length: int) -> None:
    passwords = Argon2Passwords(QUICK)
    password = ("a lantern \N{ANCHOR} in the harbor " * 6)[:length]
    stored = passwords.hashed(password)
    assert passwords.is_right(password, stored)
    assert not passwords.is_right(password[:-1], stored)
    assert not passwords.is_right(password.upper(), stored)
