"""`python3 dev.py bench start`: how long `support-portal run` takes until it is ready, at first and again."""

from __future__ import annotations

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


def main() -> bool:
    """Measure and print; whether it is soon enough."""
    found = {name: measured(*words) for name, words in WORDS.items()}
    cells = {(name, when): f"{took:.1f} s" for name, one in found.items() for when, took in one.items()}
    print("\n".join(drawn(cells)))
    print(f"allowed: ready again within {READY_AGAIN_WITHIN:.0f} s")
    return all(one[when] <= READY_AGAIN_WITHIN for one in found.values() for when in AGAIN)
