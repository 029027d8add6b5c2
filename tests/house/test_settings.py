"""Every setting is explained, and nothing is explained that does not exist."""

from __future__ import annotations

import re

from support_portal.settings import PREFIX, Settings
from tests.house.sources import ROOT

FOR_TESTS = {"PORTAL_BROWSER", "PORTAL_API_DESCRIPTIONS", "PORTAL_MAIL_SAMPLES"}


def test_the_document_explains_every_setting_and_no_other() -> None:
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    text = (ROOT / "docs/settings.md").read_text()
    explained = set(re.findall(rf"^\|\s*`({PREFIX}[A-Z_]+)`", text, re.MULTILINE))
    assert explained - FOR_TESTS == settings
