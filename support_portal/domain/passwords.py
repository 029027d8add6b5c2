"""What a new password must be: long, the person's own, and none that others try first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from itertools import pairwise

SHORTEST, LONGEST = 15, 128
# Whatever an installation calls its product, these stand in this program's own pages and addresses.
SERVICE_WORDS = ("Bitrise", "support portal")
SHORTEST_NAME = 3  # shorter parts of names and addresses are found in nearly every sentence
REST = 8  # letters and emoji that must be left without the words of the product and the person
SHORTEST_COMMON = 4  # shorter words on the list are chance
FEW = 3  # so many letters beside a common word are no more than digits beside it

CONTROL = "Leave out control characters, such as a tab or a line break"
ABOUT_THE_PRODUCT = "That is little more than this product’s name, your own name or your address. Use other words"
COMMON_ONE = "That is only one or two common passwords, words or names. Use three words or more"
REPEATS = "That repeats one short piece, or runs on like abcdef. Use different words"


def wrong_with(password: str, product_words: Collection[str], is_common: Callable[[str], bool]) -> str | None:
    """The rule that a new password breaks, in plain words; None when it does.

    `product_words` come from `words_in`; `is_common` knows the passwords and words that are tried first, in small
    letters.
    """
    count = _counted(password)
    if count > LONGEST:
        return f"Use {LONGEST} characters at most. You used {count:,}"
    # Half a character (Cs) cannot be written as UTF-8, so it could not be hashed.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in password):
        return CONTROL
    if count < SHORTEST:
        return f"Use {SHORTEST} characters or more. You used {count}"
    folded = _folded(password)
    if _is_about_the_product(folded, product_words):
        return ABOUT_THE_PRODUCT
    if _is_common_one(folded, product_words, is_common):
        return COMMON_ONE
    return REPEATS if len(_piece(folded)) < min(SHORTEST, len(folded)) or _is_run(folded) else None


def words_in(*texts: str) -> frozenset[str]:
    """The words of names and addresses that make no password: without the last part of a domain, and short ones."""
    found: set[str] = set()
    for text in texts:
        local, at, domain = text.rpartition("@")
        told = f"{local} {domain.rpartition('.')[0]}" if at else text
        found.update("".join(one if _is_letter(one) else " " for one in _folded(told)).split())
    return frozenset(word for word in found if len(word) >= SHORTEST_NAME)


def _counted(password: str) -> int:
    # One device sends an accented letter as one character, another as two: NFKC joins them, so that the same password
    # counts the same everywhere. But NFKC also spells single signs out, one of them as 18 letters: that is still one.
    if len(password) > LONGEST * 4:  # too long however it is joined, and joining a long row of accents is slow
        return len(password)
    return min(len(password), len(unicodedata.normalize("NFKC", password)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _letters(text: str) -> str:
    """A text without digits, spaces and signs; emoji stay, for in a password they are as good as words."""
    return "".join(one for one in text if _is_letter(one) or unicodedata.category(one) == "So")


def _is_letter(one: str) -> bool:
    return unicodedata.category(one)[0] in "LM"  # a mark belongs to its letter


def _is_about_the_product(folded: str, product_words: Collection[str]) -> bool:
    letters = _letters(folded)
    longest_first = sorted(product_words, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, longest_first)), "", letters) if longest_first else letters
    return rest != letters and len(rest) < REST


def _piece(text: str) -> str:
    """The piece that a text repeats, at least twice whole; the text itself when it repeats none."""
    pieces = (text[:length] for length in range(1, len(text) // 2 + 1))
    return next((piece for piece in pieces if (piece * (len(text) // len(piece) + 1)).startswith(text)), text)


def _is_run(text: str) -> bool:
    return {ord(after) - ord(before) for before, after in pairwise(text)} in ({1}, {-1})


def _is_common_one(folded: str, product_words: Collection[str], is_common: Callable[[str], bool]) -> bool:
    def known(word: str) -> bool:
        return word in product_words or (len(word) >= SHORTEST_COMMON and is_common(word))

    def made_of(parts: tuple[str, str]) -> bool:
        return any(map(known, parts)) and all(len(part) <= FEW or known(part) for part in parts)

    without_signs = "".join(one for one in folded if one.isalnum())
    for text in map(_piece, {folded, without_signs, _letters(folded)}):
        if any(made_of((text[:place], text[place:])) for place in range(len(text) + 1)):
            return True
    return False
