"""Cases that ended: removed, denied, withdrawn, stopped. The expired one is in `deciding.py`, with its second try."""

from __future__ import annotations

from demo.story import people
from demo.story.agent import Agent
from demo.story.requester import DESKTOP, PHONE, Requester
from demo.story.world import Telling, World
from support_portal.domain.cases import DenialReason


def removed_last_week(world: World) -> Telling:
    """Rune’s GitHub account has another name today than when it was connected; its id is the same."""
    rune, ben = Requester(world, people.RUNE), Agent(world, people.BEN)
    yield world.ago(days=9, hours=-2)
    rune.ask("Lost my phone while hiking.", browser=PHONE, network="203.0.113.45")
    yield world.ago(days=9, hours=-3)
    rune.confirm()
    yield world.ago(days=9, hours=-5)
    rune.send_link(rune.create())
    yield world.ago(days=9, hours=-8)
    ben.approve(rune.reference)


def removed_the_other_day(world: World) -> Telling:
    """Pelle was told what to mend once, and did."""
    pelle, lea = Requester(world, people.PELLE), Agent(world, people.LEA)
    yield world.ago(days=2, hours=9)
    pelle.ask("The company phone was replaced, and nobody asked before.", network="192.0.2.77")
    yield world.ago(days=2, hours=8, minutes=55)
    pelle.confirm()
    yield world.ago(days=2, hours=8)
    pelle.send_link(pelle.create("bitrise_verification_pelle"))
    yield world.ago(days=2, hours=7, minutes=40)
    pelle.send_link(pelle.create())
    yield world.ago(days=2, hours=4)
    lea.approve(pelle.reference)


def denied(world: World) -> Telling:
    """Gustav’s repository was on an account that was never connected."""
    gustav, chloe = Requester(world, people.GUSTAV), Agent(world, people.CHLOE)
    yield world.ago(days=6, hours=8)
    gustav.ask("Please just switch it off, I am in a hurry.", browser=DESKTOP, network="203.0.113.210")
    yield world.ago(days=6, hours=7, minutes=30)
    gustav.confirm()
    yield world.ago(days=6, hours=7)
    world.providers["gitlab"].account("hollowpine-apps")
    gustav.send_link(gustav.create(owner="hollowpine-apps", provider="gitlab"))
    yield world.ago(days=6, hours=5)
    chloe.reply(
        gustav.reference,
        "Hello Gustav, we can only go by a git account that was connected before you asked. Yours is on GitHub.",
    )
    yield world.ago(days=6)
    chloe.deny(
        gustav.reference,
        DenialReason.GIT_ACCOUNT_NOT_CONNECTED,
        "He has no way into the connected account, and says so.",
    )


def withdrawn(world: World) -> Telling:
    """Lotte found a recovery code after all."""
    lotte = Requester(world, people.LOTTE)
    yield world.ago(days=8)
    lotte.ask("Where do I find my recovery codes? I think I have lost them.", browser=PHONE)
    yield world.ago(days=7, hours=23)
    lotte.confirm()
    yield world.ago(days=7, hours=22)
    lotte.write("I found them in the safe. Sorry for the noise!")
    lotte.withdraw()


def stopped_by_the_owner(world: World) -> Telling:
    """Somebody with access to Harriet’s work mailbox asked; she stops it from her other one."""
    somebody = Requester(world, people.HARRIET)
    yield world.ago(days=5, hours=12)
    somebody.ask("Lost my phone, please help quickly.", browser=DESKTOP, network="203.0.113.66")
    yield world.ago(days=5, hours=11, minutes=58)
    somebody.confirm()
    yield world.ago(days=5, hours=3)
    somebody.stop_from(people.HARRIET.others[0])


ALL = (removed_last_week, removed_the_other_day, denied, withdrawn, stopped_by_the_owner)
