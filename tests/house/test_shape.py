"""Files and functions stay small, and every part has a name that says what it is."""

from __future__ import annotations

import ast

from tests.house.sources import python_files, shown

LONGEST_FILE = 299  # lines
LONGEST_FUNCTION = 39  # lines, from its name to its end
SAY_NOTHING = {"utils", "common", "helpers", "base", "misc", "manager"}


def test_no_file_has_300_lines() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_has_40_lines() -> None:
    too_long = {}
    for path in python_files():
        if "versions" in path.parts:  # a migration is a list, read once from top to bottom
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long[f"{shown(path)}:{node.lineno} {node.name}"] = length
    assert too_long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [shown(path) for path in python_files() if path.stem in SAY_NOTHING] == []


def test_nothing_is_patched_by_name() -> None:
    """Tests use fakes and real parts."""
    guilty = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if "mock" in [word for name in (module, *(alias.name for alias in node.names)) for word in name.split(".")]:
                guilty.append(f"{shown(path)}:{node.lineno}")
    assert guilty == []
