"""Living through account security over HTTP, with every secret on the way written down."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from tests.demo import signing_in
from tests.journeys.person import connected, imports
from tests.parts import Portal
from tests.phones import Phone
from tests.stand_ins import StandIn
from tests.use_cases.two_factor_stage import from_base32
from tests.waiting import eventually

PASSWORD, NEXT_PASSWORD = "canary of the old lighthouse", "canary of the new lighthouse"
OWNER, AGENT = "owner@canary.example", "agent@canary.example"
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_SHOWN = re.compile(r'<div class="copyable"><span class="any">([^<]+)</span>')
_LINK = re.compile(r"https?://\S+/(confirm|stop|lock|cases|password)/(\S+)")


@dataclass(frozen=True)
class Seen:
    """One answer of the portal: where, and all of it, headers too."""

    path: str
    text: str


@dataclass
class Person:
    """A browser that keeps every answer, and the secrets of whoever sits before it."""

    portal: Portal
    secrets: dict[str, str] = field(default_factory=dict)  # the secret -> what it is
    seen: list[Seen] = field(default_factory=list)
    shown_once: set[int] = field(default_factory=set)  # answers whose whole purpose is to show a secret
    browser: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str) -> str:
        """Look at a page."""
        return self._keep(self.browser.get(self._whole(path), timeout=60), path)

    def send(self, path: str, fields: Mapping[str, str], *, on: str | None = None) -> str:
        """Fill in the form of a page and send it."""
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(self.open(on or path))}
        return self._keep(self.browser.post(self._whole(path), data={**hidden, **fields}, timeout=60), path)

    def reads_the_secret_shown(self, what: str) -> str:
        """A secret that the newest answer is there to show."""
        found = _SHOWN.search(self.seen[-1].text)
        assert found, self.seen[-1].text[-3000:]
        self.shown_once.add(len(self.seen) - 1)
        value = html.unescape(found[1])
        self.secrets[value.replace(" ", "")] = what
        return value.replace(" ", "")

    def mails(self, to: str) -> list[str]:
        """The texts of all mails to an address; every link in them is a secret."""
        found = requests.get(f"{self.portal.world.mailbox}/api/mails", params={"to": to}, timeout=60).json()
        texts = [str(mail["text"]) for mail in found]
        for text in texts:
            for page, token in _LINK.findall(text):
                self.secrets[token.rpartition("/")[2]] = f"link ({page})"
        return texts

    def link(self, to: str, page: str) -> str:
        """The path of the newest link to a page in the mails to an address, waited for."""
        paths: list[str] = []

        def has_come() -> bool:
            paths[:] = [path for text in self.mails(to) for path in re.findall(rf"https?://[^/\s]+(/{page}/\S+)", text)]
            return bool(paths)

        eventually(has_come, within=60, every=0.3)
        return paths[-1]

    def _keep(self, answer: requests.Response, path: str) -> str:
        for one in (*answer.history, answer):
            # A session's key is set by this header, and by no other word of an answer.
            told = {name: value for name, value in one.headers.items() if name != "Set-Cookie"}
            self.seen.append(Seen(path, f"{one.status_code} {told}\n{one.text}"))
        for cookie in self.browser.cookies:
            if cookie.name == "session" and cookie.value:
                self.secrets[cookie.value] = "session"
        return answer.text

    def _whole(self, path: str) -> str:
        return path if path.startswith("http") else self.portal.url + path


def live(portal: Portal) -> list[Person]:
    """Everything that has a secret: the staff's first sign-in, and an owner's whole account security."""
    agent, owner = Person(portal), Person(portal)
    for person in (agent, owner):
        person.secrets |= {PASSWORD: "password", NEXT_PASSWORD: "password", **_settings(portal)}
    _begins_at_the_desk(agent)
    _lives_with_an_account(owner, portal.world.provider("github"))
    return [agent, owner]


def _settings(portal: Portal) -> dict[str, str]:
    found = {value: "key" for value in portal.settings["PORTAL_SECRET_KEYS"].split(",")}
    names = [name for name in portal.settings if name.endswith("OAUTH_SECRET")]
    return found | {portal.settings[name]: "OAuth client's secret" for name in names}


def _begins_at_the_desk(agent: Person) -> None:
    link = agent.portal.command("staff", "create", AGENT, "--role", "agent", "--name", "Agent").strip()
    agent.secrets[link.rpartition("/")[2]] = "link (invitation)"
    agent.send(link.removeprefix(agent.portal.url), {"password": PASSWORD})
    agent.send("/sign-in", {"email": AGENT, "password": PASSWORD})
    agent.send("/account/security/two-factor/begin", {})
    _sets_up_an_app(agent)
    agent.open("/desk")


def _sets_up_an_app(person: Person) -> Phone:
    path = "/account/security/two-factor"
    phone = Phone(seed=from_base32(person.reads_the_secret_shown("seed")))
    code = phone.code(datetime.now(UTC))
    person.secrets[code] = "code of the app"
    page = person.send(f"{path}/confirm", {"code": code}, on=path)
    person.shown_once.add(len(person.seen) - 2)  # the same page again, before its form was sent
    person.shown_once.add(len(person.seen) - 1)
    phone.recovery_codes = re.findall(r"<li>([a-z0-9-]{29})</li>", page)
    assert len(phone.recovery_codes) == 10, page[-3000:]
    person.secrets |= dict.fromkeys(phone.recovery_codes, "recovery code")
    before = len(person.seen)
    person.send(f"{path}/finish", {"saved": "yes"}, on=path)
    person.shown_once.add(before)
    return phone


def _lives_with_an_account(owner: Person, github: StandIn) -> None:
    account = github.account("canary-owner")
    line = {"email": OWNER, "name": "Owner", "password": PASSWORD, "connected_accounts": [connected("github", account)]}
    imports(owner.portal, [line])
    owner.send("/sign-in", {"email": OWNER, "password": PASSWORD})
    owner.send("/account/security/two-factor/begin", {"password": PASSWORD})
    phone = _sets_up_an_app(owner)
    owner.send("/account/tokens", {"description": "canary", "read_account": "yes", "expires": "1h"})
    token = owner.reads_the_secret_shown("access token")
    bearer = {"Authorization": f"Bearer {token}"}
    requests.get(f"{owner.portal.url}/api/v1/me", headers=bearer, timeout=60)
    requests.get(f"{owner.portal.url}/api/v1/nothing", headers=bearer, timeout=60)
    owner.send("/sign-out", {}, on="/account/security")
    owner.send("/sign-in", {"email": OWNER, "password": PASSWORD})
    owner.send("/sign-in/two-factor", {"code": phone.recovery_code()}, on="/sign-in/two-factor?with=recovery-code")
    owner.send("/sign-out", {}, on="/account/security")
    _comes_through_git(owner)
    owner.send("/sign-out", {}, on="/account/security")
    owner.send("/sign-in/forgotten", {"email": OWNER})
    owner.send(owner.link(OWNER, "sign-in/password"), {"password": NEXT_PASSWORD})
    asked = {"email": OWNER, "reason": "Lost.", "has_recovery_code": "no", "set_up_by_me": "yes"}
    owner.send("/request", asked)
    owner.send(owner.link(OWNER, "requests/confirm"), {"who": "me"})
    owner.open(owner.link(OWNER, "cases"))
    owner.open(owner.link(OWNER, "stop"))
    owner.open(owner.link(OWNER, "lock"))
    owner.open("/nothing/here")
    owner.open("/metrics")


def _comes_through_git(owner: Person) -> None:
    answer = owner.browser.get(f"{owner.portal.url}/sign-in/git/github", allow_redirects=False, timeout=60)
    owner.shown_once.add(len(owner.seen))  # its only purpose is to bring the state to the provider
    owner._keep(answer, "/sign-in/git/github")
    back = signing_in.agree(answer.headers["Location"], "canary-owner")
    for name in ("code", "state"):
        found = re.search(rf"[?&]{name}=([^&]+)", back)
        assert found, back
        owner.secrets[found[1]] = f"OAuth {name}"
    owner.open(back)
    owner.secrets |= dict.fromkeys(owner.portal.world.provider("github").oauth_tokens(), "OAuth token")
