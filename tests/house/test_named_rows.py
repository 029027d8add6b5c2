"""Each row of the acceptance tests of account security and verification is a test that bears its number."""

from __future__ import annotations

import re

from tests.house.sources import ROOT

# Second factors, sessions, enumeration, git sign-in, access tokens, authorization, git providers.
ROWS = {
    *(f"mfa_{number}" for number in range(1, 9)),
    *(f"ses_{number}" for number in range(1, 4)),
    "enu_1",
    *(f"oau_{number}" for number in range(1, 5)),
    *(f"pat_{number}" for number in range(1, 6)),
    *(f"aut_{number}" for number in range(1, 5)),
    *(f"git_{number}" for number in range(1, 4)),
}
_NAMED = re.compile(r"^def test_((?:mfa|ses|enu|oau|pat|aut|git)_\d+)_\w+\(", re.MULTILINE)


def test_every_row_has_a_test_of_its_number_and_no_number_is_made_up() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    found = {name for file in files for name in _NAMED.findall(file.read_text(encoding="utf-8"))}
    assert found == ROWS
