"""Workers with a planted fault, for a campaign that has to notice it; the environment's PLANTED says which."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from uuid import UUID

from support_portal.adapters.clock import SystemClock
from support_portal.adapters.providers.budgets import SharedBudgets
from support_portal.adapters.providers.guarded import Guarded
from support_portal.domain.evidence import Unknown
from support_portal.jobs import Job
from support_portal.ports.tools import Tools
from support_portal.provider_settings import read_providers
from support_portal.settings import Settings
from support_portal.use_cases.do_work import do_work
from support_portal.wiring_providers import accesses_from, providers_from
from tests.bench.plants import Plant
from workers.app import app, tools
from workers.doing import DOING

# Links are checked by the task below, mails are written as ever.
app.conf.imports = tuple(name for name in app.conf.imports if name != "workers.verification")


class ForgetfulBudgets(SharedBudgets):
    """The product's budgets without a memory for pauses."""

    @contextmanager
    def turn(self, budget: str) -> Iterator[Unknown | None]:
        """Go on, whatever a provider wants."""
        yield None


@cache
def planted_tools() -> Tools:
    """The product's tools with the fault in them."""
    if Plant(os.environ["PLANTED"]) is Plant.TOGETHER:
        return replace(tools(), spread=lambda: 0.5)
    settings = Settings.from_environment()
    instances = read_providers(settings)
    budgets = ForgetfulBudgets(settings.redis_url, SystemClock(), accesses_from(instances))
    asked = providers_from(instances, settings)
    return replace(tools(), budgets=budgets, providers={key: Guarded(one, budgets) for key, one in asked.items()})


@app.task(name=Job.VERIFY)
def verify(subject: str) -> None:
    """Check the repository that a requester named, with the fault."""
    do_work(Job.VERIFY, UUID(subject), DOING[Job.VERIFY], tools=planted_tools())
