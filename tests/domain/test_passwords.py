"""What a new password must be: every refusal names its rule, and nothing else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_portal.domain.passwords import (
    ABOUT_THE_PRODUCT,
    COMMON_ONE,
    CONTROL,
    LONGEST,
    REPEATS,
    SERVICE_WORDS,
    SHORTEST,
    words_in,
    wrong_with,
)

LISTED = {
    "password",
    "qwerty",
    "monkey",
    "dragon",
    "1q2w3e4r",
    "counterstrikes",
    "lantern",
    "congratulations",
    "1234567890",
}
WORDS = words_in(*SERVICE_WORDS, "Acme Cloud", "Ben Carter", "ben.c@mail.lighthouse.example", "Li")
PHRASE = "a lantern in the harbor"
E_ACUTE_JOINED, E_ACUTE_APART = "\u00e9", "e\u0301"
SPELLED_OUT = "\ufdfa"  # NFKC makes 18 letters of it
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def wrong(password: str) -> str | None:
    return wrong_with(password, WORDS, LISTED.__contains__)


def a_row(length: int) -> str:
    """A text of so many characters in which nothing repeats."""
    return "".join(chr(0x4E00 + number * 7) for number in range(length))


@pytest.mark.parametrize(
    "password",
    [
        PHRASE,
        PHRASE.upper(),
        "  spaces at both ends  ",
        "fifteen letters"[:15],
        a_row(64),
        a_row(LONGEST),
        "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆",
        f"{FAMILY} lives beside the sea",
        "kX9#mQ2$vT7!wR4",
        "83920174652910467",
        "сорок тысяч обезьян",
    ],
)
def test_long_texts_of_any_kind_do(password: str) -> None:
    assert wrong(password) is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "Use 15 characters or more. You used 0"),
        (a_row(14), "Use 15 characters or more. You used 14"),
        (a_row(129), "Use 128 characters at most. You used 129"),
        ("x" * 5000, "Use 128 characters at most. You used 5,000"),
    ],
)
def test_the_length_is_named_with_what_was_typed(password: str, told: str) -> None:
    assert wrong(password) == told


@pytest.mark.parametrize("letter", [E_ACUTE_JOINED, E_ACUTE_APART])
def test_a_letter_counts_once_however_a_device_sends_it(letter: str) -> None:
    for rest, does in ((SHORTEST - 1, True), (SHORTEST - 2, False), (LONGEST - 1, True), (LONGEST, False)):
        assert (wrong(letter + a_row(rest)) is None) is does


def test_a_sign_that_is_spelled_out_counts_once() -> None:
    assert wrong(SPELLED_OUT + "short") == "Use 15 characters or more. You used 6"
    assert wrong(SPELLED_OUT + a_row(LONGEST - 1)) is None


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\x07", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("place", [0, 5, len(PHRASE)])
def test_control_characters_and_halves_of_characters_are_refused(character: str, place: int) -> None:
    assert wrong(PHRASE[:place] + character + PHRASE[place:]) == CONTROL


@pytest.mark.parametrize(
    "password",
    [
        "Bitrise-Bitrise-Bitrise",
        "Support Portal 2026!",
        "bitrise support portal",
        "ben carter ben carter 1",
        "BEN.C@mail.lighthouse.example"[:23],
        "B.i.t.r.i.s.e 123456789",
        "bitrise 83920174652910",
        "Acme Cloud at Bitrise",
        "my lighthouse at bitrise",
        "\uff22\uff49\uff54\uff52\uff49\uff53\uff45 2026 2026 2026",
    ],
)
def test_the_product_and_the_person_make_no_password(password: str) -> None:
    assert wrong(password) == ABOUT_THE_PRODUCT


@pytest.mark.parametrize(
    "password",
    ["bitrise took my lantern away", "the benches of the harbor", "support your local brass band", "li li la la lo lo"],
)
def test_a_password_that_holds_such_a_word_beside_much_else_does(password: str) -> None:
    assert wrong(password) is None


def test_words_are_the_parts_of_names_and_addresses_that_are_not_tiny() -> None:
    assert words_in("Ana-María Ruiz", "A.Ruiz42@mail.Example.org", "O'Neil") == {
        "ana", "maría", "ruiz", "mail", "example", "neil",
    }  # fmt: skip
    assert words_in("हिन्दी") == {"हिन्दी"}
    assert words_in() == words_in("", "@", "Li") == frozenset()
    assert wrong_with("Bitrise-Bitrise 2026", frozenset(), LISTED.__contains__) is None


@pytest.mark.parametrize(
    "password", ["x" * 15, "x" * 128, "abcabcabcabcabcab", "kX9#mQ2$kX9#mQ2$", "abcdefghijklmnop", "zyxwvutsrqponmlk"]
)
def test_what_is_repeated_or_runs_on_counts_once(password: str) -> None:
    assert wrong(password) == REPEATS


def test_a_long_piece_may_come_twice_and_an_end_may_be_like_the_beginning() -> None:
    assert wrong(PHRASE * 2) is None
    assert wrong("anchors at berga") is None


@pytest.mark.parametrize(
    "password",
    [
        "congratulations",
        "CONGRATULATIONS",
        "counterstrikes1",
        "1111password2222",
        "!!! PassWord !!! 2026",
        "p-a-s-s-w-o-r-d-1-2-3",
        "password1password2",
        "monkey monkey monkey",
        "congratulations congratulations congratulations",
        "password qwerty 2026",
        "monkey/dragon/2026/08",
        "1q2w3e4r!1q2w-3e4r",
        "1q2w3e4r1234567890",
        "the password 2026 08",
        "lantern83920174652910",
        "pass\u200bword2026202620",
        "bitrise counterstrikes",
    ],
)
def test_one_or_two_common_ones_with_whatever_around_are_refused(password: str) -> None:
    assert wrong(password) == COMMON_ONE


@pytest.mark.parametrize(
    "password", ["monkey dragon qwerty", "counterstrikes at dawn", "xyz monkey harbor pond", "83920174652910xy"]
)
def test_a_common_word_among_others_does(password: str) -> None:
    assert wrong(password) is None


def test_the_product_is_looked_for_before_the_list() -> None:
    assert wrong("bitrise password") == COMMON_ONE
    assert wrong("bitrise qwerty 2026") == ABOUT_THE_PRODUCT


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(password: str) -> None:
    assert wrong(password) is None or isinstance(wrong(password), str)


def test_the_longest_texts_get_their_answer_at_once() -> None:
    """Letters that NFKC spells out make the longest texts there are; the work for them has a bound."""
    asked: list[str] = []

    def is_common(word: str) -> bool:
        asked.append(word)
        return False

    wrong_with("".join(chr(0xFDFA) + one for one in a_row(LONGEST // 2)), WORDS, is_common)
    assert 0 < len(asked) < 10_000
    # Sorting the accents of one letter takes the square of their number: this many, seconds. They are not sorted.
    assert wrong("e" + "\u0301\u0327" * 10_000) == "Use 128 characters at most. You used 20,001"
