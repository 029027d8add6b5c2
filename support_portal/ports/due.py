"""Put-off work: what is due and when, and which worker holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from support_portal.jobs import Job
from support_portal.ports.records import DueWork


class Due(Protocol):
    """Put-off work: a row says what is due and when, whatever becomes of a message in a queue."""

    def put_off(self, job: Job, subject: UUID, at: datetime, lane: str | None = None) -> None:
        """Have the job done at that time, or earlier where it is due earlier already.

        In this lane; with none named, in the one it stands in, or else in the job's own.
        """
        ...

    def postpone(self, job: Job, subject: UUID, at: datetime, lane: str | None = None) -> None:
        """Have the job done at exactly that time instead of any other; in a lane, as above."""
        ...

    def cancel(self, subject: UUID, *jobs: Job) -> None:
        """Forget these jobs about a subject."""
        ...

    def claim(self, job: Job, subject: UUID, lease: timedelta) -> DueWork | None:
        """Hold a due job for so long; None when it is done, not due, or held by somebody else."""
        ...

    def next_in_lane(self, work: DueWork, lease: timedelta) -> DueWork | None:
        """Hold what waits longest for the same job in the same lane; None where nothing is due there."""
        ...

    def renew(self, work: DueWork, lease: timedelta) -> bool:
        """Hold the job for so long from now; False when it is not held any more: done, canceled, somebody else's."""
        ...

    def finish(self, work: DueWork) -> None:
        """The job is done; a row that was put off anew in the meantime stays."""
        ...

    def again(self, work: DueWork, at: datetime) -> None:
        """Try the job again at that time, in the job's own lane if it has one; the tries so far are forgiven."""
        ...
