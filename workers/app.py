"""The Celery application, and the tools of a worker process."""

from __future__ import annotations

from functools import cache
from threading import Lock
from uuid import UUID

from celery import Celery

from support_portal.jobs import Job
from support_portal.ports.tools import Tools
from support_portal.settings import Settings
from support_portal.use_cases.do_work import do_work
from support_portal.wiring import tools_from
from workers.doing import DOING

# Far fewer than threads, which nearly always wait for a provider or a mail server: a transaction takes milliseconds,
# and every further connection is a process of the database that competes for the same cores.
CONNECTIONS = 5
app = Celery("support-portal")
app.config_from_object("celery_config")
_making = Lock()
app.conf.imports = ("workers.verification", "workers.removal", "workers.mail", "workers.upkeep")


def tools() -> Tools:
    """The tools of this process: made at first use, so after the fork, and once, whichever threads are there first."""
    with _making:
        return _tools()


@cache
def _tools() -> Tools:
    return tools_from(Settings.from_environment(), connections=CONNECTIONS)


def do(job: Job, subject: str) -> None:
    """Do one put-off job; the message carries an id, the row says whether it is due."""
    do_work(job, UUID(subject), DOING[job], tools=tools())
