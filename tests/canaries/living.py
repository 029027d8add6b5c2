"""Living through account security over HTTP, with every secret on the way written down."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import requests

from tests.canaries import commands
from tests.canaries.person import Person
from tests.demo import signing_in
from tests.journeys.person import connected, imports
from tests.parts import Portal
from tests.phones import Phone
from tests.stand_ins import StandIn
from tests.use_cases.two_factor_stage import from_base32

PASSWORD, NEXT_PASSWORD = "canary of the old lighthouse", "canary of the new lighthouse"
OWNER, AGENT = "owner@canary.example", "agent@canary.example"


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
    commands.sign_in(owner)
    commands.ask_for_a_code(owner)
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
    owner.keep(answer, "/sign-in/git/github")
    back = signing_in.agree(answer.headers["Location"], "canary-owner")
    for name in ("code", "state"):
        found = re.search(rf"[?&]{name}=([^&]+)", back)
        assert found, back
        owner.secrets[found[1]] = f"OAuth {name}"
    owner.open(back)
    owner.secrets |= dict.fromkeys(owner.portal.world.provider("github").oauth_tokens(), "OAuth token")
