"""Cases that wait for their requester, or for somebody's first look."""

from __future__ import annotations

from demo.story import people
from demo.story.agent import Agent
from demo.story.requester import DESKTOP, PHONE, Requester
from demo.story.world import Telling, World
from support_portal.domain.cases import DenialReason
from support_portal.use_cases.correspond import receive

# What a fault that doubles its pauses from 5 s takes until it is tried once an hour only, and a little more.
HOURLY_BY_THEN = 5 * (2**10 - 1) + 40  # seconds


def not_confirmed_yet(world: World) -> Telling:
    """Tova asked, and has not read her mail."""
    tova = Requester(world, people.TOVA)
    yield world.ago(minutes=50)
    tova.ask("My old phone is wiped and the codes were on it.", browser=PHONE, network="203.0.113.77")


def somebody_else_set_it_up(world: World) -> Telling:
    """Ada never turned 2FA on: nothing is removed while that answer stands."""
    ada = Requester(world, people.UMMELHOF)
    yield world.ago(hours=6)
    ada.ask(
        "Since this morning you ask me for a code, but I never switched that on. Nobody else here has the password,"
        " or so I thought.",
        set_up_by_me=False,
        browser=DESKTOP,
        network="192.0.2.61",
    )
    yield world.ago(hours=5, minutes=52)
    ada.confirm()


def second_look(world: World) -> Telling:
    """Idris used a new GitHub account, was denied, and asks somebody else to look."""
    idris, ben = Requester(world, people.QUINCE), Agent(world, people.BEN)
    yield world.ago(days=4)
    idris.ask("Laptop and phone were both in the bag that was stolen.", network="192.0.2.140")
    yield world.ago(days=3, hours=23, minutes=40)
    idris.confirm()
    yield world.ago(days=3, hours=20)
    world.providers["github"].account("quince-robotics-new")
    idris.send_link(idris.create(owner="quince-robotics-new"))
    yield world.ago(days=3, hours=1)
    idris.write("I can’t get into the old GitHub account either, that is why I made a new one.")
    yield world.ago(days=2, hours=21)
    ben.reply(
        idris.reference,
        "Hello Idris, I believe you, but a git account that was made after you asked shows nothing to anybody. GitHub"
        " can help you back into the old one: see its page about account recovery.",
    )
    yield world.ago(days=2, hours=20)
    ben.deny(
        idris.reference,
        DenialReason.GIT_ACCOUNT_NOT_CONNECTED,
        "The repository is on an account made the same day. He says himself that he lost the connected one.",
    )
    yield world.ago(hours=20)
    idris.ask_again()


def nothing_yet(world: World) -> Telling:
    """The bank's mobile team has its instructions since yesterday."""
    team = Requester(world, people.OSTRANDER)
    yield world.ago(hours=22)
    team.ask("The tablet that held the authenticator of this team account has died.", network="192.0.2.8")
    yield world.ago(hours=21, minutes=47)
    team.confirm()


def a_dash_in_the_name(world: World) -> Telling:
    """Jonas wrote a dash where an underscore belongs, and asks whether that matters."""
    jonas, chloe = Requester(world, people.JONAS), Agent(world, people.CHLOE)
    yield world.ago(hours=5)
    jonas.ask("New phone, and the backup of the old one did not bring the authenticator along.", browser=PHONE)
    yield world.ago(hours=4, minutes=51)
    jonas.confirm()
    yield world.ago(hours=2)
    jonas.send_link(jonas.create("bitrise-verification"))
    chloe.take(jonas.reference)
    yield world.ago(minutes=31)
    jonas.write("Is it a problem that I called it bitrise-verification with a dash?")


def in_an_organization(world: World) -> Telling:
    """Theodora’s repository belongs to her company; she was reminded, and does not see why it is wrong."""
    theodora, lea = Requester(world, people.THEODORA), Agent(world, people.LEA)
    yield world.ago(days=5)
    theodora.ask(
        "The hardware key of our build account went through the laundry, and the recovery codes are in the password"
        " manager that this very account unlocks. We ship every Thursday, so I would be glad of a quick answer.",
        browser=DESKTOP,
        network="192.0.2.200",
    )
    yield world.ago(days=4, hours=23, minutes=30)
    theodora.confirm()
    yield world.ago(days=4, hours=20)
    world.providers["github"].account("brightwater-mobile", kind="organization")
    theodora.send_link(theodora.create(owner="brightwater-mobile"))
    lea.take(theodora.reference)
    yield world.ago(days=4, hours=18)
    lea.reply(
        theodora.reference,
        "Hello Theodora, the repository is in the organization brightwater-mobile. Please create one with the same"
        " name on your own account, theodora-varrault: an organization can have many owners, so it can’t show that you"
        " are you.",
    )


def provider_did_not_answer(world: World) -> Telling:
    """GitHub answers with errors when Stonemill’s repository is asked for; the next try is up to an hour away."""
    stonemill = Requester(world, people.STONEMILL)
    yield world.ago(hours=4)
    stonemill.ask("Our build machine had the only authenticator, and its disk is gone.", network="203.0.113.9")
    yield world.ago(hours=3, minutes=55)
    stonemill.confirm()
    yield world.ago(seconds=HOURLY_BY_THEN)
    url = stonemill.create(private=True)
    world.providers["github"].fail("error", path="/repos/stonemill/")
    stonemill.send_link(url)
    yield world.ago()
    world.providers["github"].fail("normal")


def mail_without_a_match(world: World) -> Telling:
    """A mail from an address that no account has."""
    yield world.ago(hours=9)
    raw = (
        f"From: Kofi Osei <{people.STRANGER}>\r\n"
        f"To: {world.tools.product.support_address}\r\n"
        "Subject: Locked out of our account\r\n"
        f"Date: {world.clock.now():%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "Message-ID: <locked-out-1@driftwood-studio.example>\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\n\r\n'
        "Hello,\r\n\r\nwe can’t sign in any more since our office manager left with her phone. The account may be\r\n"
        "on her old address, I am not sure which one that is. Could you tell me?\r\n\r\nKofi\r\n"
    )
    receive(raw.encode(), tools=world.tools)
    world.work()


ALL = (
    not_confirmed_yet,
    somebody_else_set_it_up,
    second_look,
    nothing_yet,
    a_dash_in_the_name,
    in_an_organization,
    provider_did_not_answer,
    mail_without_a_match,
)
