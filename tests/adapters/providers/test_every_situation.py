"""Every answer, every case of identity, every form of a link: at every provider, by its real client, as documented."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from support_portal.domain.evidence import Outcome
from tests.adapters.providers import document
from tests.adapters.providers.answers import ANSWERS, FACTS, Fact
from tests.adapters.providers.columns import COLUMNS, Column
from tests.adapters.providers.document import BY_FORM, BY_ITSELF, BY_LINK, IDENTITY
from tests.adapters.providers.identities import IDENTITIES
from tests.adapters.providers.links import LINKS
from tests.adapters.providers.place import Place
from tests.adapters.providers.situations import CANNOT_HAPPEN, LINK, UNAVAILABLE, Situation
from tests.adapters.providers.spoken_to import places_spoken_to
from tests.adapters.providers.worker import Cell, Worker
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn

# What alone is asked for a link, as docs/verification.md has it.
_OWNER = r"(ana|278964|%7B[0-9a-f-]{36}%7D)"
OF_A_LINK = {
    "github": rf"/api/v3/repos/{_OWNER}/{REQUIRED_NAME}",
    "gitlab": rf"/api/v4/projects/{_OWNER}%2F{REQUIRED_NAME}",
    "bitbucket": rf"/2\.0/repositories/{_OWNER}/{REQUIRED_NAME}",
    "bitbucket_data_center": rf"/rest/api/1\.0/projects/~{_OWNER}/repos/{REQUIRED_NAME}",
}
See = Callable[[str, str, Cell], None]


@pytest.fixture(params=COLUMNS, ids=lambda column: column.title)
def column(request: pytest.FixtureRequest) -> Column:
    found: Column = request.param
    return found


@pytest.fixture
def place(column: Column, running_providers: dict[str, StandIn], worker: Worker) -> Place:
    return Place(column, running_providers[column.stand_in], worker)


@pytest.fixture
def see(column: Column, record_property: document.Record, request: pytest.FixtureRequest) -> See:
    """Keep a cell that was seen; unless the document is being written, it is what stands there."""

    def seen(table: str, row: str, cell: Cell) -> None:
        where = (table, row, column.title)
        document.note(record_property, where, cell)
        if not request.config.getoption(document.OPTION):
            assert document.written().get(where) == cell

    return seen


def walk(situation: Situation, place: Place, table: str, see: See, *, by_link: bool) -> None:
    """Arrange it, let a worker look, and hold what is seen against what must be and against the document."""
    expected = situation.at(place.column, by_link=by_link)
    if expected.startswith(CANNOT_HAPPEN):
        see(table, situation.name, Cell(expected, ()))
        return
    cell = place.cell(place.run(by_link=by_link), by_link=by_link)
    assert cell.outcome == expected
    see(table, situation.name, cell)


@pytest.mark.parametrize("situation", ANSWERS, ids=lambda one: one.name)
def test_git_2_each_answer_has_its_outcome(situation: Situation, place: Place, see: See) -> None:
    situation.arrange(place)
    walk(situation, place, BY_LINK, see, by_link=True)
    walk(situation, place, BY_ITSELF, see, by_link=False)


@pytest.mark.parametrize("fact", FACTS)
def test_git_2_a_fact_that_is_missing_or_of_another_type_is_no_verdict(fact: str, place: Place, see: See) -> None:
    needed = FACTS[fact][place.column.kind]
    place.repository()
    for table, by_link in ((BY_LINK, True), (BY_ITSELF, False)):
        for how in ("missing", "of another type"):
            cell = Cell(f"{CANNOT_HAPPEN}{needed}", ())
            if isinstance(needed, Fact):
                cell = spoiled(place, needed, how, by_link=by_link)
            see(table, f"200, {fact}: {how}", cell)


def spoiled(place: Place, fact: Fact, how: str, *, by_link: bool) -> Cell:
    """What is seen of each wrong value, and it is the same of all."""
    kind = "missing" if how == "missing" else "mistyped"
    for value in (None,) if kind == "missing" else fact.wrong:
        place.stand_in.fail(kind, field=fact.field, value=value)
        run = place.run(by_link=by_link)
        cell = place.cell(run, by_link=by_link)
        assert (run.outcome, cell.outcome) == (Outcome.CANNOT_CHECK, UNAVAILABLE), (fact.field, value)
        assert how != "missing" or fact.field.split(".")[-1] in run.detail
    return cell


@pytest.mark.parametrize("situation", IDENTITIES, ids=lambda one: one.name)
def test_git_1_whose_repository_it_is(situation: Situation, place: Place, see: See) -> None:
    if not situation.at(place.column, by_link=True).startswith(CANNOT_HAPPEN):
        situation.arrange(place)
    walk(situation, place, IDENTITY, see, by_link=True)


@pytest.mark.parametrize("situation", LINKS, ids=lambda one: one.name)
def test_git_1_a_link_is_cut_to_owner_and_name_or_refused(situation: Situation, place: Place, see: See) -> None:
    situation.arrange(place)
    with places_spoken_to() as places:
        walk(situation, place, BY_FORM, see, by_link=True)

    own = urlsplit(place.stand_in.url)
    asked = {one["path"].removeprefix(own.path) for one in place.stand_in.log()}
    if situation.at(place.column, by_link=True) == LINK:
        assert (places, asked) == (set(), set())
    else:
        assert places <= {own.netloc}
        assert len(asked) == 1
        assert re.fullmatch(OF_A_LINK[place.column.kind], asked.pop())


def test_the_document_has_every_cell_and_no_other(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption(document.OPTION):
        assert list(document.written()) == list(document.places())
