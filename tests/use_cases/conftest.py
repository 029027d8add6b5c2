"""The stage of each test of use cases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.use_cases.stage import Stage


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """A clean database, fakes outside, and a clock at nine on a Monday."""
    return Stage(engine)
