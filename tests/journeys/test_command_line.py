"""`support-portal sign-in`: a code is shown, confirmed in the browser, and the token is kept for its owner alone."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from support_portal.local import programs
from tests.journeys.desk import Agent
from tests.parts import Portal, environment

_CODE = re.compile(r"code  ([A-Z]{4}-[A-Z]{4})")
USAGE, NO_PERMISSION, UNAVAILABLE = 64, 77, 69  # sysexits.h


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The folder where this person's commands keep things."""
    return tmp_path / "config"


@contextmanager
def signing_in(portal: Portal, config: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, while it runs; as somebody far from the server, with no setting of it."""
    words = programs.command("sign-in", "--portal", portal.url)
    env = environment(XDG_CONFIG_HOME=str(config))
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        yield running
        if running.poll() is None:
            running.kill()


def shown_code(portal: Portal, running: subprocess.Popen[str]) -> str:
    assert running.stdout
    assert running.stdout.readline() == f"Open  {portal.url}/account/device\n"
    found = _CODE.search(running.stdout.readline())
    assert found
    return found[1]


def answers(agent: Agent, code: str, button: str) -> None:
    agent.page.goto("/account/device")
    agent.page.get_by_label("Code").fill(code.lower())
    agent.page.get_by_role("button", name="Continue").click()
    expect(agent.page.get_by_role("main")).to_contain_text("support-portal on")
    agent.page.get_by_role("button", name=button).click()


def ended(running: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = running.communicate(timeout=60)
    return running.returncode, out + err


def kept(config: Path, portal: Portal) -> str:
    return str(json.loads((config / "support-portal/tokens.json").read_text())[portal.url])


def me(portal: Portal, token: str) -> int:
    answer = requests.get(f"{portal.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    return answer.status_code


def test_somebody_signs_in_at_the_command_line_and_removes_the_token_on_the_page(
    portal: Portal, ben: Agent, config: Path
) -> None:
    with signing_in(portal, config) as running:
        answers(ben, shown_code(portal, running), "Yes, I started it")
        expect(ben.page.get_by_role("main")).to_contain_text("Confirmed")
        status, told = ended(running)
    assert status == 0, told
    assert f"Signed in to {portal.url} as ben@support.example" in told
    file = config / "support-portal/tokens.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    first = kept(config, portal)
    assert first not in told
    assert me(portal, first) == 200

    with signing_in(portal, config) as running:  # again: it is signed in already
        assert ended(running)[0] == 0
    assert kept(config, portal) == first

    with portal.database.connect() as connection:  # it ends within a week, so it is renewed
        connection.execute("update access_tokens set expires_at = now() + interval '6 days' where kind = 'auto'")
    with signing_in(portal, config) as running:
        assert ended(running)[0] == 0
    second = kept(config, portal)
    assert second != first
    assert (me(portal, first), me(portal, second)) == (401, 200)
    assert file.stat().st_mode & 0o777 == 0o600

    ben.page.goto("/account/tokens")
    ben.page.get_by_role("link", name="Remove Command line").first.click()
    ben.page.get_by_role("button", name="Remove the token").click()
    expect(ben.page.get_by_role("main")).to_contain_text("The token is removed")
    assert me(portal, second) == 401


def test_a_refused_command_ends_without_a_token(portal: Portal, chloe: Agent, config: Path) -> None:
    with signing_in(portal, config) as running:
        answers(chloe, shown_code(portal, running), "No, refuse it")
        assert ended(running) == (NO_PERMISSION, "support-portal: The sign-in was refused.\n")
    assert not (config / "support-portal/tokens.json").exists()


def test_a_token_made_on_the_server_opens_the_api_and_no_word_brings_its_value(portal: Portal, ben: Agent) -> None:
    words = ("tokens", "create", f"{ben.name}@support.example", "--description", "pager", "--expires", "1h")
    token = portal.command(*words).strip()
    assert me(portal, token) == 200
    for more in (("--token", "spp_x"), ("--value", "spp_x"), ("spp_x",)):
        with pytest.raises(AssertionError, match=f"ended with {USAGE}"):  # PAT-4
            portal.command(*words, *more)


def test_pat_4_what_does_not_do_is_said_in_one_line(portal: Portal, ben: Agent) -> None:
    for address, description, expires in (
        ("nobody@support.example", "pager", "1h"),
        (f"{ben.name}@support.example", "x" * 500, "1h"),
        (f"{ben.name}@support.example", "pager", "2020-01-01"),
    ):
        words = ("tokens", "create", address, "--description", description, "--expires", expires)
        with pytest.raises(AssertionError, match=rf"ended with {USAGE}:\nsupport-portal: .*\n$"):
            portal.command(*words)


def test_an_address_where_no_portal_answers_is_said_in_one_line(portal: Portal, config: Path) -> None:
    for address, status in (
        (portal.world.mailbox, UNAVAILABLE),
        ("http://127.0.0.1:1", UNAVAILABLE),
        ("http://portal.example", 78),
        ("portal.example", 78),
    ):
        words = programs.command("sign-in", "--portal", address)
        env = environment(XDG_CONFIG_HOME=str(config))
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done.stderr
