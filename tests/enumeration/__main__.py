"""`python3 dev.py enumeration`: known and unknown addresses by turns, what each is answered and how fast."""

from __future__ import annotations

import argparse
import difflib
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.enumeration.people import (
    KNOWN,
    PEOPLE,
    SPELLINGS,
    UNKNOWN,
    Belongings,
    address_of,
    given_accounts,
    given_belongings,
)
from tests.enumeration.probes import PROBES, Tried
from tests.enumeration.visiting import Answer, Stranger
from tests.parts import (
    TEMPLATE,
    Database,
    Portal,
    running_parts,
    start_broker,
    start_portal,
    start_postgres,
    start_world,
)
from tests.printed_tables import drawn

MOST_GAP, MOST_AUC = 5.0, 0.55  # milliseconds between the medians; how well the time tells the two kinds apart
WARMING_UP = 24  # samples that are not counted


@dataclass
class Found:
    """What one page answered to the two kinds."""

    times: dict[str, list[float]] = field(default_factory=lambda: {KNOWN: [], UNKNOWN: []})
    seen: list[tuple[int, tuple[tuple[str, str], ...], str]] = field(default_factory=list)  # each answer once

    def add(self, kind: str, answer: Answer) -> None:
        """Count one sample."""
        self.times[kind].append(answer.milliseconds)
        if answer.seen not in self.seen:
            self.seen.append(answer.seen)

    @property
    def gap(self) -> float:
        """How much later the middle one of the known is answered than that of the unknown."""
        return statistics.median(self.times[KNOWN]) - statistics.median(self.times[UNKNOWN])

    @property
    def auc(self) -> float:
        """How often whoever guesses by the time is right: 0.5 is a coin."""
        return told_apart(self.times[KNOWN], self.times[UNKNOWN])

    @property
    def is_one_answer(self) -> bool:
        """Whether status, headers and body are the same, for both kinds and every spelling."""
        return len(self.seen) == 1

    @property
    def is_right(self) -> bool:
        """Whether all three are within the figures."""
        return abs(self.gap) <= MOST_GAP and self.auc <= MOST_AUC and self.is_one_answer

    def differences(self) -> list[str]:
        """In which lines the first two answers differ."""
        some, others = ([str(one[:2]), *one[2].splitlines()] for one in self.seen[:2])
        return [line[:200] for line in difflib.unified_diff(some, others, lineterm="", n=0)][2:14]

    def cells(self) -> dict[str, str]:
        """The columns of the printed table."""
        return {
            "samples": str(len(self.times[KNOWN]) + len(self.times[UNKNOWN])),
            "median": f"{statistics.median(self.times[UNKNOWN]):.1f} ms",
            "gap": f"{self.gap:+.1f} ms",
            "AUC": f"{self.auc:.3f}",
            "status": ", ".join(sorted({str(one[0]) for one in self.seen})),
            "answer": "the same" if self.is_one_answer else "DIFFERENT",
        }


def told_apart(some: Sequence[float], others: Sequence[float]) -> float:
    """The area under the curve of telling them apart by size, whichever is the larger (Mann and Whitney)."""
    ranked = sorted([(value, True) for value in some] + [(value, False) for value in others])
    ranks = sum(place for place, (_, is_some) in enumerate(ranked, 1) if is_some)
    area = (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))
    return max(area, 1 - area)


def main() -> int:
    """Take the samples, print the figures; 1 when a page is outside of them."""
    parser = argparse.ArgumentParser(prog="dev.py enumeration")
    parser.add_argument("--samples", type=int, default=1000, help="of each page, half of them of known addresses")
    parser.add_argument("--only", choices=PROBES, help="one page alone")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}; {options.samples} samples of each page, known and unknown addresses by turns")
    print("the rows that count tries are deleted before each sample, else the limits would answer", flush=True)
    started = time.monotonic()
    found = {name: Found() for name in PROBES if options.only in (None, name)}
    with running_parts() as parts:
        server = start_postgres(parts)
        server.make_database("portal", TEMPLATE)
        portal = start_portal(parts, Database("portal", server), start_broker(parts), start_world(parts))
        given_accounts(portal.tools)
        belongings = given_belongings(portal.tools, portal.world.provider("gitlab"))
        for name, one in found.items():
            _sample(name, portal, belongings, one, options.samples, random.Random(options.seed))
    print("\n".join(_report(found, options.samples)))
    print(f"took {time.monotonic() - started:.0f} s")
    is_right = all(one.is_right for one in found.values())
    print("GREEN" if is_right else "RED")
    return int(not is_right)


def _report(found: dict[str, Found], samples: int) -> list[str]:
    lines = drawn({(name, column): text for name, one in found.items() for column, text in one.cells().items()})
    for name, one in found.items():
        if not one.is_one_answer:
            lines += [f"{name} differs:", *one.differences()]
    by_chance = 0.5 + 0.577 / max(1, samples) ** 0.5  # one standard error above a coin
    allowed = f"allowed: a gap of {MOST_GAP:.0f} ms, an AUC of {MOST_AUC}, one answer"
    return [*lines, f"{allowed}; chance alone easily makes an AUC of {by_chance:.3f} of so many samples"]


def _sample(
    name: str, portal: Portal, belongings: Belongings, found: Found, samples: int, chance: random.Random
) -> None:
    stranger = Stranger(portal.url)
    with portal.database.connect() as connection:
        for number in range(-WARMING_UP, samples // 2):
            spelled = SPELLINGS[number % len(SPELLINGS)]
            who = chance.randrange(PEOPLE)
            # Which of the two comes first is a matter of chance: each leaves work behind for the next.
            for kind in chance.sample((KNOWN, UNKNOWN), 2):
                connection.execute("delete from tries")
                answer = PROBES[name](stranger, Tried(kind, who, spelled(address_of(kind, who))), belongings)
                if number >= 0:
                    found.add(kind, answer)


if __name__ == "__main__":
    sys.exit(main())
