"""`bench throttling`: GitHub says when to come back, in each of its ways, and its log tells whether that was heeded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import psycopg
import redis

from tests.bench.crowd import Somebody
from tests.bench.ground import LONGEST, OWN_APP, WORKERS, Field, Told, a_second, burst, field
from tests.bench.pauses import LEAST_SECONDS, MOST_IN_A_SECOND, SPREAD, Pause, Return
from tests.bench.plants import Plant
from tests.printed_tables import drawn

GITHUB = "github"
KEPT = 0.9  # of what the other providers do while GitHub is well
WELL_BEFORE = timedelta(seconds=2)  # so long before the moment GitHub would answer again, if anybody asked
IN_THE_MIDDLE = 60  # more links at once when half of the pause is over, and again after what happens then
FLUSHED_FOR, FLUSHED_EVERY = 1.0, 0.02  # seconds
SHOWN = 5  # calls that came too soon
EACH = 3  # of so many people one is at GitHub
NOTES = (
    "“Under way”: calls that began before the first 429 was answered, or within one latency after it: until then a",
    "worker may not have heard. All from then to the latest moment that they were told are too soon. In every second",
    "of the pause somebody new names a repository at GitHub, and many do at all three when half of it is over; then,",
    "where that is the way, Redis is flushed for a second, a third worker starts that knows nothing, and many name",
    "links again. Rows are read from the database shortly before the moment, and calls from the stand-in’s log; they",
    "come through a lane of 16, and the relay looks for what is due once a second. Where somebody asked too soon, and",
    "was told a later moment, calls are counted from that one.",
)


@dataclass(frozen=True)
class Way:
    """How GitHub tells when to come back, and whether Redis is emptied meanwhile."""

    name: str
    form: str
    is_flushed: bool = False

    @property
    def most_too_soon(self) -> int:
        """How many calls may come before the moment."""
        return WORKERS + 1 if self.is_flushed else 0


WAYS = (
    Way("Retry-After in seconds", "seconds"),
    Way("Retry-After as a date", "date"),
    Way("x-ratelimit-reset alone", "reset"),
    Way("Retry-After in seconds, Redis flushed in the middle, and one more worker", "seconds", is_flushed=True),
)


@dataclass(frozen=True)
class Crowd:
    """Who names a link when: many at once, many more in the middle of the pause, and one at GitHub each second."""

    at_once: list[Somebody]
    in_the_middle: list[Somebody]
    one_by_one: list[Somebody]

    @classmethod
    def at(cls, ground: Field, cases: int, seconds: int) -> Crowd:
        """Enough people for a pause of so many seconds."""
        people = iter(ground.people_who_wait(cases + 2 * IN_THE_MIDDLE + EACH * seconds))
        at_once, in_the_middle = list(islice(people, cases)), list(islice(people, 2 * IN_THE_MIDDLE))
        return cls(at_once, in_the_middle, [one for one in people if one.provider == GITHUB])


@dataclass(frozen=True)
class Found:
    """What one way came to."""

    way: Way
    pause: Pause
    due: Return  # the rows, shortly before the moment
    well: float  # verdicts a second of the other two, before
    throttled: float  # and while GitHub was throttled
    named: int
    passed: int
    longest: float  # seconds from a link at one of the others to its verdict, of those in the middle

    @property
    def faults(self) -> list[str]:
        """What is not as it has to be."""
        wrong = {
            "asked too soon": len(self.pause.too_soon) > self.way.most_too_soon,
            "put off to the same second": not self.due.is_spread,
            "came back all at once": not Return(self.pause.after).is_spread,
            "kept the others waiting": self.throttled < KEPT * self.well,
            "left somebody without a verdict": self.passed < self.named,
        }
        return [words for words, is_so in wrong.items() if is_so]

    def rows(self) -> dict[str, tuple[str, str]]:
        """What was measured, and what is allowed."""
        pause, called = self.pause, Return(self.pause.after)
        allowed = f"{LEAST_SECONDS} of {SPREAD}, {MOST_IN_A_SECOND:.0%}"
        named_in = (pause.moment - pause.first_heard_at).total_seconds()
        return {
            "answered 429": (str(len(pause.refused)), "-"),
            "the last call under way, after the first 429": (f"{pause.last_on_its_way:.2f} s", "-"),
            "the moment named, after the first 429": (f"{named_in:.1f} s", "-"),
            "calls before that moment": (str(len(pause.too_soon)), str(self.way.most_too_soon)),
            "rows due in each second after it, the fullest": (f"{self.due}, {self.due.fullest:.0%}", allowed),
            "calls in each second after it, the fullest": (f"{called}, {called.fullest:.0%}", allowed),
            "the first and the last call after it": (_ends(pause.after), "-"),
            "verdicts a second elsewhere, GitHub well": (f"{self.well:.1f}", "-"),
            "the same, GitHub throttled": (f"{self.throttled:.1f}", f"{KEPT * self.well:.1f}"),
            "the longest wait elsewhere, in the middle": (f"{self.longest:.1f} s", "-"),
            "verdicts in the end": (str(self.passed), str(self.named)),
        }


def _ends(after: Sequence[float]) -> str:
    return f"{min(after):.2f} and {max(after):.2f} s" if after else "nobody came"


def main(seconds: int, cases: int, latency: float, plant: Plant | None) -> bool:
    """Live through every way and print; whether all is as it has to be."""
    workers = {"app": "tests.bench.planted", "PLANTED": plant.value} if plant else {"app": OWN_APP}
    is_right = True
    with field(latency, **workers) as ground, ground.portal.database.connect() as connection:
        burst(ground, connection, 60)  # whoever starts late is there, and everything is loaded
        for way in WAYS:
            found = _live_through(ground, connection, way, seconds, cases)
            _print(found)
            is_right = is_right and not found.faults
    print("\n".join(NOTES))
    return is_right


def _live_through(ground: Field, connection: psycopg.Connection, way: Way, seconds: int, cases: int) -> Found:
    ground.wait_until_quiet(connection)
    well = _elsewhere(burst(ground, connection, cases))
    ground.wait_until_quiet(connection)
    crowd = Crowd.at(ground, cases, seconds)
    github = ground.portal.world.provider(GITHUB)
    github.forget_log()
    github.fail("throttled", seconds=seconds, form=way.form)
    ground.name_links(connection, crowd.at_once)
    others = [one for one in crowd.at_once if one.provider != GITHUB]
    throttled = _elsewhere(ground.wait_for(connection, others, seconds))
    moment = Pause(github.log(), ground.latency).moment
    asked = _name_more(ground, connection, crowd, way, moment - WELL_BEFORE)
    due = _due_after(connection, moment)
    github.fail("slow", seconds=ground.latency)
    told = ground.wait_for(connection, asked, LONGEST)
    return Found(
        way,
        Pause(github.log(), ground.latency),
        due,
        a_second(well),
        a_second(throttled),
        named=len(asked),
        passed=sum(one.verdict == "checks_passed" for one in told),
        longest=max(one.seconds for one in _elsewhere(told) if one.somebody in crowd.in_the_middle),
    )


def _elsewhere(told: Sequence[Told]) -> list[Told]:
    return [one for one in told if one.somebody.provider != GITHUB]


def _due_after(connection: psycopg.Connection, moment: datetime) -> Return:
    question = "select extract(epoch from due_at - %(moment)s) from due where lane = %(lane)s and due_at >= %(moment)s"
    return Return(float(seconds) for (seconds,) in connection.execute(question, {"moment": moment, "lane": GITHUB}))


def _name_more(
    ground: Field, connection: psycopg.Connection, crowd: Crowd, way: Way, until: datetime
) -> list[Somebody]:
    """More links while the pause lasts; everybody who named one so far."""
    now, one_by_one = datetime.now(UTC), iter(crowd.one_by_one)
    asked = [*crowd.at_once, *crowd.in_the_middle]
    asked += _name_one_by_one(ground, connection, one_by_one, now + (until - now) / 2)
    ground.name_links(connection, crowd.in_the_middle[:IN_THE_MIDDLE])
    if way.is_flushed:
        _flush(ground)
        ground.one_more_worker()
    ground.name_links(connection, crowd.in_the_middle[IN_THE_MIDDLE:])
    return asked + _name_one_by_one(ground, connection, one_by_one, until)


def _name_one_by_one(
    ground: Field, connection: psycopg.Connection, people: Iterator[Somebody], until: datetime
) -> list[Somebody]:
    asked: list[Somebody] = []
    while datetime.now(UTC) < until and (one := next(people, None)):
        ground.name_links(connection, [one])
        asked.append(one)
        time.sleep(1)
    return asked


def _flush(ground: Field) -> None:
    """Empty Redis again and again for a while, so that messages are lost with what is known of providers."""
    end = time.monotonic() + FLUSHED_FOR
    with redis.Redis.from_url(ground.portal.settings["PORTAL_REDIS_URL"]) as client:
        while time.monotonic() < end:
            client.flushall()
            time.sleep(FLUSHED_EVERY)


def _print(found: Found) -> None:
    columns = ("measured", "allowed")
    cells = {
        (row, column): text for row, texts in found.rows().items() for column, text in zip(columns, texts, strict=True)
    }
    print(f"\n{found.way.name}: {', '.join(found.faults) or 'as it has to be'}")
    print("\n".join(drawn(cells)))
    for call in found.pause.too_soon[:SHOWN]:
        seconds = (call.began - found.pause.first_heard_at).total_seconds()
        told = "answered 429" if call.is_refused else "answered"
        print(f"too soon: {call.path}, {seconds:.2f} s after the first 429, {told}")
    print(flush=True)
