"""What every page of the desk stands in: who is signed in, and how many cases each view holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from support_portal.domain.staff import Permission, Staff, may
from support_portal.ports.desk_screens import View
from support_portal.web.parts import tools
from support_portal.web.session import signed_in_staff

MOST_PAGES = 100_000


def me() -> Staff:
    """The person signed in; the guard keeps strangers from these pages."""
    person = signed_in_staff()
    if person is None:
        raise LookupError("nobody is signed in")
    return person


def page(template: str, view: View | None, **more: Any) -> str:
    """Render a page within the desk's shell; `view` is the one marked as the present one."""
    return render_template(template, me=me(), counts=counts_for(me()), view=view.value if view else "", **more)


def counts_for(person: Staff) -> Mapping[View, int]:
    """How many cases each view holds; nothing for who sees no cases."""
    return tools().screens.desk.counts(person) if may(person, Permission.SEE_CASES) else {}


def view_named(word: str) -> View:
    """The view with this name in an address; all cases for a name that is none."""
    return View(word) if word in set(View) else View.ALL


def page_number(text: str) -> int:
    """The number of a page in an address; the first for one that is none."""
    return min(int(text), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGES)) else 1
