"""`python3 dev.py bench start`: how long `support-portal run` takes until it is ready, at first and again."""

from __future__ import annotations

import argparse
import sys

from tests.local.running import GONE_WITHIN, new_folder, running
from tests.printed_tables import drawn
from tests.waiting import eventually

READY_AGAIN_WITHIN = 15.0  # seconds
WORDS = {"run": (), "run --demo": ("--demo",)}
AGAIN = ("after Ctrl-C", "after kill -9")


def measured(*words: str) -> dict[str, float]:
    """The seconds of the first start, and of one after each way to end."""
    with new_folder() as folder:
        with running(folder, *words) as first:
            first.stop()
        with running(folder, *words) as second:
            second.process.kill()
            second.process.wait()
            eventually(lambda: not second.left_behind(), GONE_WITHIN)
        with running(folder, *words) as third:
            third.stop()
    seconds = (first.seconds_to_start, second.seconds_to_start, third.seconds_to_start)
    return dict(zip(("first", *AGAIN), seconds, strict=True))


def main() -> int:
    """Measure, print, and tell by the status whether it is soon enough."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("what", choices=["start"])
    parser.parse_args()
    found = {name: measured(*words) for name, words in WORDS.items()}
    cells = {(name, when): f"{took:.1f} s" for name, one in found.items() for when, took in one.items()}
    print("\n".join(drawn(cells)))
    is_soon = all(one[when] <= READY_AGAIN_WITHIN for one in found.values() for when in AGAIN)
    print(f"allowed: ready again within {READY_AGAIN_WITHIN:.0f} s")
    print("GREEN" if is_soon else "RED")
    return int(not is_soon)


if __name__ == "__main__":
    sys.exit(main())
