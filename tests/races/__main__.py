"""`python3 dev.py races`: what works once is used 64 times at the same moment, and has to be accepted exactly once."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import redis

from tests.parts import SECRET_KEYS, cloned_database, running_parts, start_broker, start_postgres
from tests.printed_tables import drawn
from tests.races.contests import CONTESTS, Stage
from tests.races.crew import PROCESSES, THREADS, TRIES, Attempt, Crew, Outcome, most_at_once, quick_tools

NOTES = (
    "“a round”: how often one round accepted; “at once”: how many of its tries were under way together, at least.",
    "The limits let few of 64 tries reach a code, and each waits for the one before: the `-bare` rows race the UPDATE",
    "alone. Nothing that works once is kept in the broker, so the flushed rounds show that and no more.",
)


@dataclass
class Found:
    """What the rounds of one contest came to."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    accepted: Counter[int] = field(default_factory=Counter)  # rounds by how often they accepted
    least_at_once: int = TRIES
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def is_right(self) -> bool:
        """Whether each round accepted exactly once, and nothing broke."""
        return set(self.accepted) == {1} and not self.faults

    def cells(self) -> dict[str, str]:
        """The columns of the printed table."""
        most, least = max(self.accepted), min(self.accepted)
        counted = {outcome.value: str(self.outcomes[outcome]) for outcome in Outcome}
        a_round = str(most) if most == least else f"{least} to {most}"
        return {"tries": str(self.outcomes.total()), **counted, "a round": a_round, "at once": str(self.least_at_once)}


def main() -> int:
    """Run the races, print the table; 1 when anything was accepted twice, never, or broke."""
    parser = argparse.ArgumentParser(prog="dev.py races")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--only", choices=CONTESTS, help="one of them alone")
    parser.add_argument("--plant", action="store_true", help="check first, write then, without locks: has to be red")
    options = parser.parse_args()
    names = [options.only] if options.only else list(CONTESTS)
    print(f"{TRIES} tries at once: {THREADS} threads in each of {PROCESSES} processes, {options.rounds} rounds")
    print("every second round the broker is flushed, and all of them try again", flush=True)
    started = time.monotonic()
    found = _run(names, options.rounds, is_careless=options.plant)
    print("\n".join(_report(found)))
    print(f"took {time.monotonic() - started:.0f} s")
    is_right = all(one.is_right for one in found.values())
    print("GREEN" if is_right else "RED")
    return int(not is_right)


def _run(names: list[str], rounds: int, *, is_careless: bool) -> dict[str, Found]:
    with running_parts() as parts:
        server, broker = start_postgres(parts), start_broker(parts)
        with cloned_database(server, "races") as database, redis.Redis.from_url(broker) as flushed:
            settings = {"database_url": database.url, "redis_url": broker, "secret_keys": SECRET_KEYS}
            stage = Stage(database, quick_tools(settings))
            crew = Crew(settings, is_careless=is_careless)
            found = {name: Found() for name in names}
            for name, results in found.items():
                for number in range(rounds):
                    _round(CONTESTS[name](stage), crew, results, flushed if number % 2 else None)
                print(f"{name}: " + ", ".join(f"{key} {text}" for key, text in results.cells().items()), flush=True)
            crew.leave()
            return found


def _round(attempts: list[Attempt], crew: Crew, found: Found, broker: redis.Redis | None) -> None:
    tried = crew.race(attempts)
    found.least_at_once = min(found.least_at_once, most_at_once(tried))
    if broker is not None:
        broker.flushall()
        tried += crew.race(attempts)
    found.outcomes.update(one.outcome for one in tried)
    found.accepted[sum(one.outcome is Outcome.ACCEPTED for one in tried)] += 1
    found.faults.update(one.fault for one in tried if one.fault)


def _report(found: dict[str, Found]) -> list[str]:
    lines = [""]
    lines += drawn({(name, column): text for name, one in found.items() for column, text in one.cells().items()})
    lines += NOTES
    for name, one in found.items():
        lines += [f"{name}: {count} x {fault}" for fault, count in one.faults.most_common(5)]
    return lines


if __name__ == "__main__":
    sys.exit(main())
