"""What the guide says of each of the twenty cases."""

from __future__ import annotations

from demo.story import people
from demo.story.people import Customer

CASES_TOLD: tuple[tuple[Customer, str], ...] = (
    (people.TOVA, "has not confirmed yet; agents don’t see it, but you can click the link in the mail."),
    (people.UMMELHOF, "says that somebody else set up the 2FA, so nothing is removed while that stands."),
    (people.QUINCE, "was denied by Ben and asks for a second look; Ben can’t be the one who takes it."),
    (people.OSTRANDER, "has the instructions since yesterday."),
    (people.JONAS, "wrote a dash in the name, and asks whether that matters. Answer him."),
    (people.THEODORA, "sent a repository of an organization, and was reminded."),
    (people.STONEMILL, "can’t be checked: the provider did not answer. The next try is within an hour."),
    (people.MIRA, "is ready, at low risk. Had to be told of a dash, too."),
    (people.NADIA, "is ready, at low risk. Let her first case expire, which is linked."),
    (people.PELLERAY, "is ready, at medium risk: the password was changed lately."),
    (people.ARKWELL, "is ready, at high risk: the git account is new. It takes two agents."),
    (people.BRACKEN, "was approved by Ben and waits for somebody else’s approval."),
    (people.KAZ, "was approved twice and is in the long safety wait."),
    (people.ANSELM, "is being removed, but the account directory took no order; the next try is within an hour."),
    (people.RUNE, "had 2FA removed last week. The git account is called otherwise today; its id is the same."),
    (people.PELLE, "had 2FA removed the day before yesterday, after one thing was mended."),
    (people.GUSTAV, "was denied: the repository was on an account that was never connected."),
    (people.LOTTE, "found a recovery code and withdrew."),
    (people.HARRIET, "stopped a request that was not hers, from her other mailbox."),
)
