"""A printed table shows where nothing was tried."""

from __future__ import annotations

from tests.printed_tables import drawn

NARROW = {("approve", "denied"): "refused", ("approve", "in_review"): "to 6", ("stop", "denied"): "refused"}


def test_a_cell_that_no_test_filled_is_shown_and_counted() -> None:
    assert drawn(NARROW) == [
        "         denied   in_review",
        "approve  refused  to 6",
        "stop     refused  EMPTY",
        "2 x 2 = 4 cells, 1 empty",
    ]


def test_a_wide_table_numbers_its_columns_and_says_what_the_numbers_stand_for() -> None:
    columns = [f"a column with a long name, the {number}." for number in range(1, 6)]
    lines = drawn({("approve", column): "refused" for column in columns})
    assert lines[0].split() == ["1", "2", "3", "4", "5"]
    assert lines[2].startswith(f"1 {columns[0]}, 2 {columns[1]}")
    assert lines[3] == "1 x 5 = 5 cells, 0 empty"
