"""A running portal with a short wait, people at the desk, and somebody who is locked out."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.browsing import Visitors
from tests.journeys.desk import Agent, Colleagues
from tests.journeys.person import Person, a_person
from tests.parts import Portal

POLICY = ("safety_wait=6s", "evidence_lost_after=2s")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def colleagues(portal: Portal) -> Colleagues:
    """Ben and Chloe are agents, Lea is the lead; the safety wait is short."""
    portal.command("policy", "set", *POLICY)
    return Colleagues(portal)


MakePerson = Callable[..., Person]


@pytest.fixture
def somebody(portal: Portal, colleagues: Colleagues, visitors: Visitors) -> MakePerson:
    """Makes somebody who is locked out: `somebody(provider="gitlab", javascript=False)`."""

    def make(provider: str = "github", *, javascript: bool = False, **account: object) -> Person:
        return a_person(portal, visitors, next(_numbers), provider, javascript=javascript, **account)

    return make


@pytest.fixture
def ben(colleagues: Colleagues, visitors: Visitors) -> Agent:
    """Ben, signed in."""
    return colleagues.sign_in("ben", visitors)


@pytest.fixture
def chloe(colleagues: Colleagues, visitors: Visitors) -> Agent:
    """Chloe, signed in."""
    return colleagues.sign_in("chloe", visitors)
