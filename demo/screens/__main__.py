"""`python -m demo.screens [FOLDER]`: starts a demo of its own, takes every picture of it, and stops it again."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from playwright.sync_api import Page

from demo.screens.at_fault import portal_at_fault
from demo.screens.camera import Camera, chromium
from demo.screens.running import Portal, running_demo
from demo.screens.scenes import SCENES, Scene

FOLDER = Path("docs/screens")


def main(folder: Path) -> None:
    """Take all pictures into this folder."""
    started = time.monotonic()
    with running_demo() as demo, chromium() as browser:
        print(f"the demo stands after {time.monotonic() - started:.0f} s", flush=True)
        camera = Camera(browser, folder)
        for name, scene in SCENES.items():
            camera.take(name, partial(_go, scene, demo))
        with portal_at_fault(demo) as address:
            camera.take("error-500", lambda page: page.goto(f"{address}/request"))
    print(f"{camera.count} pictures in {folder} after {time.monotonic() - started:.0f} s", flush=True)


def _go(scene: Scene, demo: Portal, page: Page) -> None:
    scene(page, demo)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
