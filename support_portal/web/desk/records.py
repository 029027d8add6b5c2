"""The request held against the account's record, and the git accounts with their immutable ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from support_portal.domain.accounts import Account
from support_portal.domain.addresses import compared
from support_portal.domain.cases import State
from support_portal.domain.evidence import Run
from support_portal.domain.guards import change_of
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.ports.desk_screens import CaseView
from support_portal.web.desk.marks import FAIL, NONE, PASS, Mark

_MONTH, _YEAR = timedelta(days=30.44), timedelta(days=365.25)


@dataclass(frozen=True)
class Cell:
    """What a cell says, and what stands small under it."""

    text: str
    under: str = ""
    is_quote: bool = False


@dataclass(frozen=True)
class Comparison:
    """One row: what the request says, what the account says, and whether the two agree."""

    name: str
    request: Cell
    account: Cell
    result: Mark


@dataclass(frozen=True)
class GitAccount:
    """One connected git account, or a provider where none is."""

    provider: str
    username: str
    url: str
    external_id: str
    connected_at: datetime | None
    before: str
    last_used_at: datetime | None
    owns_the_repository: bool
    came_too_late: bool


def day(moment: datetime | None) -> str:
    """A date as rows say it: `3 Mar 2021`."""
    return f"{moment:%-d %b %Y}" if moment else "unknown"


def comparisons(view: CaseView) -> tuple[Comparison, ...]:
    """Address, mailbox, place and answers, each beside what the account's record says."""
    return (_address(view), _mailbox(view), _place(view), _answers(view), _account(view))


def git_accounts(view: CaseView, instances: Iterable[Instance]) -> tuple[GitAccount, ...]:
    """Every connected git account, oldest first, then the providers where there is none."""
    instances = tuple(instances)
    web = {instance.key: instance for instance in instances}
    connected = sorted(view.account.connected if view.account else (), key=lambda one: one.connected_at)
    there = {one.instance for one in connected}
    never = [
        GitAccount(one.name, "", "", "", None, "", None, False, False) for one in instances if one.key not in there
    ]
    return (*(_connected(one, web.get(one.instance), view) for one in connected), *never)


def age(span: timedelta) -> str:
    """How long before something else: `5 y 8 mo`, `3 mo`, `12 days`."""
    if span < _MONTH:
        days = span // timedelta(days=1)
        return f"{days} day{'s' if days != 1 else ''}"
    years, months = span // _YEAR, span % _YEAR // _MONTH
    return " ".join(part for part in (f"{years} y" if years else "", f"{months} mo" if months else "") if part)


def _connected(one: ConnectedAccount, instance: Instance | None, view: CaseView) -> GitAccount:
    opened = view.case.opened_at
    is_late = one.connected_at >= opened
    return GitAccount(
        provider=instance.name if instance else one.instance,
        username=one.username,
        url=instance.page_of(one.username) if instance else "",
        external_id=one.external_id,
        connected_at=one.connected_at,
        before="after the case was opened" if is_late else f"{age(opened - one.connected_at)} before",
        last_used_at=one.last_used_at,
        owns_the_repository=owns(one, view.last_run),
        came_too_late=is_late,
    )


def owns(one: ConnectedAccount, run: Run | None) -> bool:
    """Whether the repository of this run is this account's, by id."""
    return run is not None and run.instance == one.instance and run.owner_id in one.owner_ids


def _address(view: CaseView) -> Comparison:
    account = view.account
    asked = Cell(view.request.address)
    if account is None:
        return Comparison("Email", asked, Cell(_no_record(view)), Mark(NONE, "Unknown"))
    is_same = compared(view.request.address) == compared(account.address)
    since = f"Registered since {day(account.address_changed_at or account.created_at)}"
    result = Mark(PASS, "Same") if is_same else Mark(FAIL, "Different")
    return Comparison("Email", asked, Cell(account.address, since), result)


def _mailbox(view: CaseView) -> Comparison:
    case, account = view.case, view.account
    if case.confirmed_at is None or case.confirmed_address is None:
        return Comparison("Inbox", Cell("Link not pressed"), Cell(case.address), Mark(FAIL, "No"))
    pressed = Cell(f"Link pressed {case.confirmed_at:%-d %b, %H:%M} UTC")
    held = account is not None and compared(case.confirmed_address) == compared(account.address)
    result = Mark(PASS, "Confirmed") if held else Mark(FAIL, "Other address")
    return Comparison("Inbox", pressed, Cell(f"Mailed to {case.confirmed_address}"), result)


def _place(view: CaseView) -> Comparison:
    asked = Cell(view.request.network_address or "Not known", shortened_agent(view.request.user_agent))
    last = view.account.last_sign_in_at if view.account else None
    told = Cell(f"Last sign-in {day(last)}" if last else "No sign-in known")
    return Comparison("Sent from", asked, told, Mark(NONE, "Not compared"))


def _answers(view: CaseView) -> Comparison:
    case, account = view.case, view.account
    who = "Somebody else set up this 2FA" if case.compromise else "Set up this 2FA"
    under = "Said before that somebody else did" if case.compromise_was_said and not case.compromise else ""
    enrolled = account.two_factor.enrolled_at if account and account.two_factor else None
    told = Cell(f"2FA on since {day(enrolled)}" if enrolled else "2FA is off" if account else _no_record(view))
    result = Mark(FAIL, "Compromise") if case.compromise else Mark(PASS, "By the owner")
    return Comparison("2FA", Cell(who, under), told, result)


def _account(view: CaseView) -> Comparison:
    reason = Cell(view.request.reason or "No reason given", is_quote=bool(view.request.reason))
    account = view.account
    if account is None:
        return Comparison("Account", reason, Cell(_no_record(view)), Mark(NONE, "Unknown"))
    owner = "Owner of an organization or billing" if account.privileged else ""
    told = Cell(f"Created {day(account.created_at)}", owner)
    change = None if view.case.state is State.REMOVED else change_of(view.case, account)
    return Comparison("Account", reason, told, Mark(FAIL, "Changed") if change else _status(account))


def _status(account: Account) -> Mark:
    is_active = account.status == "active"
    return Mark(PASS if is_active else FAIL, account.status.capitalize())


def _no_record(view: CaseView) -> str:
    return "The account was deleted" if view.directory_answers else "The account directory does not answer"


def shortened_agent(text: str) -> str:
    """The browser and system in a User-Agent header, where they are known; the header itself else."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    )
    found = [next((name for mark, name in kinds if mark in text), "") for kinds in (browsers, systems)]
    return ", ".join(name for name in found if name) or text[:120]
