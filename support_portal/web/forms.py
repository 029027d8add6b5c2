"""One strict reader for every form: what does not fit is named field by field, and nothing of it is used."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from support_portal.domain.errors import BadInput
from support_portal.domain.second_factor import LONGEST_TYPED
from support_portal.use_cases.refused import tell_of_unknown_fields
from support_portal.web import session
from support_portal.web.parts import tools

CSRF_FIELD = "csrf_token"
LONGEST_LINE, LONGEST_TEXT = 254, 4000
LONGEST_PASSWORD = 1000
LONGEST_NEW_PASSWORD = 100_000  # the rules for new passwords name their own limit, which is far below
LONGEST_NAME_TOLD = 60
INVISIBLE = "The text held characters that nobody can see. They are taken out below: look at it, then send it again"


@dataclass(frozen=True)
class Line:
    """A field of one line; `missing` is said when it must be there and is not, `longest` counts characters.

    `fits` says whether a text is of the right kind, and `unfit` is said when it is not.
    """

    missing: str | None = None
    longest: int = LONGEST_LINE
    is_secret: bool = False
    fits: Callable[[str], bool] = bool
    unfit: str = ""

    def read(self, typed: str) -> str:
        """The text without spaces around it; raises ValueError in plain words."""
        text = typed if self.is_secret else typed.strip()
        if any(character in typed.strip("\r\n") for character in "\r\n") or (self.is_secret and "\n" in typed):
            raise ValueError("Use one line")
        text = _checked(text, self.missing, self.longest, may_hide=self.is_secret)
        if self.unfit and not self.fits(text):
            raise ValueError(self.unfit)
        return text


@dataclass(frozen=True)
class Lines:
    """A field of several lines."""

    missing: str | None = None
    longest: int = LONGEST_TEXT

    def read(self, typed: str) -> str:
        """The text with plain line ends; raises ValueError in plain words."""
        text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
        return _checked(text, self.missing, self.longest, allowed="\n\t")


@dataclass(frozen=True)
class Choice:
    """A field that has one of a few values; without `missing` it may be left out."""

    options: tuple[str, ...]
    missing: str | None = None

    def read(self, typed: str) -> str:
        """The value chosen; raises ValueError in plain words."""
        if typed in self.options or (not typed and self.missing is None):
            return typed
        raise ValueError(self.missing or "Choose one of the answers")


@dataclass(frozen=True)
class Code:
    """What is typed as a code: anything at all, since every wrong one gets the same answer and is counted."""

    def read(self, typed: str) -> str:
        """The text, cut where it is longer than any code."""
        return typed[: LONGEST_TYPED + 1]


Field = Line | Lines | Choice | Code
# What a security key answered, as the script of its page fills it in: longer than any answer is, and refused later.
KEY_ANSWER: Mapping[str, Field] = {"challenge": Line(longest=36), "answer": Line(longest=20_000, is_secret=True)}


def read(fields: Mapping[str, Field]) -> dict[str, str]:
    """The sent form: every field exactly once, none that is not listed; raises BadInput naming each that is wrong.

    A field that may be left out is an empty text then.
    """
    wrong: dict[str, str] = {}
    answers: dict[str, str] = {}
    for name, field in fields.items():
        sent = request.form.getlist(name)
        try:
            if len(sent) > 1:
                raise ValueError("Answer this once")
            answers[name] = field.read(sent[0] if sent else "")
        except ValueError as error:
            wrong[name] = str(error)
    unknown = [_told(name) for name in (*request.form, *request.files) if name not in fields and name != CSRF_FIELD]
    if unknown:
        _tell_of(unknown)
    for name in unknown:
        wrong[name] = f"The form has no field “{name}”"
    if len(request.form.getlist(CSRF_FIELD)) > 1:
        wrong[CSRF_FIELD] = "The form was sent with two security codes. Load the page again"
    if wrong:
        raise BadInput(wrong)
    return answers


def _tell_of(unknown: list[str]) -> None:
    """Somebody tries what no page asks for, a role or another person's id perhaps: the audit holds it."""
    visitor = session.visitor()
    page = request.url_rule.rule if request.url_rule else ""
    tell_of_unknown_fields(visitor.principal if visitor else None, page, unknown, tools=tools())


def typed(fields: Mapping[str, Field]) -> dict[str, str]:
    """What was typed, to be shown again: without passwords, and without what nobody can see."""
    return {name: visible(request.form.get(name, "")) for name, field in fields.items() if not _is_secret(field)}


def visible(text: str) -> str:
    """A text without control characters, and without those that hide or turn around what stands beside them."""
    return "".join(character for character in text if not _is_invisible(character, "\n\r\t"))


def _checked(text: str, missing: str | None, longest: int, allowed: str = "", may_hide: bool = False) -> str:
    if not text and missing is not None:
        raise ValueError(missing)
    # What joins several emoji into one is invisible too, and nobody is shown a secret.
    if not may_hide and any(_is_invisible(character, allowed) for character in text):
        raise ValueError(INVISIBLE)
    if len(text) > longest:
        raise ValueError(f"Use {longest:,} characters at most. You used {len(text):,}")
    return text


def _is_secret(field: Field) -> bool:
    return isinstance(field, Code) or (isinstance(field, Line) and field.is_secret)


def _is_invisible(character: str, allowed: str) -> bool:
    # Cc: control; Cf: bidi marks, zero-width characters, soft hyphens; Cs: halves of characters.
    return character not in allowed and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _told(name: str) -> str:
    return visible(name)[:LONGEST_NAME_TOLD]
