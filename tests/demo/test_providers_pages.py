"""On the pages of a stand-in provider people make and change what the portal will find."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from demo.providers.applications import CLIENTS
from tests.stand_ins import StandIn

KEYS = ["github", "gitlab", "bitbucket"]


@pytest.fixture(params=KEYS)
def provider(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> StandIn:
    stand_in = providers[request.param]
    stand_in.account("ana")
    stand_in.account("ben")
    return stand_in


def create(provider: StandIn, name: str, **more: str) -> int:
    fields = {"owner": "ana", "name": name, "visibility": "public", "description": "", "origin": "", **more}
    assert provider.post("/-/repositories", **fields).status_code == 200
    numbers = [one["id"] for one in provider.get("/_control/state").json()["repositories"]]
    return int(numbers[-1])


def test_a_repository_is_created_seen_hidden_renamed_given_away_forked_and_deleted(provider: StandIn) -> None:
    number = create(provider, "notes", description="Hello")
    assert "Hello" in provider.get("/ana/notes").text

    def change(what: str, **fields: str) -> None:
        assert provider.post(f"/-/repositories/{number}/{what}", **fields).status_code == 200

    change("visibility", visibility="private")
    assert provider.get("/ana/notes").status_code == 404
    change("visibility", visibility="public")
    change("name", name="memos")
    assert provider.get("/ana/memos").status_code == 200
    change("owner", owner="ben")
    assert provider.get("/ben/memos").status_code == 200
    change("fork", owner="ana")
    assert provider.get("/ana/memos").status_code == 200
    change("delete")
    assert provider.get("/ben/memos").status_code == 404


def test_the_first_page_shows_each_address_to_copy(provider: StandIn) -> None:
    create(provider, "notes")

    assert f"{provider.url}/ana/notes</code>" in provider.get("/").text


@pytest.mark.parametrize("path", ["/new", "/projects/new", "/repo/create"])
def test_the_providers_own_addresses_for_a_new_repository_show_the_form(provider: StandIn, path: str) -> None:
    page = provider.get(f"{path}?name=bitrise_verification").text

    assert 'value="bitrise_verification"' in page
    assert "<option>ana</option>" in page
    assert len(re.findall(r"<label for=", page)) == len(re.findall(r"<(?:input|select) id=", page)) == 5


def test_an_account_is_renamed_and_its_login_taken_by_another(provider: StandIn) -> None:
    state = provider.get("/_control/state").json()
    ana = next(one["id"] for one in state["accounts"] if one["login"] == "ana")

    provider.post(f"/-/accounts/{ana}/login", login="ana-b")
    taken = provider.post("/-/accounts", login="ana", kind="user")

    logins = {one["login"]: one["id"] for one in provider.get("/_control/state").json()["accounts"]}
    assert taken.status_code == 200
    assert logins["ana-b"] == ana
    assert logins["ana"] != ana


def test_the_api_is_made_to_fail_and_mended_on_the_page(provider: StandIn) -> None:
    paths = {"github": "/api/v3/users/ana", "gitlab": "/api/v4/users/1", "bitbucket": "/2.0/repositories/ana"}
    provider.post("/-/mood", mood="error")
    assert provider.get(paths[provider.key]).status_code == 500
    assert "Now it answers 500 to everything" in provider.get("/").text

    provider.post("/-/mood", mood="normal")
    assert provider.get(paths[provider.key]).status_code in (200, 404)


def test_what_is_refused_is_said_on_the_page(provider: StandIn) -> None:
    answer = provider.post("/-/accounts", login="ana", kind="user")

    assert answer.status_code == 409
    assert "“ana” is taken." in answer.text


def test_texts_of_people_are_shown_as_text(provider: StandIn) -> None:
    create(provider, "notes", description="<script>alert(1)</script>")

    for page in ("/", "/ana/notes"):
        assert "<script>" not in provider.get(page).text


def test_other_sites_cannot_send_its_forms(provider: StandIn) -> None:
    answer = requests.post(
        f"{provider.url}/-/accounts", data={"login": "x", "kind": "user"}, headers={"Origin": "http://x"}, timeout=10
    )

    assert answer.status_code == 403


def test_every_field_has_a_label_and_no_id_is_there_twice(provider: StandIn) -> None:
    create(provider, "notes")
    page = provider.get("/").text
    ids = re.findall(r'\bid="([^"]+)"', page)
    fields = re.findall(r'<(?:input|select) id="([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert fields
    assert set(fields) <= set(re.findall(r'<label for="([^"]+)"', page))


def test_the_command_serves_three_ports_from_a_seed_file_and_callbacks_and_stops_when_told(tmp_path: Path) -> None:
    seed = {
        "github": {
            "accounts": [{"login": "ana", "id": 583231, "created_at": "2015-03-01T09:00:00+00:00"}],
            "repositories": [{"owner": "ana", "name": "notes", "created_at": "2026-01-02T03:04:05+01:00"}],
        }
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "demo.providers", "--seed", str(tmp_path / "seed.json")]
    ports = [argument for key in KEYS for argument in (f"--{key}-port", "0")]
    ports += [f"--callback=http://localhost:1/{way}/{{provider}}" for way in ("sign-in", "connect")]

    def ask(address: str, way: str) -> int:
        query = {"client_id": CLIENTS["gitlab"].id, "redirect_uri": f"http://localhost:1/{way}"}
        consent = f"{address}/oauth/authorize"
        return requests.get(consent, params=query, allow_redirects=False, timeout=10).status_code

    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([*command, *ports], stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        addresses = dict(process.stdout.readline().strip().split(": ") for _ in KEYS)
        body = requests.get(f"{addresses['github']}/api/v3/repos/ana/notes", timeout=10).json()
        led_back = [ask(addresses["gitlab"], way) for way in ("sign-in/gitlab", "connect/gitlab", "sign-in/github")]
        process.send_signal(signal.SIGTERM)
        status = process.wait(10)

    assert body["owner"]["id"] == 583231
    assert led_back == [303, 303, 400]
    assert body["created_at"] == "2026-01-02T02:04:05Z"
    assert status == 0


def test_a_taken_port_is_said_in_one_line() -> None:
    root = Path(__file__).resolve().parents[2]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = [f"--github-port={taken.getsockname()[1]}", "--gitlab-port=0", "--bitbucket-port=0"]
        command = [sys.executable, "-m", "demo.providers", *ports]
        done = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=30, check=False)

    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
