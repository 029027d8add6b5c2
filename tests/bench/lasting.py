"""`bench lasting`: very many verdicts in one run, and how large the workers are meanwhile."""

from __future__ import annotations

import psycopg

from tests.bench.ground import Field, a_second, burst, field

SETTLED = 2000  # verdicts, after which everything is loaded and every thread and connection is there
AT_ONCE = 4000
MOST_MORE = 20.0  # MiB above the size then


def main(cases: int, latency: float) -> bool:
    """Measure and print; whether no worker grows."""
    with field(latency) as ground, ground.portal.database.connect() as connection:
        done = _some(ground, connection, SETTLED, 0)
        settled = _sizes(ground)
        while done < cases:
            done = _some(ground, connection, min(AT_ONCE, cases - done), done)
        ground.wait_until_quiet(connection)
        more = {name: size - settled[name] for name, size in _sizes(ground).items()}
        print("; ".join(f"{name}: {grown:+.1f} MiB since the first {SETTLED}" for name, grown in more.items()))
        return done == cases and max(more.values()) <= MOST_MORE


def _some(ground: Field, connection: psycopg.Connection, count: int, before: int) -> int:
    """So many at once; how many there are by then."""
    told = burst(ground, connection, count)
    sizes = ", ".join(f"{name} {size:.1f} MiB" for name, size in _sizes(ground).items())
    print(f"{before + len(told):6} verdicts, {a_second(told):5.1f} a second: {sizes}", flush=True)
    return before + len(told)


def _sizes(ground: Field) -> dict[str, float]:
    return {name: used.mebibytes for name, used in ground.used().items() if name.startswith("worker")}
