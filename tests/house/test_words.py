"""Code and documents speak of the product alone: no notes to oneself, no machine, no package host."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import shown, written_files

# Put together here, so that this file does not find itself.
FORBIDDEN = {
    "a note to oneself": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
    "a number of an issue": r"(?i)\bissue\s+#?\d+\b|\(#\d+\)",
    "what wrote it": r"\b(A" + r"I|LL" + r"M)\b|(?i:\bcla" + r"ude\b|\bchat" + r"gpt\b|\bcopilot\b|\bsub-?agent)",
    "a path of one machine": r"(?<![\w.}])/(work" + r"|root|home/\w+)/",
    "a package host": r"(?i)\bpyp" + r"i\.org\b|python" + r"hosted",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = []
    for path in written_files():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(FORBIDDEN[what], line):
                found.append(f"{shown(path)}:{number}: {line.strip()[:100]}")
    assert found == []
