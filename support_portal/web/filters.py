"""What templates are given: icons drawn into the page, times with their machine form, addresses of files."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

from support_portal.domain import passwords, words
from support_portal.domain.policy import in_words, up_to_the_minute
from support_portal.domain.staff import Permission, Staff, may
from support_portal.domain.words import denied, state_name

HERE = Path(__file__).parent
DIGEST_LENGTH = 12
_ICON = Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>')
_TIME = Markup('<time datetime="{}">{}</time>')


@cache
def _icons() -> dict[str, Markup]:
    drawn = json.loads((HERE / "icons.json").read_text(encoding="utf-8"))
    return {name: Markup(paths) for name, paths in drawn.items()}  # noqa: S704  our own file, no user's text


def icon(name: str, css: str = "") -> Markup:
    """A Lucide icon drawn into the page. It says nothing by itself: the words beside it do."""
    return _ICON.format(f"ic {css}".strip(), _icons()[name])


def _time(at: datetime, text: str) -> Markup:
    return _TIME.format(f"{at:%Y-%m-%dT%H:%MZ}", text)


def moment(at: datetime) -> Markup:
    """`Monday 16 November 2026, 08:52`, in UTC."""
    return _time(at, f"{at:%A} {at.day} {at:%B %Y, %H:%M}")


def short_moment(at: datetime) -> Markup:
    """`16 Nov, 08:52`, in UTC."""
    return _time(at, f"{at.day} {at:%b, %H:%M}")


def weekday_moment(at: datetime) -> Markup:
    """`Wednesday 18 November at 14:40 UTC`."""
    return _time(at, f"{at:%A} {at.day} {at:%B} at {at:%H:%M} UTC")


def clock_moment(at: datetime) -> Markup:
    """`14:40 UTC`, for what happens within the day."""
    return _time(at, f"{at:%H:%M} UTC")


def next_try(at: datetime | None, now: datetime) -> str:
    """`at 14:40 UTC`, or `soon` where that moment is past or not known."""
    told = words.next_try(at, now)
    return _time(at, told) if at is not None and at > now else told


def day(at: datetime) -> Markup:
    """`16 November 2026`."""
    return _time(at, f"{at.day} {at:%B %Y}")


def short_day(at: datetime) -> Markup:
    """`16 Nov 2026`."""
    return _time(at, f"{at.day} {at:%b %Y}")


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:DIGEST_LENGTH]


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so browsers may keep what they have."""
    return url_for("static", filename=name, v=_digest(HERE.parent / "static" / name))


def may_see(person: Staff, permission: str) -> bool:
    """Whether a page leads this person to what asks for a permission."""
    return may(person, Permission(permission))


def init_filters(app: Flask) -> None:
    """Hand them to every template."""
    app.add_template_global(icon)
    app.add_template_global(static, "static")
    app.add_template_global(state_name)
    app.add_template_global(denied)
    app.jinja_env.globals["password_lengths"] = (passwords.SHORTEST, passwords.LONGEST)
    app.add_template_global(may_see)
    times = (moment, short_moment, weekday_moment, clock_moment, next_try, day, short_day, in_words, up_to_the_minute)
    for filter_ in times:
        app.add_template_filter(filter_)
