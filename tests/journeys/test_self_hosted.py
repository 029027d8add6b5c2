"""Providers that companies host themselves, from the form to the verdict, in a portal that knows several of them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support_portal.local.embedded import Postgres
from support_portal.local.run import portal_processes
from tests.browsing import Visitors
from tests.journeys.person import LONG_AGO, Person, connected, imports
from tests.parts import TEMPLATE, Database, Parts, Portal, World, environment, free_row, portal_settings
from tests.stand_ins import StandIn, stand_in_providers

HOSTED = {"gitlab": "gitlab", "gitlab_self_managed": "gitlab", "data_center": "bitbucket_data_center"}
CODE = re.compile(r"this code into its description: (\w+)")
SAME_NUMBER = 4711
TOKEN = "a-token-of-the-portal"
_numbers = itertools.count(1)

MakePerson = Callable[..., Person]


@pytest.fixture(scope="module")
def hosted() -> Iterator[dict[str, StandIn]]:
    """Two GitLabs, one of them below a path, and a Data Center."""
    with stand_in_providers(keys=HOSTED) as providers:
        yield providers


@pytest.fixture(scope="module")
def portal(
    parts: Parts, postgres_server: Postgres, broker_server: str, world: World, hosted: dict[str, StandIn]
) -> Portal:
    """A portal of its own, whose providers a file names."""
    postgres_server.make_database("portal_self_hosted", TEMPLATE)
    database, folder = Database("portal_self_hosted", postgres_server), parts.folder / "self-hosted"
    folder.mkdir()
    address = f"http://localhost:{free_row(1)[0]}"
    settings = portal_settings(parts, database, broker_server.removesuffix("/0") + "/2", world)
    settings = {name: value for name, value in settings.items() if not re.match("PORTAL_(GIT|BITBUCKET)", name)}
    settings |= {
        "PORTAL_PROVIDERS": str(_file(folder, hosted)),
        "PORTAL_PUBLIC_URL": address,
        "PORTAL_PORT": address.rpartition(":")[2],
        "PORTAL_DATA_DIR": str(folder),
    }
    processes = portal_processes(environment(**settings), int(settings["PORTAL_PORT"]), address)
    for process in processes:
        parts.supervisor.start(process)
    return Portal(address, settings, database, world, {process.name: process for process in processes})


def _file(folder: Path, hosted: dict[str, StandIn]) -> Path:
    (folder / "token").write_text(TOKEN)
    tables = [
        f'[{key.replace("_", "-")}]\nkind = "{HOSTED[key]}"\nname = "{key.title()}"\nweb_url = "{stand_in.url}"\n'
        f'api_url = "{stand_in.api_url}"\ntoken_file = "token"\n'
        for key, stand_in in hosted.items()
    ]
    file = folder / "providers.toml"
    file.write_text("\n".join(tables))
    return file


@pytest.fixture
def somebody(portal: Portal, visitors: Visitors, hosted: dict[str, StandIn]) -> MakePerson:
    """Makes somebody whose git account is at one of these providers."""

    def make(key: str, **facts: int) -> Person:
        number = next(_numbers)
        account = hosted[key].account(f"ana-{number}", **facts)
        ana = Person(
            portal,
            visitors.open(javascript=False),
            hosted[key],
            account,
            f"ana{number}@self-hosted.example",
            f"ana{number}@second.example",
        )
        line = {
            "email": ana.address,
            "name": f"Ana Duarte {number}",
            "other_emails": [ana.second],
            "two_factor_enabled": True,
            "two_factor_enrolled_at": LONG_AGO,
            "password_changed_at": LONG_AGO,
            "connected_accounts": [connected(key.replace("_", "-"), account)],
        }
        imports(portal, [line])
        return ana

    return make


def test_at_a_data_center_the_code_in_the_description_proves_that_the_repository_is_new(somebody: MakePerson) -> None:
    ana = somebody("data_center")
    ana.asks_and_confirms()
    found = CODE.search(ana.mail("create a repository")["text"])
    assert found, "the mail names no code"
    ana.page.goto(ana.case_path)
    expect(ana.page.get_by_role("main")).to_contain_text(found[1])
    made = ana.creates()
    ana.sends(made)
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    expect(ana.page.get_by_role("main")).to_contain_text(found[1])
    ana.provider.change(made["id"], description=f"For support: {found[1]}")
    ana.page.get_by_role("button", name="Check again").first.click()
    ana.sees("A person decides now")


def test_of_two_gitlabs_that_gave_the_same_number_only_the_connected_one_proves_anything(
    somebody: MakePerson, hosted: dict[str, StandIn]
) -> None:
    ana = somebody("gitlab_self_managed", id=SAME_NUMBER)
    other = hosted["gitlab"].account("ana-of-another-house", id=SAME_NUMBER)
    assert other["id"] == ana.account["id"]
    ana.asks_and_confirms()
    elsewhere = replace(ana, provider=hosted["gitlab"], account=other)
    ana.sends(elsewhere.creates())
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    expect(ana.page.locator(".fix")).to_contain_text("a git account that was not connected")
    ana.sends(ana.creates())
    ana.sees("A person decides now")
    assert ana.mail("Your repository is right")
    ana.happened("link_received", "checks_failed", "link_received", "checks_passed", "pass")
    record = ana.portal.command("cases", "export", ana.reference)
    assert TOKEN not in record
    runs = json.loads(record)["runs"]
    assert [(run["outcome"], run["instance"]) for run in runs][-1] == ("passed", "gitlab-self-managed")
    assert runs[0]["owner_id"] == runs[-1]["owner_id"] == str(SAME_NUMBER)


def test_below_a_path_the_watcher_finds_a_repository_that_nobody_linked(somebody: MakePerson) -> None:
    ana = somebody("gitlab_self_managed")
    ana.asks_and_confirms()
    ana.creates()
    ana.page.goto(ana.case_path)
    ana.page.get_by_role("button", name="Check again").first.click()
    ana.sees("A person decides now")
    assert "link_received" not in " ".join(ana.timeline())
    ana.happened("checks_passed", "pass")
