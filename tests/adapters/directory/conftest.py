"""What the tests of the account directory share."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.adapters.db.stage import Stage


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The desk and Ana's account, and what writes the rest."""
    made = Stage(engine)
    made.with_staff()
    made.with_ana()
    return made
