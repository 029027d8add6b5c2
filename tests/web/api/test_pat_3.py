"""A token that is removed while two web processes answer fifty calls a second with it: none is accepted afterwards."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests

from support_portal.local import programs
from support_portal.local.run import is_healthy
from support_portal.local.supervise import Process, Supervisor
from support_portal.ports.tools import Tools
from support_portal.use_cases import tokens
from support_portal.use_cases.use_token import caller_with
from tests.parts import SECRET_KEYS, Database, environment, free_row
from tests.waiting import eventually

HOST = "localhost:8000"
CALLERS, EACH_PAUSES = 10, 0.15  # seconds: above fifty calls a second, whatever each of them takes
CALLS_BEFORE, CALLS_AFTER = 150, 150


@dataclass(frozen=True)
class Call:
    """When a call began, at which process, and what was answered."""

    began: float
    port: int
    status: int


@pytest.fixture
def ports(database: Database) -> Iterator[tuple[int, int]]:
    """Two web servers over one database, each a process of its own."""
    first, last = free_row(2)
    env = environment(
        PORTAL_DATABASE_URL=database.url, PORTAL_SECRET_KEYS=SECRET_KEYS, PORTAL_PUBLIC_URL=f"http://{HOST}"
    )
    with Supervisor(io.StringIO()) as supervisor:
        for port in (first, last):
            web = Process(f"web {port}", programs.web(port), env, is_ready=lambda p=port: is_healthy(p, HOST))  # type: ignore[misc]
            supervisor.start(web)
        yield first, last


def test_pat_3_no_call_that_begins_after_the_removal_is_accepted(
    ports: tuple[int, int], tools: Tools, token: str
) -> None:
    calls: list[Call] = []
    is_over = threading.Event()

    def keep_calling(port: int) -> None:
        with requests.Session() as session:
            while not is_over.wait(EACH_PAUSES):
                began = time.monotonic()
                headers = {"Authorization": f"Bearer {token}", "Host": HOST}
                answer = session.get(f"http://127.0.0.1:{port}/api/v1/me", headers=headers, timeout=30)
                calls.append(Call(began, port, answer.status_code))

    with ThreadPoolExecutor(CALLERS) as pool:
        running = [pool.submit(keep_calling, ports[number % 2]) for number in range(CALLERS)]
        try:
            eventually(lambda: len(calls) >= CALLS_BEFORE, within=60)
            mine = caller_with(token, tools=tools).token
            with tools.uow.begin() as work:
                now = work.now
            tokens.remove(mine.owner, mine.id, now, tools=tools)
            removed = time.monotonic()
            eventually(lambda: sum(call.began > removed for call in calls) >= CALLS_AFTER, within=60)
        finally:
            is_over.set()
        for one in running:
            one.result()
    before, after = ([call for call in calls if (call.began > removed) is later] for later in (False, True))
    assert {call.port for call in after} == set(ports)
    assert {call.status for call in before} <= {200, 401}
    assert sum(call.status == 200 for call in before) >= CALLS_BEFORE - CALLERS
    assert {call.status for call in after} == {401}
