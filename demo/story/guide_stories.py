"""The stories of the guide: each a row of steps with what to click and what one then sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.story import people
from demo.story.cases_told import CASES_TOLD
from demo.story.people import Customer
from demo.story.places import PROVIDER_NAMES, Entry, Places


def all_stories(at: Places, name: str, references: Mapping[str, str], folder: Path) -> list[dict[str, Any]]:
    """Every story; `name` is that of the repository, `references` those of the sample cases, by address."""
    return [
        _locked_out(at, name),
        _stop_it(at),
        _wrong_then_right(at, name),
        _two_agents(at),
        _provider_down(at, name),
        _told_otherwise(at),
        _twenty_cases(at, references),
        _command_line(folder),
    ]


def _step(text: str, url: str = "") -> Entry:
    return {"text": text, "url": url}


def _asks(one: Customer, at: Places) -> list[Entry]:
    return [
        _step(
            f"As {one.name}, ask at the portal with {one.address}: any reason, no recovery code left, and you did set"
            " up this 2FA yourself. The page only says that a mail is on its way.",
            f"{at.portal}/request",
        ),
        _step(
            f"Open the mail to {one.address}, click its first link, then “I asked for this”."
            " You land on the private case page.",
            at.mails(one.address),
        ),
    ]


def _creates(one: Customer, at: Places, name: str) -> Entry:
    git = one.git[0]
    return _step(
        f"On {PROVIDER_NAMES[git.provider]}, below {git.login}, open “New repository” and create a public one named"
        f" {name}. Copy its address.",
        at.git_account(one),
    )


def _story(title: str, *steps: Entry) -> dict[str, Any]:
    return {"title": title, "steps": list(steps)}


def _locked_out(at: Places, name: str) -> dict[str, Any]:
    return _story(
        "Locked out, start to end in five minutes",
        *_asks(people.ANA, at),
        _creates(people.ANA, at, name),
        _step(
            "Paste the address on the case page and send it. In a few seconds the page says that every check passed:"
            " a worker has asked the provider. (Without a link the portal finds it by itself within minutes.)"
        ),
        _step(
            f"In a private window, sign in as {people.BEN.name}: {people.BEN.address}, {people.BEN.password}."
            " Ana’s case is under “Ready to decide”: open it, look at the checks, press “Approve”,"
            " choose a reason, say that you looked at the evidence yourself, and approve.",
            f"{at.portal}/desk",
        ),
        _step(
            "Both of Ana’s addresses get a mail with a stop link, and the safety wait of a minute begins.",
            at.mails(people.ANA.others[0]),
        ),
        _step(
            "A minute later the repository is checked once more and 2FA is removed. The case page and the mail say so;"
            " the mail also has the link that locks the account, should it have been somebody else.",
            at.mails(people.ANA.address),
        ),
    )


def _stop_it(at: Places) -> dict[str, Any]:
    one = people.TOMAS
    return _story(
        "Somebody else asked: stop it",
        *_asks(one, at),
        _step(
            f"Now be Tomás at home: his other address {one.others[0]} was told at once. Open that mail and click its"
            " stop link. Opening the page changes nothing.",
            at.mails(one.others[0]),
        ),
        _step("Say that it was not you. The case ends, new ones are blocked for 14 days, and the lead gets a mail."),
        _step(
            f"Ask again with {one.address}: the page looks the same, the mail says that it is blocked.",
            f"{at.portal}/request",
        ),
        _step(
            f"Sign in as {people.LEA.name} ({people.LEA.address}, {people.LEA.password}) and find the case under"
            " “Closed”: “Stopped by owner”.",
            f"{at.portal}/desk",
        ),
    )


def _wrong_then_right(at: Places, name: str) -> dict[str, Any]:
    one, dashed = people.YUKI, name.replace("_", "-")
    return _story(
        "A wrong repository, then a right one",
        *_asks(one, at),
        _step(
            f"On Bitbucket, below yukihara, create a private repository named {dashed}, with a dash, in the workspace"
            " hara-games. Send its address on the case page: it can’t be opened, and both possible reasons are named.",
            at.git_account(one),
        ),
        _step(
            "There, open “Change hara-games/…” and make it public. “Check again” on the case page: now only the name is"
            " wrong. A mail says the same, once.",
            at.git_account(one),
        ),
        _step(f"Rename it to {name} and send the new address: every check passes.", at.git_account(one)),
        _step(
            "Try the workspace hara-prototypes with another case: Yuki made it after Bitbucket was connected, so it"
            " proves nothing."
        ),
    )


def _two_agents(at: Places) -> dict[str, Any]:
    return _story(
        "High risk: two agents",
        _step(
            f"Noor’s GitHub account was connected {people.NOOR.git[0].days} days ago. Ask as {people.NOOR.address},"
            " confirm, create the repository and send its link, as in the first story.",
            f"{at.portal}/request",
        ),
        _step(
            f"Sign in as {people.BEN.name} and open the case: the risk is high, and the reason stands beside it."
            " Approve it; a note is needed. It now waits for a second agent, and Ben can’t be that one.",
            f"{at.portal}/desk",
        ),
        _step(
            f"Sign in as {people.CHLOE.name} ({people.CHLOE.address}, {people.CHLOE.password}) and approve it too,"
            " or reject it: then it is back in review.",
            f"{at.portal}/desk",
        ),
        _step(
            "After two approvals the wait is seven days, not a minute, and every address of Noor’s can stop it.",
            at.mails(people.NOOR.others[0]),
        ),
    )


def _provider_down(at: Places, name: str) -> dict[str, Any]:
    one = people.EMIL
    return _story(
        "A provider is down",
        *_asks(one, at),
        _step("On GitLab, at the top, let it be one that answers 500 to everything.", at.git_account(one)),
        _step(
            f"Create {name} below emil.strand (its pages still work) and send the address. The case page says that"
            " GitLab did not answer and that the portal tries again by itself; nobody is told that anything is wrong.",
            at.git_account(one),
        ),
        _step(
            "The desk shows “Check not finished” with the time of the next try. Other providers go on as ever.",
            f"{at.portal}/desk",
        ),
        _step(
            "Let GitLab answer normally again. At the next try, or with “Check again”, every check passes.",
            at.git_account(one),
        ),
    )


def _told_otherwise(at: Places) -> dict[str, Any]:
    cases = (
        (people.PAPERMOTH.address, "no git account is connected"),
        (people.KESTREL.address, "the product suspended the account"),
        (people.LOCKED.address, "the account is locked"),
        (people.WITHOUT_2FA.address, "2FA is not on"),
        (people.HARRIET.address, "the owner stopped a request, new ones are blocked"),
        (people.STRANGER, "no account has this address"),
    )
    return _story(
        "One answer for everybody, another mail for each",
        *(
            _step(
                f"Ask with {address}: {why}. The page is the same as ever; the mail, one a day, says how it is.",
                at.mails(address),
            )
            for address, why in cases
        ),
    )


def _twenty_cases(at: Places, references: Mapping[str, str]) -> dict[str, Any]:
    steps = []
    for customer, words in CASES_TOLD:
        reference = references.get(customer.address)
        if reference:
            steps.append(_step(f"{reference}, {customer.name}: {words}", f"{at.portal}/desk/cases/{reference}"))
        else:
            steps.append(_step(f"{customer.name}: {words}", at.mails(customer.address)))
    return _story("Twenty cases to look at", *steps)


def _command_line(folder: Path) -> dict[str, Any]:
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    command = f"PORTAL_DATA_DIR={shown} .venv/bin/support-portal"
    return _story(
        "The command line beside it",
        _step(f"{command} cases list"),
        _step(f"{command} cases show SP-… tells all that happened to one case."),
        _step(f"{command} policy show lists the figures, among them the short safety wait."),
        _step(f"{command} doctor looks at every part."),
    )
