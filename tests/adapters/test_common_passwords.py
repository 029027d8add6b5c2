"""The list of what is tried first: on this machine, whole, and read only when it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support_portal.adapters.common_passwords import ListedPasswords
from support_portal.domain.passwords import COMMON_ONE, wrong_with

LOOKS = """
import sys
import support_portal.wiring
from support_portal.adapters.common_passwords import ListedPasswords
listed = ListedPasswords()
print(any(name.startswith("zxcvbn") for name in sys.modules))
print(listed.is_common("password"), any(name.startswith("zxcvbn") for name in sys.modules))
"""


@pytest.mark.parametrize(
    "text", ["123456", "password", "1qaz2wsx3edc4rfv", "contortionist", "congratulations", "jackson"]
)
def test_leaked_passwords_words_and_names_are_listed(text: str) -> None:
    assert ListedPasswords().is_common(text)


@pytest.mark.parametrize("text", ["", "a lantern in the harbor", "kx9#mq2$vt7!wr4", "bitrise"])
def test_nothing_else_is(text: str) -> None:
    assert not ListedPasswords().is_common(text)


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc4rfv",
        "1234567890987654321",
        "q1w2e3r4t5y6u7i8o9p0",
        "qwerty123456789",
        "Password123456789!",
        "passwordpassword",
        "iloveyou iloveyou2",
        "Michael Jackson 1958",
        "responsibilities",
        "123456789012345",
        "letmein-trustno1",
    ],
)
def test_by_the_rules_a_long_password_made_of_listed_ones_is_refused(password: str) -> None:
    assert wrong_with(password, frozenset(), ListedPasswords().is_common) == COMMON_ONE


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "the harbor lights are out", "another long password"]
)
def test_by_the_rules_several_listed_words_do(password: str) -> None:
    assert wrong_with(password, frozenset(), ListedPasswords().is_common) is None


def test_the_lists_are_read_when_the_first_text_is_looked_up() -> None:
    done = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]
