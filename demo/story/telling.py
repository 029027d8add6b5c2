"""Tells the whole story: the desk and its customers first, then every case, each moment in its turn."""

from __future__ import annotations

import heapq

from sqlalchemy import Engine, text

from demo.story import deciding, ended, people, waiting
from demo.story.accounts import make_git_accounts, take_in
from demo.story.phones import give_a_phone
from demo.story.world import Telling, World
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.addresses import compared
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.use_cases.add_staff import add_staff
from support_portal.use_cases.set_password import set_password
from support_portal.use_cases.set_policy import set_policy

BEGAN = 60  # days ago
TAKEN_IN = 22  # days ago: before the first case was opened
TAKEN_IN_LATER = 9  # days ago: accounts with something younger than that

# A minute instead of a day, so that a visitor sees the end; at high risk it stays seven days.
POLICY = {"safety_wait": "1m", "evidence_lost_after": "30s"}


def tell(world: World, engine: Engine) -> None:
    """Make all of it, up to the moment the telling began; the clock then stands there."""
    world.clock.go_to(world.ago(days=BEGAN))
    set_policy(POLICY, "the demo", tools=world.tools)
    _hire(world)
    world.git = make_git_accounts(world.providers, world.started)
    _tell_each_in_turn(world, [_fill_the_directory(world, engine), *(case(world) for case in CASES)])
    world.drain.until(world.started, everything=True)


CASES = (*waiting.ALL, *deciding.ALL, *ended.ALL)


def _hire(world: World) -> None:
    for colleague in people.STAFF:
        link = add_staff(colleague.address, colleague.role, colleague.name, tools=world.tools)
        principal = set_password(link.rpartition("/")[2], colleague.password, tools=world.tools).principal
        with world.tools.uow.begin() as work:
            staff = work.people.staff(principal.id)
        if staff is not None:
            world.staff[colleague.address] = staff
        give_a_phone(principal, colleague.seed, tools=world.tools)


def _fill_the_directory(world: World, engine: Engine) -> Telling:
    yield world.ago(days=TAKEN_IN)
    older = [customer for customer in people.CUSTOMERS if customer.newest > TAKEN_IN]
    take_in(older, world.git, world.started, tools=world.tools)
    for git in (git for customer in people.CUSTOMERS for git in customer.git if git.since_renamed):
        world.providers[git.provider].rename(world.git[git.provider, git.login]["id"], git.since_renamed)
    for customer in people.WITH_A_PHONE:
        with world.tools.uow.begin() as work:
            [account] = work.directory.find(customer.address)
        give_a_phone(Principal(PrincipalKind.ACCOUNT, account.id), customer.seed, tools=world.tools)
    with world.tools.uow.begin() as work:
        for account in work.directory.find(people.LOCKED.address):
            work.directory.lock(account.id)
    # The product suspends accounts, not the portal: it has no use case for it.
    suspended = {"status": AccountStatus.SUSPENDED, "address": compared(people.KESTREL.address)}
    with engine.begin() as connection:
        connection.execute(text("update accounts set status = :status where compared = :address"), suspended)
    yield world.ago(days=TAKEN_IN_LATER)
    newer = [customer for customer in people.CUSTOMERS if customer not in older]
    take_in(newer, world.git, world.started, tools=world.tools)


def _tell_each_in_turn(world: World, tellings: list[Telling]) -> None:
    """Go on with whichever is next in time; the work that is due by then is done before."""
    waiting_for = [(next(telling), number) for number, telling in enumerate(tellings)]
    heapq.heapify(waiting_for)
    while waiting_for:
        at, number = heapq.heappop(waiting_for)
        world.drain.until(at)
        again_at = next(tellings[number], None)
        if again_at is not None:
            heapq.heappush(waiting_for, (again_at, number))
