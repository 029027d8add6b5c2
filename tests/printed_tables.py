"""Tables that tests fill cell by cell, printed at the end of a run, in whatever process each test ran."""

from __future__ import annotations

from collections.abc import Callable

import pytest

WIDEST = 120  # characters; a wider table gets numbers for its columns, and says below what they stand for
_PROPERTY = "cell"

Record = Callable[[str, object], None]  # the fixture `record_property`


def fill(record: Record, table: str, row: str, column: str, text: str) -> None:
    """Write one cell; call it last, so that the cell of a failed test stays empty."""
    # Plain text: an enumeration's member would not travel from one process to another.
    record(_PROPERTY, tuple(str(word) for word in (table, row, column, text)))


def print_tables(terminalreporter: pytest.TerminalReporter) -> None:
    """Print every table that the tests of this run filled."""
    tables: dict[str, dict[tuple[str, str], str]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == _PROPERTY:
                table, row, column, text = value
                tables.setdefault(table, {})[row, column] = text
    for table, cells in tables.items():
        terminalreporter.section(table)
        for line in drawn(cells):
            terminalreporter.line(line)


def drawn(cells: dict[tuple[str, str], str]) -> list[str]:
    """The lines of a table; a cell that no test filled is shown as EMPTY, and counted."""
    rows, columns = list(dict.fromkeys(row for row, _ in cells)), list(dict.fromkeys(column for _, column in cells))
    body = [[row, *(cells.get((row, column)) or "EMPTY" for column in columns)] for row in rows]
    lines = _aligned([["", *columns], *body])
    if len(lines[0]) > WIDEST:
        lines = _aligned([["", *(str(number) for number in range(1, len(columns) + 1))], *body])
        lines.append(", ".join(f"{number} {column}" for number, column in enumerate(columns, 1)))
    empty = sum(row.count("EMPTY") for row in body)
    return [*lines, f"{len(rows)} x {len(columns)} = {len(rows) * len(columns)} cells, {empty} empty"]


def _aligned(table: list[list[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
