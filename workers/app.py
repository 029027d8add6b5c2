"""The Celery application, and the tools of a worker process."""

from __future__ import annotations

from functools import cache

from celery import Celery

from support_portal.ports.tools import Tools
from support_portal.settings import Settings
from support_portal.wiring import tools_from

app = Celery("support-portal")
app.config_from_object("celery_config")
app.conf.imports = ("workers.verification", "workers.removal", "workers.mail", "workers.upkeep")


@cache
def tools() -> Tools:
    """The tools of this process: made at first use, so after the fork."""
    return tools_from(Settings.from_environment())
