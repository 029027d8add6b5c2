"""The queue: what waits for whom, the longest wait on us first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from support_portal.domain.risk import Level
from support_portal.domain.staff import Permission
from support_portal.ports.desk_screens import Owner, QueueQuery, View
from support_portal.web.desk.marks import in_full
from support_portal.web.desk.queue_rows import rows
from support_portal.web.desk.shell import me, page, page_number, view_named
from support_portal.web.forms import visible
from support_portal.web.guard import needs
from support_portal.web.parts import tools

queue = Blueprint("queue", __name__)

LONGEST_SEARCH = 200
TITLES = {
    View.ALL: ("All open", "Longest wait on us first"),
    View.READY: ("Ready to decide", "Longest wait on us first"),
    View.REPLY: ("Needs reply", "Longest wait on us first"),
    View.FAILED: ("Checks failed", "The requester was told what to change"),
    View.WAITING: ("Waiting for requester", "Instructions sent, no repository yet"),
    View.SAFETY: ("Safety wait", "Approved, and the owner can still stop it"),
    View.MINE: ("Assigned to me", "Cases assigned to you"),
    View.CLOSED: ("Closed", "Latest end first"),
}


@queue.get("/desk")
@needs(Permission.SEE_CASES)
def show() -> str:
    """One page of one view."""
    query = asked()
    screens = tools().screens.desk
    found = screens.queue(me(), query)
    is_filtered = bool(query.search or query.provider or query.risk or query.owner)
    unowned = screens.unowned(me()) if not found.rows and not is_filtered else None
    waited = in_full(found.now - unowned.since) if unowned and unowned.since else ""
    return page(
        "desk/queue.html",
        query.view,
        query=query,
        page=found,
        rows=rows(found, me(), tools().instances),
        titles=TITLES,
        instances=tools().instances,
        is_filtered=is_filtered,
        unowned=unowned,
        waited=waited,
        address_of=_address_of,
        news=_news_address(query, found.now),
    )


@queue.get("/desk/news")
@needs(Permission.SEE_CASES)
def news() -> str:
    """How many cases a view got since its page was opened; a live part of that page."""
    query = asked()
    since = _moment(request.args.get("since", ""))
    count = tools().screens.desk.arrived(me(), query.view, since)
    return render_template(
        "desk/news.html", count=count, news=_news_address(query, since), show_them=_address_of(query, page=1)
    )


def asked() -> QueueQuery:
    """What the page's address asks for; a filter that is none is left out."""
    args = request.args
    keys = {instance.key for instance in tools().instances}
    provider, risk, owner = args.get("provider", ""), args.get("risk", ""), args.get("owner", "")
    return QueueQuery(
        view=view_named(args.get("view", "")),
        search=visible(args.get("s", "")).strip()[:LONGEST_SEARCH],
        provider=provider if provider in keys else "",
        risk=Level(risk) if risk in set(Level) else None,
        owner=Owner(owner) if owner in set(Owner) else Owner.ANYONE,
        page=page_number(args.get("page", "")),
    )


def _moment(text: str) -> datetime:
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    return datetime.fromtimestamp(seconds, UTC)


def _address_of(query: QueueQuery, *, page: int) -> str:
    """The address of another page of the same cases."""
    filters = {"s": query.search, "provider": query.provider, "risk": query.risk, "owner": query.owner}
    kept: dict[str, Any] = {name: str(value) for name, value in filters.items() if value}
    if query.view is not View.ALL:
        kept["view"] = query.view.value
    if page > 1:
        kept["page"] = page
    return url_for("desk.queue.show", **kept)


def _news_address(query: QueueQuery, since: datetime) -> str:
    return url_for("desk.queue.news", view=query.view.value, since=int(since.timestamp()))
