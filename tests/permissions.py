"""The document of permissions, made from the addresses and commands that there are: `python3 dev.py permissions`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from support_portal.app import create_app
from support_portal.cli import _parser
from support_portal.domain.principals import Step
from support_portal.domain.staff import Permission, Staff, may_enter, opens
from support_portal.ports.tools import Product
from support_portal.web.guard import needed_by
from support_portal.web.parts import Parts
from tests.cast import BEN, INES, LEA, OTTO
from tests.house.sources import ROOT

DOCUMENT = ROOT / "docs/permissions.md"
YES, NO, SIGN_IN, ON = "yes", "no", "sign in", "on"


@dataclass(frozen=True)
class Column:
    """Somebody at the door: one of the staff or (None) an owner, at a step of the sign-in or (None) at none."""

    name: str
    staff: Staff | None
    step: Step | None


COLUMNS = (
    Column("stranger", None, None),
    Column("half-way", BEN, Step.SECOND_FACTOR),
    Column("new colleague", BEN, Step.ENROLMENT),
    Column("owner", None, Step.SIGNED_IN),
    Column("agent", BEN, Step.SIGNED_IN),
    Column("lead", LEA, Step.SIGNED_IN),
    Column("admin", INES, Step.SIGNED_IN),
    Column("auditor", OTTO, Step.SIGNED_IN),
)
# What an address that names somebody's own answers whoever may open it otherwise.
OWN = {
    "/desk/cases/<reference>": 404,
    "/desk/accounts/<account>": 404,
    "/desk/people/<person>/": 403,
}
WHO_RUNS = {
    Permission.ANYBODY: "anybody, on any machine: a person who is signed in confirms it on a page",
    Permission.SERVER: "whoever may start programs with the portal’s settings and keys, on the server",
}
API = "/api/"

_HEAD = """# Permissions

Made by `python3 dev.py permissions` from the addresses and commands that there are. A test compares this page with
them, and asks for every cell over HTTP. Each view and command names its permission where it is defined; which role has
which stands in `support_portal/domain/staff.py`. What names none lets nobody in.

| word | meaning |
|---|---|
| yes | it opens |
| sign in | the sign-in page comes first (303) |
| on | the next step of the sign-in, or one’s own account, comes instead (303) |
| no | refused (403) |

“Half-way” is after the password and before the second factor; a “new colleague” has no second factor yet, and sets one
up before anything else. “Own” is the answer to an address of one’s own: a case of an account with one’s own address is
as absent as one that was never there, and nobody changes anything about themselves. Who is suspended is a stranger with
the next click.

## Pages
"""


def an_app() -> Flask:
    """An application that only knows its addresses."""
    product = Product("Bitrise", "bitrise_verification", "http://localhost:8000", "support@localhost", True, None)
    tools: Any = argparse.Namespace(product=product)
    nothing: Any = None
    return create_app(Parts(tools, nothing, nothing, ("no key",)))


def pages(app: Flask) -> list[tuple[Rule, str]]:
    """Every address of a page or form: a session opens it."""
    return [one for one in routes(app) if not one[0].rule.startswith(API)]


def endpoints(app: Flask) -> list[tuple[Rule, str]]:
    """Every address of the API: a token opens it, and no session does."""
    return [one for one in routes(app) if one[0].rule.startswith(API)]


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Every address with each way to ask for it, in one order."""
    found = [
        (rule, method) for rule in app.url_map.iter_rules() for method in sorted((rule.methods or set()) - {"HEAD"})
    ]
    return sorted(found, key=lambda one: (one[0].rule, one[1]))


def cell(permission: Permission | None, column: Column) -> str:
    """What somebody is answered, by the rules alone."""
    if permission is None:
        return NO
    if permission is Permission.ANYBODY:
        return YES
    if column.step is None:
        return SIGN_IN
    if not may_enter(column.staff, permission):
        return NO
    return YES if opens(column.step, permission) else ON


def own_of(rule: str) -> int | None:
    """What an address of this rule answers about one's own."""
    return next((status for beginning, status in OWN.items() if rule.startswith(beginning)), None)


def commands() -> Iterator[tuple[str, Permission, str]]:
    """Every command, who may run it, and what it does."""
    yield from _below(_parser(), ())


def _below(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[str, Permission, str]]:
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words), parser.get_default("needed"), parser.description or ""
    for group in groups:
        for name, below in group.choices.items():
            yield from _below(below, (*words, name))


def written(app: Flask) -> str:
    """The whole document."""
    head = ("address", "method", "permission", *(column.name for column in COLUMNS), "own")
    lines = [_HEAD, _row(head), _row(["---"] * len(head))]
    for rule, method in pages(app):
        needed = needed_by(app.view_functions[rule.endpoint])
        cells = [cell(needed, column) for column in COLUMNS]
        address = f"`{rule.rule}`".replace("|", "\\|")
        lines.append(_row([address, method, f"`{needed}`", *cells, str(own_of(rule.rule) or "")]))
    lines += _of_the_api(app)
    lines += ["", "## Commands", "", _row(("command", "permission", "who", "what it does")), _row(["---"] * 4)]
    lines += [_row([f"`{words}`", f"`{needed}`", WHO_RUNS[needed], about]) for words, needed, about in commands()]
    return "\n".join(lines) + "\n"


def _of_the_api(app: Flask) -> list[str]:
    """What opens to a token of each person; whose token it is says what it opens, at each call anew."""
    holders = [column for column in COLUMNS if column.step is Step.SIGNED_IN]
    head = ("address", "method", "permission", "scope", "without a token", *(column.name for column in holders))
    lines = ["", "## API", "", "No session opens these: a token does, and only with the scope that is named.", ""]
    lines += [_row(head), _row(["---"] * len(head))]
    for rule, method in endpoints(app):
        view = app.view_functions[rule.endpoint]
        needed, scope = needed_by(view), vars(view).get("scope")
        without = YES if needed is Permission.ANYBODY else NO
        cells = [cell(needed, column) for column in holders]
        lines.append(_row([f"`{rule.rule}`", method, f"`{needed}`", f"`{scope}`" if scope else "", without, *cells]))
    return lines


def _row(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(written(an_app()), encoding="utf-8")
