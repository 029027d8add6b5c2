"""Signing in at the command line: the command as people use it, and its questions by hand, for the code it keeps."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

import requests

from support_portal.local import programs
from tests.canaries.person import Person
from tests.parts import environment

_CODE = re.compile(r"code  ([A-Z]{4}-[A-Z]{4})")


def sign_in(person: Person) -> None:
    """The command itself: what it is told stands in a file, and in no list of processes."""
    with tempfile.TemporaryDirectory() as folder:
        words = programs.command("sign-in", "--portal", person.portal.url)
        env = environment(XDG_CONFIG_HOME=folder)
        with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            shown = running.stdout.readline() + running.stdout.readline()
            found = _CODE.search(shown)
            assert found, shown
            _confirm(person, found[1])
            assert running.wait(60) == 0
        kept = json.loads((Path(folder) / "support-portal/tokens.json").read_text())
    person.secrets[kept[person.portal.url]] = "access token"


def ask_for_a_code(person: Person) -> None:
    """What the command says to the portal: the only way to learn the long code, which it shows to nobody."""
    begun = _say(person, "codes", client="canary", scopes=["read_account"])
    person.secrets[begun["device_code"]] = "device code"
    _confirm(person, begun["user_code"])
    made = _say(person, "tokens", device_code=begun["device_code"])
    person.secrets[made["access_token"]] = "access token"


def _confirm(person: Person, code: str) -> None:
    # Of use only to somebody who is signed in, so it is shown back to them; what is kept must not hold it.
    person.secrets[code] = "short code of a command"
    person.send("/account/device", {"code": code})
    person.shown_once.add(len(person.seen) - 1)
    question = person.hidden(person.seen[-1].text)
    person.post("/account/device/answer", {**question, "answer": "confirmed"})


def _say(person: Person, path: str, **sent: object) -> dict[str, str]:
    answer = requests.post(f"{person.portal.url}/api/v1/device/{path}", json=sent, timeout=60)
    assert answer.status_code == requests.codes.ok, answer.text
    found: dict[str, str] = answer.json()
    return found
