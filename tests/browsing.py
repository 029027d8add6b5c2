"""Chromium for the tests, and pages that notice when the content security policy is broken."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
DESKTOP = {"width": 1440, "height": 1000}
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  window.tellViolation(`${event.violatedDirective} stopped ${event.blockedURI} on ${location.pathname}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window: the one that PORTAL_BROWSER names, or one on PATH."""
    names = (os.environ.get("PORTAL_BROWSER"), *BROWSERS)
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    assert path, "no browser: `python3 dev.py test` installs one, or set PORTAL_BROWSER"
    flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


class Visitors:
    """Opens pages, each with cookies of its own, and remembers every broken policy."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._pages: list[Page] = []
        self.violations: list[str] = []

    def open(self, *, javascript: bool = True, **options: Any) -> Page:
        """A page of a new visitor; `options` are those of Playwright's `new_context`."""
        options = {"viewport": DESKTOP, "base_url": self._address, **options}
        context = self._browser.new_context(java_script_enabled=javascript, **options)
        context.set_default_timeout(10_000)
        context.expose_binding("tellViolation", lambda _, text: self.violations.append(text))
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        self._pages.append(page)
        return page

    def leave(self) -> None:
        """Close every page."""
        for page in self._pages:
            page.context.close()
