"""`docs/verification.md`: a text by hand around tables of what a run has seen; written and read here alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from tests.adapters.providers.answers import ANSWERS, FACTS
from tests.adapters.providers.columns import COLUMNS
from tests.adapters.providers.identities import IDENTITIES
from tests.adapters.providers.links import LINKS
from tests.adapters.providers.situations import CANNOT_HAPPEN
from tests.adapters.providers.worker import Cell
from tests.house.sources import ROOT

DOCUMENT = ROOT / "docs/verification.md"
OPTION = "--write-docs"
_PROPERTY = "seen"
_TABLES, _WORDS = "<!-- tables -->", "## What the requester reads"
_SENTENCE = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_NUMBERS = re.compile(r"^(.*) \(([\d, ]+)\)$")

Record = Callable[[str, object], None]  # the fixture `record_property`
Place = tuple[str, str, str]  # table, row, column


@dataclass(frozen=True)
class Table:
    """One of the tables: its heading, what is said above it, and its rows."""

    title: str
    lead: str
    rows: tuple[str, ...]


BY_LINK, BY_ITSELF, IDENTITY, BY_FORM = (
    "Answers to a link",
    "Answers when the portal looks by itself",
    "Identity",
    "Links",
)
HOW = ("missing", "of another type")
_ANSWERS = (*(one.name for one in ANSWERS), *(f"200, {fact}: {how}" for fact in FACTS for how in HOW))
TABLES = (
    Table(
        BY_LINK,
        "The requester sent a link. The provider is asked for that address, and by the owner’s id after a redirect.",
        _ANSWERS,
    ),
    Table(
        BY_ITSELF,
        "No link was sent, and the portal asks by the owner’s id. Nobody waits for this look: its page goes on asking "
        "for a link, and a fault is shown to nobody.",
        _ANSWERS,
    ),
    Table(
        IDENTITY,
        "A link was sent. Names prove nothing; ids that never change do.",
        tuple(one.name for one in IDENTITIES),
    ),
    Table(
        BY_FORM,
        "What is sent as a link, cut to owner and name or refused. A refused one causes no request at all.",
        tuple(one.name for one in LINKS),
    ),
)


def note(record: Record, place: Place, cell: Cell) -> None:
    """Keep what was seen, for a run that writes the document."""
    # Plain text: it travels from one process to another.
    record(_PROPERTY, json.dumps([*place, cell.outcome, *cell.words]))


def write(reports: Iterable[pytest.TestReport]) -> str:
    """Write the document from what the tests of a run saw, and say so; a run that did not see all writes nothing."""
    seen: dict[Place, Cell] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name == _PROPERTY:
                table, row, column, outcome, *words = json.loads(str(value))
                seen[table, row, column] = Cell(outcome, tuple(words))
    missing = [place for place in places() if place not in seen]
    if missing:
        return f"{DOCUMENT.name} was not written: {len(missing)} cells were not seen, {missing[0]} the first of them"
    by_hand = DOCUMENT.read_text(encoding="utf-8").partition(_TABLES)[0]
    DOCUMENT.write_text(by_hand + "\n".join([_TABLES, *_drawn(seen), ""]), encoding="utf-8")
    return f"{DOCUMENT.name} was written: {len(seen)} cells"


def places() -> Iterable[Place]:
    """Every cell that there is to be, in its order."""
    return ((table.title, row, column.title) for table in TABLES for row in table.rows for column in COLUMNS)


def _drawn(seen: Mapping[Place, Cell]) -> Iterator[str]:
    numbers: dict[str, int] = {}
    for place in places():
        for sentence in seen[place].words:
            numbers.setdefault(sentence, len(numbers) + 1)
    for table in TABLES:
        yield from ("", f"## {table.title}", "", table.lead, "")
        yield f"| | {' | '.join(column.title for column in COLUMNS)} |"
        yield f"|---|{'---|' * len(COLUMNS)}"
        for row in table.rows:
            cells = (_shown(seen[table.title, row, column.title], numbers) for column in COLUMNS)
            yield f"| {row} | {' | '.join(cells)} |"
    yield from ("", _WORDS, "", "By the numbers in the tables; PROVIDER stands for the provider’s name.", "")
    yield from (f"{number}. {sentence}" for sentence, number in numbers.items())


def _shown(cell: Cell, numbers: Mapping[str, int]) -> str:
    if not cell.words:
        return cell.outcome
    return f"{cell.outcome} ({', '.join(str(numbers[sentence]) for sentence in cell.words)})"


@cache
def written() -> dict[Place, Cell]:
    """Every cell of the document."""
    tables, _, words = DOCUMENT.read_text(encoding="utf-8").partition(_TABLES)[2].partition(_WORDS)
    sentences = dict(_SENTENCE.findall(words))
    found: dict[Place, Cell] = {}
    for part in tables.split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
        columns = [cell.strip() for cell in rows[0][1:]] if rows else []
        for name, *cells in rows[2:]:
            for column, text in zip(columns, cells, strict=True):
                found[title, name.strip(), column] = _read(text.strip(), sentences)
    return found


def _read(text: str, sentences: Mapping[str, str]) -> Cell:
    numbered = _NUMBERS.match(text)
    if text.startswith(CANNOT_HAPPEN) or numbered is None:
        return Cell(text, ())
    return Cell(numbered[1], tuple(sentences[number] for number in numbered[2].split(", ")))
