"""The tables that people read are the table that the code follows."""

from __future__ import annotations

import re

import pytest

from support_portal.domain.cases import LIVE, State
from support_portal.domain.lifecycle import MOVES
from support_portal.domain.moves import By, Move
from tests.domain.moments import the_moment
from tests.house.sources import ROOT

PAGES = ("README.md", "docs/lifecycle.md")
_ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)
_STATE = re.compile(r"`(\w+)`")


def section(page: str) -> str:
    text = (ROOT / page).read_text()
    if page == "README.md":
        found = re.search(r"<!-- lifecycle -->\n(## The life of a case\n.*?)<!-- /lifecycle -->", text, re.DOTALL)
        assert found, "the table stands between its two marks"
        return found[1]
    return text.split("## What holds a move back")[0]


def rows(page: str) -> dict[str, list[str]]:
    """Name -> the other cells of its row."""
    return {name: cells.split(" | ") for name, cells in _ROW.findall(section(page))}


def states_in(cell: str) -> set[State]:
    """`live`, a range like `a` to `b`, or the states themselves."""
    if cell == "live":
        return set(LIVE)
    named = [State(name) for name in _STATE.findall(cell)]
    if " to " not in cell:
        return set(named)
    order, (first, last) = list(State), named
    return set(order[order.index(first) : order.index(last) + 1])


@pytest.mark.parametrize("page", PAGES)
def test_the_states_and_moves_are_those_of_the_code_in_their_order(page: str) -> None:
    assert list(rows(page)) == [*State, *Move]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", State)
def test_each_state_says_what_is_waited_for(page: str, state: State) -> None:
    (waiting_for,) = rows(page)[state]
    assert (waiting_for.startswith("nobody")) is (state in {"removed", "denied", "withdrawn", "expired"})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("move", Move)
def test_each_move_goes_from_where_by_whom_and_to_where_the_code_says(page: str, move: Move) -> None:
    from_, by, to = rows(page)[move]
    assert states_in(from_) == MOVES[move].from_
    assert {By(word.replace(" ", "_")) for word in by.split(", ")} == MOVES[move].by
    assert states_in(to) == set.union(*(the_moment(move, state).targets() for state in MOVES[move].from_))


def test_every_move_says_what_holds_it_back_and_what_it_changes() -> None:
    text = (ROOT / "docs/lifecycle.md").read_text().split("## What holds a move back")[1]
    explained = {name: cells.split(" | ") for name, cells in _ROW.findall(text)}
    assert list(explained) == list(Move)
    assert {move for move, (only_if, _) in explained.items() if only_if == "always"} == {
        move for move, rule in MOVES.items() if not rule.guards
    }
