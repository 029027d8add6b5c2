"""`python3 dev.py faults --stories 50`: stories over real parts that are killed at random moments."""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from support_portal.local.embedded import postgres, valkey
from support_portal.local.supervise import Process, Supervisor
from tests.faults import verdict
from tests.faults.client import Inbox
from tests.faults.killing import Killer
from tests.faults.stories import KINDS, Agent, Stage, Story, kinds, live
from tests.parts import Database, Parts, Portal, running_parts, start_portal, start_world
from tests.phones import a_phone_for
from tests.waiting import eventually

FEWEST_KILLS = 60  # a run with fewer tested nothing
DRAIN = 120.0  # seconds after the last kill
AT_ONCE = 8  # stories lived at the same time
POLICY = ("safety_wait=3s", "safety_wait_high_risk=3s", "evidence_lost_after=5s")
PASSWORD = "the harbor lights are out"
DOMAIN = "portal.example"
TROUBLED = (psycopg.OperationalError, psycopg.InterfaceError)


@dataclass
class Campaign:
    """Everything that runs for one campaign."""

    parts: Parts
    portal: Portal
    processes: dict[str, Process]

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]] | None:
        """Rows, or None while the database is not there."""
        try:
            with self.portal.database.connect() as connection:
                return connection.execute(sql, values).fetchall()
        except TROUBLED:
            return None

    def state_of(self, address: str) -> str | None:
        """Where the newest case of an address stands."""
        rows = self.ask("select state from cases where address = %s order by number desc limit 1", address)
        return str(rows[0][0]) if rows else None


def main() -> int:
    """Run the campaign and print what it found; 0 when nothing was lost, doubled or done without leave."""
    parser = argparse.ArgumentParser(prog="dev.py faults")
    parser.add_argument("--stories", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}, {options.stories} stories", flush=True)
    with running_parts() as parts:
        campaign = _start(parts)
        return _run(campaign, options.stories, chance)


def _start(parts: Parts) -> Campaign:
    # Whatever dies is started again, however often: here that is the point.
    keeper = Supervisor(parts.log.open("a", encoding="utf-8"), most_restarts=None)
    parts = Parts(parts.folder, keeper, parts.log)
    server = postgres(parts.folder, "max_connections=200")
    keeper.start(server.process)
    server.make_database("portal")
    broker, broker_url = valkey(parts.folder)
    keeper.start(broker)
    world = start_world(parts)
    database = Database("portal", server)
    _migrate(database)
    portal = start_portal(parts, database, broker_url, world)
    threading.Thread(target=keeper.watch, daemon=True).start()
    processes = {**portal.processes, "postgres": server.process, "valkey": broker}
    return Campaign(parts, portal, processes)


def _migrate(database: Database) -> None:
    from support_portal.adapters.db.migrate import upgrade

    upgrade(database.url)


def _run(campaign: Campaign, count: int, chance: random.Random) -> int:
    portal = campaign.portal
    portal.command("policy", "set", *POLICY)
    inbox = Inbox(portal.world.mailbox)
    providers = {key: portal.world.provider(key) for key in ("github", "gitlab", "bitbucket")}
    stage = Stage(portal.url, inbox, providers, campaign.state_of, _staff(portal))
    stories = _stories(count, chance, providers, portal)
    killer = Killer(campaign.processes, chance)
    started = time.monotonic()
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda story: live(story, stage), stories))
        while killer.kills.total() < FEWEST_KILLS:  # stories were quick: the parts are killed while they are idle
            time.sleep(0.2)
    killer.stop()
    drained = _drain(campaign)
    lasted = time.monotonic() - started
    status = _report(campaign, stories, killer, stage, drained)
    print(f"took {lasted:.0f} s")
    campaign.parts.supervisor.ask_to_stop()
    campaign.parts.supervisor.__exit__()
    return status


def _staff(portal: Portal) -> list[Agent]:
    from tests.faults.client import Client

    people = []
    for name in ("ben", "chloe"):
        address = f"{name}@support.example"
        link = portal.command("staff", "create", address, "--role", "agent", "--name", name.title()).strip()
        path = link.removeprefix(portal.url)
        Client(portal.url).send(path, {"password": PASSWORD})
        phone = a_phone_for(portal, address)
        people.append(Agent(address, PASSWORD, phone, len(phone.recovery_codes)))
    return people


def _stories(count: int, chance: random.Random, providers: dict[str, Any], portal: Portal) -> list[Story]:
    stories, lines = [], []
    for number, kind in enumerate(kinds(count, chance)):
        key = ("github", "gitlab", "bitbucket")[number % 3]
        account = providers[key].account(f"person-{number}")
        address = f"person{number}@campaign.example"
        stories.append(Story(kind, address, key, account, KINDS[kind][1]))
        lines.append(_line(address, key, account))
    file = Path(portal.settings["PORTAL_DATA_DIR"]) / "campaign.jsonl"
    file.write_text("\n".join(lines))
    portal.command("accounts", "import", str(file))
    return stories


def _line(address: str, provider: str, account: dict[str, Any]) -> str:
    long_ago = "2021-03-03T09:30:00+00:00"
    connected = {
        "provider": provider,
        "external_id": account["uuid"] if provider == "bitbucket" else str(account["id"]),
        "username": account["login"],
        "connected_at": long_ago,
    }
    if provider == "bitbucket":
        connected["workspace_ids"] = [space["uuid"] for space in account["workspaces"]]
    return json.dumps(
        {
            "email": address,
            "name": account["login"],
            "other_emails": [address.replace("@", "-second@")],
            "two_factor_enabled": True,
            "two_factor_enrolled_at": long_ago,
            "password_changed_at": long_ago,
            "connected_accounts": [connected],
        }
    )


def _drain(campaign: Campaign) -> bool:
    """Wait until nothing is due any more; whether that happened in time."""
    left = "select 1 from due where due_at <= now() and parked_at is null limit 1"
    try:
        eventually(lambda: campaign.ask(left) == [], within=DRAIN)
    except AssertionError:
        return False
    return True


def _report(campaign: Campaign, stories: list[Story], killer: Killer, stage: Stage, drained: bool) -> int:
    mails = stage.inbox.mails()
    with campaign.portal.database.connect() as connection:
        found = verdict.counted(connection)
        missing = verdict.missing_mails(connection, mails, DOMAIN)
    doubled = verdict.doubled_mails(mails, stories, stage.staff)
    wrong = [story for story in stories if campaign.state_of(story.address) != story.ends or story.problem]
    messages, same_mail = verdict.redelivered(campaign.parts.log.read_text(encoding="utf-8", errors="replace"), mails)
    print("\nkills: " + ", ".join(f"{name} {killer.kills[name]}" for name in sorted(killer.kills)), end="")
    print(f"; {killer.kills.total()} in all")
    print(f"redelivered: {messages} messages, {same_mail} mails under their own Message-ID")
    print("stories: " + ", ".join(f"{kind} {sum(s.kind == kind for s in stories)}" for kind in KINDS))
    counts = {"stories not ended as intended": len(wrong), "mails missing": len(missing)}
    counts |= {"mails doubled under another Message-ID": len(doubled), **found}
    counts |= {"work left after the drain": int(not drained)}
    for name, number in counts.items():
        print(f"  {number:>3}  {name}")
    for line in [*(f"{s.kind} {s.address} {s.reference}: {s.problem}" for s in wrong), *missing, *doubled]:
        print(f"       {line}")
    is_void = killer.kills.total() < FEWEST_KILLS
    print("VOID: too few kills" if is_void else "RED" if any(counts.values()) else "GREEN")
    return int(is_void or any(counts.values()))


if __name__ == "__main__":
    sys.exit(main())
