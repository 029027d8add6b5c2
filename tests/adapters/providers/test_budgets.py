"""A provider that wants to be left alone is left alone by every worker, and a lost Redis means asking gently."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from support_portal.adapters.providers.budgets import SharedBudgets
from support_portal.adapters.providers.credentials import STRANGER, Access, KeptFile, Secret
from support_portal.adapters.providers.guarded import Guarded
from support_portal.domain.budgets import FIRST_PAUSE, SILENT_AFTER
from support_portal.domain.evidence import Answer, CannotCheck, Missing, Unknown
from support_portal.domain.standing import Limit, Standing, Way
from support_portal.domain.watching import LONGEST_TOLD
from support_portal.ports.outside import GitProvider
from tests.adapters.providers.asking import a_scene
from tests.cast import ANAS_GITHUB, GITHUB, GITLAB, NOW
from tests.fakes import FakeGitProvider, SetClock
from tests.parts import free_row
from tests.stand_ins import StandIn

BUDGET = "budget:github:nobody"  # of GitHub, asked by a stranger
OWNER, NAME = "ana-dev", "bitrise_verification"
LIMITED = Unknown(CannotCheck.RATE_LIMITED, "answered 429: too many requests", retry_after=timedelta(minutes=5))
SILENT = Unknown(CannotCheck.UNAVAILABLE, "no answer in time")


class Worker:
    """One worker process: what it knows itself, and what it knows from Redis."""

    def __init__(self, url: str | None, clock: SetClock, provider: GitProvider, access: Access = STRANGER) -> None:
        self.budgets = SharedBudgets(url, clock, {provider.instance.key: access})
        self._guarded = Guarded(provider, self.budgets)

    def asks(self) -> Answer:
        """One question about a link."""
        return self._guarded.by_path(OWNER, NAME)

    def looks(self) -> Standing:
        """Somebody wants to know how the provider stands."""
        return self._guarded.standing()


@pytest.fixture
def clock() -> SetClock:
    """A clock that is moved."""
    return SetClock(NOW)


@pytest.fixture
def github() -> FakeGitProvider:
    """What all workers ask."""
    return FakeGitProvider(GITHUB)


@pytest.fixture
def a_worker(broker: str, clock: SetClock, github: FakeGitProvider) -> Callable[[], Worker]:
    """One more worker."""
    return lambda: Worker(broker, clock, github)


def answers(provider: FakeGitProvider, answer: Answer) -> None:
    provider.answers[f"{OWNER}/{NAME}"] = answer


def test_no_worker_asks_before_the_moment_that_a_provider_named(
    a_worker: Callable[[], Worker], clock: SetClock, github: FakeGitProvider
) -> None:
    first, second = a_worker(), a_worker()
    answers(github, LIMITED)
    first.asks()
    until = NOW + timedelta(minutes=5)
    assert second.asks() == first.asks() == Unknown(LIMITED.reason, LIMITED.detail, retry_at=until)
    clock.at = until - timedelta(seconds=1)
    second.asks()
    assert len(github.asked) == 1
    clock.at = until
    answers(github, Missing(404))
    assert second.asks() == Missing(404)


def test_a_credential_has_limits_of_its_own_and_one_that_was_replaced_begins_anew(
    broker: str, clock: SetClock, github: FakeGitProvider, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("ghp_of_the_first")
    first = Worker(broker, clock, github, Access(KeptFile(file, "token_file")))
    another = Worker(broker, clock, github, Access(Secret("ghp_of_another")))
    answers(github, LIMITED)
    assert first.asks() == LIMITED
    assert isinstance(first.asks(), Unknown)
    assert len(github.asked) == 1
    answers(github, Missing(404))
    assert another.asks() == Missing(404)
    file.write_text("ghp_that_came_after_it")
    assert first.asks() == Missing(404)
    with redis.Redis.from_url(broker, decode_responses=True) as client:
        told = " ".join(str(key) for key in client.keys("budget:*"))
    assert "github" in told
    assert "ghp" not in told


@pytest.mark.parametrize("shorter", [LIMITED, SILENT], ids=["a nearer moment", "silence"])
def test_what_was_under_way_and_is_answered_later_shortens_no_pause(
    a_worker: Callable[[], Worker], clock: SetClock, github: FakeGitProvider, shorter: Unknown
) -> None:
    first, second, newcomer = a_worker(), a_worker(), a_worker()
    for _ in range(SILENT_AFTER):
        first.budgets.after(BUDGET, replace(LIMITED, retry_after=timedelta(hours=1)), None, is_down=False)
    for worker in (first, second):
        worker.budgets.after(BUDGET, shorter, None, is_down=shorter is SILENT)
    clock.at += timedelta(minutes=59)
    for worker in (first, second, newcomer):
        assert worker.asks() == Unknown(LIMITED.reason, LIMITED.detail, retry_at=NOW + timedelta(hours=1))
    assert github.asked == []


def test_refusals_of_calls_that_were_under_way_together_make_no_longer_pause_than_one(
    a_worker: Callable[[], Worker], clock: SetClock, github: FakeGitProvider, broker: str
) -> None:
    first, second = a_worker(), a_worker()
    untold = replace(LIMITED, retry_after=None)
    for worker in (first, second) * 16:
        worker.budgets.after(BUDGET, untold, None, is_down=False)
    until = NOW + FIRST_PAUSE
    assert first.asks() == second.asks() == Unknown(untold.reason, untold.detail, retry_at=until)
    clock.at = until
    with redis.Redis.from_url(broker) as client:
        client.delete(f"{BUDGET}:refused")  # its time is over
    second.budgets.after(BUDGET, untold, None, is_down=False)
    assert first.asks() == Unknown(untold.reason, untold.detail, retry_at=until + 2 * FIRST_PAUSE)


def test_the_longest_pause_is_known_to_all_until_it_ends(
    a_worker: Callable[[], Worker], github: FakeGitProvider, broker: str
) -> None:
    answers(github, replace(LIMITED, retry_after=LONGEST_TOLD))
    a_worker().asks()
    with redis.Redis.from_url(broker) as client:
        assert client.ttl(BUDGET) > LONGEST_TOLD.total_seconds()


def test_whoever_looks_how_a_provider_stands_does_not_ask_it_before_the_moment_it_named(
    a_worker: Callable[[], Worker], clock: SetClock, github: FakeGitProvider
) -> None:
    worker, desk = a_worker(), a_worker()
    answers(github, LIMITED)
    worker.asks()
    until = NOW + timedelta(minutes=5)
    told = desk.looks()
    assert (told.way, told.fault) == (Way.STRANGER, Unknown(LIMITED.reason, LIMITED.detail, retry_at=until))
    assert "itself" not in github.asked
    clock.at = until
    assert desk.looks().fault is None
    assert github.asked[-1] == "itself"


def test_what_a_provider_refuses_to_tell_of_itself_is_heard_by_workers(
    a_worker: Callable[[], Worker], github: FakeGitProvider
) -> None:
    github.stands = replace(github.stands, fault=LIMITED)
    a_worker().looks()
    assert isinstance(a_worker().asks(), Unknown)
    assert github.asked == ["itself"]


def test_other_providers_go_on(a_worker: Callable[[], Worker], github: FakeGitProvider, clock: SetClock) -> None:
    worker, gitlab = a_worker(), FakeGitProvider(GITLAB)
    answers(github, LIMITED)
    worker.asks()
    assert Guarded(gitlab, worker.budgets).by_account(ANAS_GITHUB, NAME) == Missing(404)


def test_after_redis_was_flushed_a_worker_that_knew_still_waits_and_tells_the_others(
    a_worker: Callable[[], Worker], github: FakeGitProvider, broker: str
) -> None:
    first, second, newcomer = a_worker(), a_worker(), a_worker()
    answers(github, LIMITED)
    first.asks()
    second.asks()  # it has heard of it
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    first.asks()
    second.asks()
    assert len(github.asked) == 1
    newcomer.asks()
    newcomer.asks()
    assert len(github.asked) == 2  # one question of the process that knew nothing


@pytest.mark.parametrize("half_told", [{}, {"in_a_row": 1}], ids=["nothing told", "half told"])
def test_of_a_process_that_knows_nothing_one_question_finds_out_for_all_its_threads(
    a_worker: Callable[[], Worker], github: FakeGitProvider, broker: str, half_told: dict[str, int]
) -> None:
    with redis.Redis.from_url(broker) as client:
        for field, value in half_told.items():
            client.hset("budget:github", field, value)
    newcomer, together, threads = a_worker(), threading.Barrier(2), 8

    def meet_another() -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(0.5)

    answers(github, LIMITED)
    github.on_call = meet_another
    with ThreadPoolExecutor(threads) as pool:
        found = [one.result() for one in [pool.submit(newcomer.asks) for _ in range(threads)]]
    assert len(github.asked) == 1
    assert {one.reason for one in found if isinstance(one, Unknown)} == {CannotCheck.RATE_LIMITED}


def test_once_anything_is_known_a_process_asks_with_all_its_threads(
    a_worker: Callable[[], Worker], github: FakeGitProvider
) -> None:
    worker, together = a_worker(), threading.Barrier(4)

    def meet_all() -> None:
        together.wait(5)  # broken unless all of them are there at once

    worker.asks()
    github.on_call = meet_all
    with ThreadPoolExecutor(together.parties) as pool:
        found = [one.result() for one in [pool.submit(worker.asks) for _ in range(together.parties)]]
    assert found == [Missing(404)] * together.parties


def test_of_a_provider_that_fell_silent_one_worker_finds_out_whether_it_is_back(
    broker: str, clock: SetClock, running_providers: dict[str, StandIn]
) -> None:
    scene = a_scene(running_providers["github"])
    first, second = Worker(broker, clock, scene.provider), Worker(broker, clock, scene.provider)
    scene.stand_in.fail("dropped")
    for _ in range(SILENT_AFTER + 3):
        first.asks()
    assert len(scene.stand_in.log()) == SILENT_AFTER
    clock.at += timedelta(minutes=2)
    first.asks()
    second.asks()
    assert len(scene.stand_in.log()) == SILENT_AFTER + 1
    clock.at += timedelta(minutes=2)
    with redis.Redis.from_url(broker) as client:
        client.delete(f"{BUDGET}:probe")  # its time is over
    scene.stand_in.fail("normal")
    assert isinstance(first.asks(), Missing)
    assert isinstance(second.asks(), Missing)


def test_a_link_that_is_answered_oddly_keeps_nobody_else_from_the_provider(
    broker: str, clock: SetClock, running_providers: dict[str, StandIn]
) -> None:
    scene = a_scene(running_providers["github"])
    scene.stand_in.fail("error", status=400)
    mallory, ana = Worker(broker, clock, scene.provider), Worker(broker, clock, scene.provider)
    for _ in range(3 * SILENT_AFTER):
        assert isinstance(mallory.asks(), Unknown)
    scene.stand_in.fail("normal")
    assert isinstance(ana.asks(), Missing)


def test_without_redis_a_worker_asks_each_provider_once_a_second(clock: SetClock, github: FakeGitProvider) -> None:
    nowhere = f"redis://127.0.0.1:{free_row(1)[0]}/0"
    worker = Worker(nowhere, clock, github)
    first, at_once = worker.asks(), worker.asks()
    assert first == Missing(404)
    assert isinstance(at_once, Unknown)
    clock.at += timedelta(seconds=1)
    assert worker.asks() == Missing(404)


def test_a_limit_that_was_told_is_known_to_all_workers(a_worker: Callable[[], Worker], github: FakeGitProvider) -> None:
    resets_at = NOW + timedelta(minutes=40)
    first, second = a_worker(), a_worker()
    assert second.budgets.spare_again_at("github") is None
    first.budgets.after(BUDGET, Missing(404), Limit(60, 3, resets_at), is_down=False)
    assert second.budgets.spare_again_at("github") == resets_at
