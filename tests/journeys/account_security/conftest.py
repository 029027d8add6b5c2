"""Somebody new at the desk."""

from __future__ import annotations

import itertools

import pytest

from tests.browsing import Visitors
from tests.journeys.account_security.somebody import PASSWORD, Somebody
from tests.parts import Portal

_numbers = itertools.count(1)


@pytest.fixture
def person_at_the_desk(portal: Portal, visitors: Visitors) -> Somebody:
    """Dora, who was added on the server and has set her password by the link."""
    address = f"dora{next(_numbers)}@support.example"
    link = portal.command("staff", "create", address, "--role", "agent", "--name", "Dora Lind").strip()
    page = visitors.open(javascript=False)
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    return Somebody(page, address)
