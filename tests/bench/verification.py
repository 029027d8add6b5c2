"""`bench verification`: from the moment a link is there to the verdict, through relay, broker, workers and database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from statistics import median, quantiles

import psycopg

from tests.bench.ground import LONGEST, Field, Told, a_second, burst, field
from tests.bench.machine import Usage
from tests.printed_tables import drawn

LEAST_A_SECOND = 100.0  # verdicts
SOON = 1.0  # seconds from a link to its verdict, for 95 of 100 at half that rate
KEPT = 0.9  # of what the other providers do while one of them is at fault
STEADY_FOR = 20  # seconds


def main(cases: int, latency: float, hang: str | None, throttle: str | None) -> bool:
    """Measure and print; whether it is as fast as it has to be."""
    with field(latency) as ground, ground.portal.database.connect() as connection:
        burst(ground, connection, 60)  # whoever starts late is there, and everything is loaded
        before = ground.used()
        plain = burst(ground, connection, cases)
        _print_usage(before, ground.used(), len(plain))
        rate = a_second(plain)
        print(f"{len(plain)} verdicts, {rate:.1f} a second; {_calls(ground, plain)}")
        is_right = rate >= LEAST_A_SECOND and len(plain) == cases
        for faulty, kind in ((hang, "hang"), (throttle, "throttled")):
            if faulty:
                is_right = _with_a_fault(ground, connection, cases, faulty, kind, plain) and is_right
        if not (hang or throttle):
            is_right = _steady(ground, connection, LEAST_A_SECOND / 2) and is_right
        return is_right


def _steady(ground: Field, connection: psycopg.Connection, rate: float) -> bool:
    crowd = ground.people_who_wait(int(rate * STEADY_FOR))
    started = time.monotonic()
    for number, one in enumerate(crowd):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        ground.name_links(connection, [one])
    seconds = sorted(told.seconds for told in ground.wait_for(connection, crowd, LONGEST))
    p95 = quantiles(seconds, n=20)[-1]
    print(f"{len(crowd)} links, {rate:.0f} a second: verdict after {median(seconds):.2f} s, p95 {p95:.2f} s")
    return p95 < SOON and len(seconds) == len(crowd)


def _with_a_fault(
    ground: Field, connection: psycopg.Connection, cases: int, key: str, kind: str, plain: Sequence[Told]
) -> bool:
    crowd = ground.people_who_wait(cases)
    ground.portal.world.provider(key).fail(kind, **({} if kind == "hang" else {"seconds": 60}))
    ground.name_links(connection, crowd)
    others = [one for one in crowd if one.provider != key]
    found = ground.wait_for(connection, others, LONGEST)
    kept = a_second(found) / a_second([told for told in plain if told.somebody.provider != key])
    print(f"while {key} is at fault ({kind}) the others keep {kept:.0%}: {a_second(found):.1f} a second")
    return kept >= KEPT and len(found) == len(others)


def _calls(ground: Field, told: Sequence[Told]) -> str:
    """API calls per verdict, as the stand-ins counted them."""
    of = Counter(one.somebody.provider for one in told)
    logs = {key: [line for line in ground.portal.world.provider(key).log() if line["part"] == "api"] for key in of}
    most = {key: max(line["in_flight"] for line in log) for key, log in logs.items()}
    words = [f"{key} {len(log) / of[key]:.2f} calls a verdict, {most[key]} in flight" for key, log in logs.items()]
    return "; ".join(words)


def _print_usage(before: dict[str, Usage], after: dict[str, Usage], verdicts: int) -> None:
    cells = {}
    for name, now in after.items():
        cells[name, "ms of a core a verdict"] = f"{(now.seconds - before[name].seconds) / verdicts * 1000:.1f}"
        cells[name, "MiB before"], cells[name, "after"] = f"{before[name].mebibytes:.0f}", f"{now.mebibytes:.0f}"
    print("\n".join(drawn(cells)))
