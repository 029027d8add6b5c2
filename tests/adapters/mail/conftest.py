"""What the tests of mail share."""

from __future__ import annotations

import pytest

from support_portal.adapters.mail.reading import Reader
from tests.adapters.mail.messages import OUR_SERVER, SUPPORT
from tests.adapters.mail.samples import FOLDER, NEEDS_SAMPLES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if FOLDER.is_dir():
        return
    left_out = [item for item in items if item.path.name == NEEDS_SAMPLES]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not FOLDER.is_dir():
        where = f"{FOLDER}; PORTAL_MAIL_SAMPLES names another folder"
        terminalreporter.line(f"Left out: {NEEDS_SAMPLES}, as the collection of odd mails is not at {where}.")


@pytest.fixture
def reader() -> Reader:
    """A reader that believes our own mail server."""
    return Reader(support_address=SUPPORT, authserv_id=OUR_SERVER)
