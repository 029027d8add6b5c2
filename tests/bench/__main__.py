"""`python3 dev.py bench start | verification | throttling | lasting`: how fast the portal is, and on which machine."""

from __future__ import annotations

import argparse
import sys

from tests.bench import lasting, start, throttling, verification
from tests.bench.machine import described
from tests.bench.plants import Plant
from tests.parts import PROVIDERS


def main() -> int:
    """Measure what was named; 1 when it is slower than it may be."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("start", help="how long `support-portal run` takes until it is ready, at first and again")
    many = what.add_parser("verification", help="many cases at once, each with a link to the right repository")
    many.add_argument("--cases", type=int, default=3000, metavar="N")
    many.add_argument("--latency", type=int, default=200, metavar="MS", help="of each answer of a provider")
    many.add_argument("--hang", choices=PROVIDERS, help="compare with the same run while this one never answers")
    many.add_argument("--throttle", choices=PROVIDERS, help="compare with the same run while this one answers 429")
    paused = what.add_parser("throttling", help="GitHub names a moment to come back at: nobody asks before, or sleeps")
    paused.add_argument("--seconds", type=int, default=60, metavar="N", help="until that moment")
    paused.add_argument("--cases", type=int, default=600, metavar="N", help="links at once, a third of them at GitHub")
    paused.add_argument("--latency", type=int, default=200, metavar="MS", help="of each answer of a provider")
    plants = [plant.value for plant in Plant]
    paused.add_argument("--plant", nargs="?", const=plants[0], choices=plants, help="a fault: has to come out red")
    lasting_run = what.add_parser("lasting", help="very many verdicts in one run: no worker may grow")
    lasting_run.add_argument("--cases", type=int, default=50_000, metavar="N")
    lasting_run.add_argument("--latency", type=int, default=200, metavar="MS", help="of each answer of a provider")
    options = parser.parse_args()
    print(described(), flush=True)
    if options.what == "start":
        is_right = start.main()
    elif options.what == "throttling":
        plant = Plant(options.plant) if options.plant else None
        is_right = throttling.main(options.seconds, options.cases, options.latency / 1000, plant)
    elif options.what == "lasting":
        is_right = lasting.main(options.cases, options.latency / 1000)
    else:
        is_right = verification.main(options.cases, options.latency / 1000, options.hang, options.throttle)
    print("GREEN" if is_right else "RED")
    return int(not is_right)


if __name__ == "__main__":
    sys.exit(main())
