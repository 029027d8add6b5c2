"""Every job that the portal names has a task, and reaches it by a queue that a worker listens to."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import Celery

from support_portal.jobs import PLANS, QUEUES, UPKEEP_EVERY, UPKEEP_QUEUE, Job, Upkeep
from tests.house.sources import ROOT
from tests.parts import SECRET_KEYS


@pytest.fixture
def celery(monkeypatch: pytest.MonkeyPatch) -> Celery:
    monkeypatch.setenv("PORTAL_REDIS_URL", "redis://127.0.0.1:1/0")  # nothing is published here
    from workers.app import app

    app.loader.import_default_modules()
    return app


def test_every_job_is_a_task_and_every_task_a_job(celery: Celery) -> None:
    tasks = {name for name in celery.tasks if not name.startswith("celery.")}
    assert tasks == {*Job, *Upkeep}


@pytest.mark.usefixtures("celery")
def test_all_threads_of_a_worker_have_the_same_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://127.0.0.1:1/nowhere")  # nothing is asked of it
    monkeypatch.setenv("PORTAL_SECRET_KEYS", SECRET_KEYS)
    from workers.app import tools

    threads = 8
    with ThreadPoolExecutor(threads) as pool:
        made = [one.result() for one in [pool.submit(tools) for _ in range(threads)]]
    assert len({id(one) for one in made}) == 1


def test_every_job_goes_to_the_queue_of_its_plan(celery: Celery) -> None:
    planned = {job.value: plan.queue for job, plan in PLANS.items()} | dict.fromkeys(map(str, Upkeep), UPKEEP_QUEUE)
    routed = {name: celery.amqp.router.route({}, name)["queue"].name for name in planned}
    assert routed == planned
    assert {*planned.values()} == {*QUEUES} == {*celery.amqp.queues}


def test_the_clock_starts_upkeep_and_nothing_else(celery: Celery) -> None:
    started = {entry["task"]: entry["schedule"] for entry in celery.conf.beat_schedule.values()}
    assert started == {job: every.total_seconds() for job, every in UPKEEP_EVERY.items()}


def test_the_broker_settings_import_jobs_and_settings_only() -> None:
    tree = ast.parse((ROOT / "celery_config.py").read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "support_portal.jobs", "support_portal.settings"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
