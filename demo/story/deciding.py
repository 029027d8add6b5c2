"""Cases whose checks passed: up for a decision, approved, or on their way to the removal."""

from __future__ import annotations

from demo.story import people
from demo.story.agent import Agent
from demo.story.requester import DESKTOP, PHONE, Requester
from demo.story.world import Telling, World

# How long before now a removal begins that the directory does not take: tries in the first half hour, then each hour.
OUT_OF_REACH_FOR = 112  # minutes


def ready_at_low_risk(world: World) -> Telling:
    """Mira got the name wrong at first, wrote back and forth, and has it right for 42 minutes."""
    mira, ben, chloe = Requester(world, people.MIRA), Agent(world, people.BEN), Agent(world, people.CHLOE)
    yield world.ago(hours=30)
    mira.ask(
        "Hi, my phone went into the harbor on Sunday and with it my codes. I still have my laptop and my email. I"
        " can sign in to GitHub and to GitLab. We have a release on Thursday, so I’m a little nervous. Thanks!",
    )
    yield world.ago(hours=29, minutes=54)
    mira.confirm()
    yield world.ago(hours=29, minutes=42)
    ben.take(mira.reference)
    ben.reply(
        mira.reference,
        "Hello Mira, sorry about your phone. Your email is confirmed. Please create the empty public repository as the"
        " case page describes, on the GitHub or GitLab account you already use with us. You will be back well before"
        " Thursday.",
    )
    yield world.ago(hours=29, minutes=19)
    mira.write("Thank you! GitHub works, I will do it there.")
    mira.send_link(mira.create("bitrise-verification"))
    yield world.ago(hours=29, minutes=2)
    ben.reply(
        mira.reference,
        "That was quick! The name has a dash where it needs an underscore. Please create one named exactly as the case"
        " page says, or rename this one, and send its link.",
    )
    yield world.ago(minutes=43)
    mira.write("I made a new one. Sorry for the dash!")
    yield world.ago(minutes=42)
    mira.send_link(mira.create())
    yield world.ago(minutes=21)
    chloe.note(mira.reference, "Looks fine to me: both accounts are hers for years. Over to Ben.")


def expired_then_asked_again(world: World) -> Telling:
    """Nadia’s first request ran out; the second one, found by the watcher, is ready."""
    first, nadia = Requester(world, people.NADIA), Requester(world, people.NADIA)
    yield world.ago(days=20)
    first.ask("I reset my phone and forgot about the authenticator.", browser=PHONE)
    yield world.ago(days=19, hours=23, minutes=20)
    first.confirm()
    yield world.ago(hours=31)
    nadia.ask("Second try, I was on leave and missed your reminder. Same phone, same problem.", browser=PHONE)
    yield world.ago(hours=30, minutes=48)
    nadia.confirm()
    yield world.ago(hours=6)
    nadia.create()
    nadia.wait_for_the_watcher()
    yield world.ago(hours=5, minutes=50)
    nadia.write("Thank you! I have done the repository now.")


def ready_at_medium_risk(world: World) -> Telling:
    """Odile’s password was changed lately: the note must say why it is fine."""
    odile, chloe = Requester(world, people.PELLERAY), Agent(world, people.CHLOE)
    yield world.ago(hours=12)
    odile.ask(
        "I changed my password two weeks ago because we rotate them every quarter, and everything worked. On Friday"
        " I handed in my company phone and got a new one. The IT department wiped the old one the same afternoon,"
        " before I had moved the authenticator over. I kept the recovery codes in a note on that phone, which I now"
        " know is not where they belong.\n\nI can still sign in to GitLab, where I am opelleray, and I read this"
        " mailbox. If you need anything else, I am in the office until six, Paris time.\n\nOdile Pelleray",
        browser=DESKTOP,
        network="192.0.2.33",
    )
    yield world.ago(hours=11, minutes=50)
    odile.confirm()
    yield world.ago(hours=9)
    odile.send_link(odile.create())
    chloe.take(odile.reference)
    yield world.ago(hours=8, minutes=30)
    chloe.note(
        odile.reference,
        "Password changed 17 days ago. She says that they rotate them every quarter, and the account’s history fits:"
        " the changes before were three months apart each time. The GitLab account is connected for years and is the"
        " one that owns the repository. I would approve it, but would like a second pair of eyes before I go home.",
    )


def ready_at_high_risk(world: World) -> Telling:
    """Sten’s git account was connected twelve days ago: it takes two deciders and seven days."""
    sten = Requester(world, people.ARKWELL)
    yield world.ago(hours=20)
    sten.ask("My security key snapped. I never printed the codes.", network="203.0.113.180")
    yield world.ago(hours=19, minutes=45)
    sten.confirm()
    yield world.ago(hours=18)
    sten.send_link(sten.create())


def waits_for_a_second_agent(world: World) -> Telling:
    """Ines had turned 2FA on days before she lost it; Ben has approved."""
    ines, ben = Requester(world, people.BRACKEN), Agent(world, people.BEN)
    yield world.ago(days=5)
    ines.ask("I had only just set it up when my phone was stolen on the train.", browser=PHONE, network="192.0.2.91")
    yield world.ago(days=4, hours=23)
    ines.confirm()
    yield world.ago(days=2)
    ines.send_link(ines.create())
    yield world.ago(hours=26)
    ben.take(ines.reference)
    ben.approve(
        ines.reference,
        "2FA is five days older than the case, which fits her story. The GitLab account is connected since last year.",
    )


def in_a_long_safety_wait(world: World) -> Telling:
    """Kaz was approved by two agents at high risk: seven days to stop it."""
    kaz, ben, chloe = Requester(world, people.KAZ), Agent(world, people.BEN), Agent(world, people.CHLOE)
    yield world.ago(days=4)
    kaz.ask("Authenticator gone with the old phone, codes nowhere to be found.", network="198.51.100.201")
    yield world.ago(days=3, hours=23, minutes=50)
    kaz.confirm()
    yield world.ago(days=3, hours=18)
    kaz.send_link(kaz.create())
    yield world.ago(days=3)
    ben.approve(kaz.reference, "Bitbucket was connected 18 days ago, by the same person as far as I can tell.")
    yield world.ago(days=2, hours=20)
    chloe.approve_second(kaz.reference, "I agree. Seven days and two mailboxes are enough to object.")


def being_removed(world: World) -> Telling:
    """Anselm’s wait is over, but the account directory takes no orders; the portal tries again."""
    anselm, lea = Requester(world, people.ANSELM), Agent(world, people.LEA)
    yield world.ago(hours=10)
    anselm.ask("I dropped my phone from a ladder.", browser=DESKTOP, network="192.0.2.17")
    yield world.ago(hours=9, minutes=52)
    anselm.confirm()
    yield world.ago(hours=8)
    anselm.send_link(anselm.create())
    yield world.ago(minutes=OUT_OF_REACH_FOR)
    world.drain.out_of_reach.add(anselm.case_id)
    lea.approve(anselm.reference)


ALL = (
    ready_at_low_risk,
    expired_then_asked_again,
    ready_at_medium_risk,
    ready_at_high_risk,
    waits_for_a_second_agent,
    in_a_long_safety_wait,
    being_removed,
)
