"""Fills the providers with git accounts, and the portal with the product accounts they are connected to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from demo.story.outside import StandIn
from demo.story.people import CUSTOMERS, Customer, Git
from support_portal.ports.tools import Tools
from support_portal.use_cases.import_accounts import import_accounts

OLDER_THAN_CONNECTED = timedelta(days=420)  # a git account was there before it was connected
FIRST_IDS = {"github": 48_120_377, "gitlab": 9_017_742, "bitbucket": 1}  # of no provider's own numbers
STEP = 1_713
THE_PORTALS_OWN = "support-portal"  # the demo's token is its (`token-of-support-portal`)
Made = Mapping[tuple[str, str], dict[str, Any]]  # (provider, login) -> the account as its provider tells it


def make_git_accounts(providers: Mapping[str, StandIn], now: datetime) -> Made:
    """Make every git account under the login it had when it was connected, and the portal's own at GitLab."""
    own = {"id": FIRST_IDS["gitlab"] - STEP, "created_at": (now - OLDER_THAN_CONNECTED).isoformat()}
    providers["gitlab"].account(THE_PORTALS_OWN, **own)
    made = {}
    for number, git in enumerate(git for customer in CUSTOMERS for git in customer.git):
        since = now - timedelta(days=git.days) - OLDER_THAN_CONNECTED
        facts: dict[str, Any] = {"name": git.login.replace("-", " ").title(), "created_at": since.isoformat()}
        facts["id"] = FIRST_IDS[git.provider] + number * STEP
        if git.workspaces:
            facts["workspaces"] = [{"slug": slug} for slug in (*git.workspaces, *git.later)]
        made[git.provider, git.login] = providers[git.provider].account(git.login, **facts)
    return made


def take_in(customers: Iterable[Customer], made: Made, now: datetime, *, tools: Tools) -> None:
    """Import accounts as an operator would from a file."""
    import_accounts(lines(customers, made, now), tools=tools)


def lines(customers: Iterable[Customer], made: Made, now: datetime) -> Iterable[str]:
    """The lines of a file for `support-portal accounts import`."""
    for customer in customers:
        account: dict[str, Any] = {
            "email": customer.address,
            "name": customer.name,
            "other_emails": list(customer.others),
            "two_factor_enabled": customer.enrolled is not None,
            "password_changed_at": _moment(now, customer.password),
            "last_sign_in_at": _moment(now, customer.signed_in),
            "connected_accounts": [_connected(git, made, now) for git in customer.git],
        }
        if customer.phrase:
            account["password"] = customer.phrase
        if customer.enrolled is not None:
            account["two_factor_enrolled_at"] = _moment(now, customer.enrolled)
        yield json.dumps(account, ensure_ascii=False)


def _connected(git: Git, made: Made, now: datetime) -> dict[str, Any]:
    account = made[git.provider, git.login]
    connected = {
        "provider": git.provider,
        "external_id": account["uuid"] if git.provider == "bitbucket" else account["id"],
        "username": git.login,
        "connected_at": _moment(now, git.days),
    }
    known = [space["uuid"] for space in account["workspaces"] if space["slug"] in git.workspaces]
    return {**connected, "workspace_ids": known} if known else connected


def _moment(now: datetime, days_ago: int) -> str:
    # Nobody does everything at one minute of the day.
    return (now - timedelta(days=days_ago, minutes=days_ago * 37 % 700)).isoformat()
