"""Takes a page wide and narrow, light and dark, as small PNG files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from demo.screens.png import small

BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
SIZES = ((1440, 900), (390, 844))
WIDE = 600  # pixels; narrower screens have a bar at the bottom
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 15_000  # milliseconds for whatever a page waits for


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window: the one that PORTAL_BROWSER names, or one on PATH."""
    names = (os.environ.get("PORTAL_BROWSER"), *BROWSERS)
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


class Camera:
    """Takes pictures into one folder."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        """Make the folder where it is missing."""
        self._browser = browser
        self._folder = folder
        self._painter = browser.new_page()
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, scene: Callable[[Page], object]) -> None:
        """Let a new visitor go to the scene, then take it in every size and theme without loading it again."""
        context = self._browser.new_context(reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        scene(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if is_narrow := width < WIDE:
                # What sticks to the bottom of a phone would cover the middle of a picture of the whole page.
                whole = int(page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": whole})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                picture = page.screenshot(full_page=not is_narrow, animations="disabled")
                (self._folder / f"{name}.{width}.{theme}.png").write_bytes(small(picture, self._painter))
                self.count += 1
        context.close()
