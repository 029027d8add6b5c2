"""The names of put-off work: each is a row in the database first, and a message in a queue second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Job(StrEnum):
    """Work that a row puts off; the row's subject is the id it is about."""

    MATCH_REQUEST = "match_request"  # subject: a request
    MATCH_RESET = "match_reset"  # subject: a request for a new password
    VERIFY = "verify"  # subject: a case whose repository somebody named
    WATCH = "watch"  # subject: a case that waits for a repository, or whose passed one is looked at again
    REMOVE = "remove"  # subject: a case whose safety wait ends
    REMIND = "remind"  # subject: a case that waits for its requester
    REMIND_OF_TOKEN = "remind_of_token"  # noqa: S105  subject: an access token that ends soon
    EXPIRE = "expire"  # subject: a case nobody came back to
    SEND_MAIL = "send_mail"  # subject: a mail


class Upkeep(StrEnum):
    """Work that the clock starts, without a row."""

    READ_DIRECTORY = "read_directory"
    TIDY = "tidy"


# Lanes: what stands in one holds up nothing outside it. Checking a link goes in the lane of its provider's instance.
WATCHING = "watching"  # looking without being asked: only so many at once, whoever waits goes by
ASKED = "asked"  # somebody waits for this look, and no link says where
MAILS = "mails"

# Messages of one lane that may be out at once: enough to keep the workers busy, too few to fill them. Mails are fewer:
# a verdict is waited for, and many mail servers take few connections from one sender.
MOST_OUT = 16
MOST_MAILS_OUT = 4


@dataclass(frozen=True)
class Plan:
    """Which queue takes a job, and how long one try may hold its row at most: then another worker may have it.

    Work without a lane is published as soon as it is due. In a lane, whoever is done takes what waits next there.
    """

    queue: str
    longest: timedelta
    lane: str = ""


QUEUES = ("verification", "removal", "mail", "upkeep")
PLANS: dict[Job, Plan] = {
    Job.MATCH_REQUEST: Plan("mail", timedelta(seconds=20)),
    Job.MATCH_RESET: Plan("mail", timedelta(seconds=20)),
    Job.VERIFY: Plan("verification", timedelta(seconds=90)),
    Job.WATCH: Plan("verification", timedelta(seconds=90), WATCHING),
    Job.REMOVE: Plan("removal", timedelta(seconds=90)),
    Job.REMIND: Plan("upkeep", timedelta(seconds=20)),
    Job.REMIND_OF_TOKEN: Plan("upkeep", timedelta(seconds=20)),
    Job.EXPIRE: Plan("upkeep", timedelta(seconds=20)),
    Job.SEND_MAIL: Plan("mail", timedelta(seconds=60), MAILS),
}
UPKEEP_EVERY: dict[Upkeep, timedelta] = {
    Upkeep.READ_DIRECTORY: timedelta(seconds=15),
    Upkeep.TIDY: timedelta(minutes=5),
}
UPKEEP_QUEUE = "upkeep"

# The row of a worker that dies is free when its lease ends; one that lives renews it while it does the job.
LEASE = timedelta(seconds=15)
RENEWED_EVERY = timedelta(seconds=5)

# A job whose worker died this often is left alone until a person has looked at it.
MOST_LOST_TRIES = 5
