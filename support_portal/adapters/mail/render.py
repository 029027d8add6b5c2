"""Renders letters: the words stand once, in a text template; the HTML part is made of the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from support_portal.domain.correspondence import Letter
from support_portal.ports.letters import Words

_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)’”])")
_ITEM = re.compile(r"(?:-|(\d)\.) ")


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: words, or a link that shows where it leads."""

    words: str
    is_link: bool


@dataclass(frozen=True)
class Block:
    """A paragraph (`p`, one entry) or a list (`ol`, `ul`); each entry has lines, each line has pieces."""

    tag: str
    entries: tuple[tuple[tuple[Piece, ...], ...], ...]


class Templates:
    """The port `LetterWriter`, over a folder with `<letter>/subject.txt` and `<letter>/body.txt` for each letter."""

    def __init__(self, folder: Path) -> None:
        """`folder` is `templates/email`."""
        loader = FileSystemLoader(folder)
        self._pages = Environment(
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
        )
        self._texts = self._pages.overlay(autoescape=False)

    def write(self, letter: Letter, facts: Mapping[str, str], links: Mapping[str, str]) -> Words:
        """A letter from its plain facts and its links (`stop_link` in a template); raises KeyError when one misses."""
        values = {**facts, **{f"{purpose}_link": address for purpose, address in links.items()}}
        try:
            subject = " ".join(self._texts.get_template(f"{letter}/subject.txt").render(values).split())
            text = _tidy(self._texts.get_template(f"{letter}/body.txt").render(values))
        except UndefinedError as error:
            raise KeyError(f"the letter {letter} can't be written: {error}") from error
        html = self._pages.get_template("layout.html").render(subject=subject, blocks=tuple(blocks(text)))
        return Words(subject, text, html)


def blocks(text: str) -> Iterator[Block]:
    """A plain text as paragraphs and lists: an empty line ends one, a number or a dash begins an entry of a list."""
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = paragraph.split("\n")
        first = _ITEM.match(lines[0])
        if first is None:
            yield Block("p", (tuple(_pieces(line.strip()) for line in lines),))
        else:
            yield Block("ol" if first[1] else "ul", tuple(_entries(lines)))


def _entries(lines: list[str]) -> Iterator[tuple[tuple[Piece, ...], ...]]:
    entry: list[tuple[Piece, ...]] = []
    for line in lines:
        mark = _ITEM.match(line)
        if mark and entry:
            yield tuple(entry)
            entry = []
        entry.append(_pieces(line[mark.end() :] if mark else line.strip()))
    yield tuple(entry)


def _pieces(line: str) -> tuple[Piece, ...]:
    return tuple(Piece(part, bool(_LINK.fullmatch(part))) for part in _LINK.split(line) if part)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.replace("\r", "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
