"""The demo's guide: where everything is, who one can be, and stories to live through, with where to click."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from demo.story import people
from demo.story.guide_stories import all_stories
from demo.story.people import Colleague, Customer
from demo.story.places import PROVIDER_NAMES, Entry, Places
from support_portal.settings import Settings


def write_guide(settings: Settings, references: Mapping[str, str]) -> None:
    """Write `guide.json` into the data folder, whole or not at all."""
    path = settings.data_dir / "guide.json"
    half = path.with_name(f"{path.name}.half")
    half.write_text(json.dumps(guide(settings, references), ensure_ascii=False, indent=1))
    os.replace(half, path)


def guide(settings: Settings, references: Mapping[str, str]) -> dict[str, Any]:
    """The guide as the mail catcher reads it; `references` are those of the sample cases, by address."""
    providers = {
        "github": settings.github_web_url,
        "gitlab": settings.gitlab_web_url,
        "bitbucket": settings.bitbucket_web_url,
    }
    at = Places(settings.address, providers, f"http://127.0.0.1:{settings.port + 4}")
    return {
        "title": "Guide to the demo",
        "intro": (
            "Everything here runs on this machine: the portal, three stand-ins for the git providers, and this"
            " mailbox, which catches every mail. People, accounts and repositories are made up; the twenty cases were"
            " made through the portal itself. Have this page open in one tab and the portal in another."
        ),
        "places": _places(at),
        "signins": [
            *(_colleague(one, at) for one in people.STAFF),
            *(_with_a_phone(one, at) for one in people.WITH_A_PHONE),
            *(_customer(one, at) for one in people.VISITORS),
        ],
        "stories": all_stories(at, settings.repository_name, references, settings.data_dir),
    }


def _places(at: Places) -> list[Entry]:
    stand_in = "Its accounts and repositories: create, rename, make private, delete; or make it fail."
    named = {PROVIDER_NAMES[key]: url for key, url in at.providers.items()}
    return [
        {"name": "The portal", "url": f"{at.portal}/", "about": "What a customer sees first."},
        {"name": "The desk", "url": f"{at.portal}/desk", "about": "Where agents work."},
        *({"name": f"{name} (stand-in)", "url": f"{url}/", "about": stand_in} for name, url in named.items()),
        {"name": "This mailbox", "url": f"{at.mailbox}/mails", "about": "Every mail to everybody, newest first."},
    ]


ABOUT_ROLES = {
    "agent": "Decides about cases.",
    "lead": "Decides, and is told of everything that was stopped.",
    "admin": "Invites people, changes roles and suspends; sees no cases.",
}


def _colleague(one: Colleague, at: Places) -> Entry:
    return {
        "name": one.name,
        "role": one.role,
        "address": one.address,
        "password": one.password,
        "seed": one.seed,
        "about": ABOUT_ROLES[one.role],
        "url": f"{at.portal}/sign-in",
    }


def _with_a_phone(one: Customer, at: Places) -> Entry:
    lost_nothing = "Has lost nothing: signs in, and looks at Account security."
    return {
        **_customer(one, at),
        "password": one.phrase,
        "seed": one.seed,
        "about": f"{lost_nothing} {_customer(one, at)['about']}",
        "url": f"{at.portal}/sign-in",
    }


def _customer(one: Customer, at: Places) -> Entry:
    git = one.git[0]
    accounts = f"{git.login} on {PROVIDER_NAMES[git.provider]}"
    spaces = f", workspaces {' and '.join(git.workspaces)}" if len(git.workspaces) > 1 else ""
    others = f" Also reads {one.others[0]}." if one.others else ""
    return {
        "name": one.name,
        "role": "customer",
        "address": one.address,
        "about": f"Git account: {accounts}{spaces}.{others}",
        "url": at.mails(one.address),
    }
