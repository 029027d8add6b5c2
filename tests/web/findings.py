"""What axe-core finds on a page as it stands, wide and narrow, light and dark."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = (1440, 390)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDEST = """[...document.querySelectorAll('body *')]
  .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0].outerHTML.slice(0, 120)"""
# Only colors differ between the themes, so the second one is asked for those alone.
OF_COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# What was right is never read, and writing it down takes longer than looking.
WRONG_ALONE = {"resultTypes": ["violations"], "elementRef": False}
WHAT: dict[str, dict[str, Any]] = {"light": WRONG_ALONE, "dark": {**WRONG_ALONE, "runOnly": OF_COLORS}}
LOOK = "options => axe.run(options).then(found => found.violations)"
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"


def findings(page: Page, where: str) -> list[str]:
    """Everything found in every width and theme, with all that can be unfolded unfolded; loads nothing anew."""
    found = []
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{where} {width}: runs out sideways with {page.evaluate(WIDEST)}")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no color on its way to another
            results = page.evaluate(LOOK, WHAT[theme])
            found += [f"{where} {width} {theme}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in results]
    return found


def findings_at(page: Page, path: str) -> list[str]:
    """The same of the page at this address."""
    page.goto(path)
    return findings(page, path)
