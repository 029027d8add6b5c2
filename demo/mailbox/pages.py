"""The catcher's web pages: the demo's guide, the list of mails, and one mail."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, render_template, request
from markupsafe import Markup, escape

from demo.mailbox import authenticator
from demo.mailbox.api import api
from demo.mailbox.guide import Guide, load_guide
from demo.mailbox.reading import find_links
from demo.mailbox.smtp import Receiver
from demo.mailbox.store import Delivery, Query, Store

LATEST = 6
PER_PAGE = 50
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A mail's HTML part runs nothing and loads nothing. Its links open in a new tab, which is free of these limits.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)


def create_app(store: Store, receiver: Receiver, guide: Path | None) -> Flask:
    """The web application over a store, its SMTP server and the guide's file."""
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.jinja_env.filters.update(linked=linked, moment=moment, qr=authenticator.drawn, code_now=authenticator.code_now)
    app.register_blueprint(_pages(store, guide))
    app.register_blueprint(api(store, receiver))
    app.after_request(_with_headers)
    app.register_error_handler(404, lambda _error: (render_template("missing.html"), 404))
    return app


def linked(text: str) -> Markup:
    """A text with its web addresses as links, the rest escaped."""
    pieces, last = [], 0
    for start, end in find_links(text):
        pieces += [escape(text[last:start]), Markup('<a href="{0}">{0}</a>').format(text[start:end])]
        last = end
    return Markup("").join([*pieces, escape(text[last:])])


def moment(when: datetime) -> str:
    """A time in words, UTC."""
    return f"{when.day} {when:%b %Y, %H:%M:%S} UTC"


def _pages(store: Store, guide_file: Path | None) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def first() -> str:
        guide, trouble = _guide(guide_file)
        deliveries = store.find(Query())
        latest = deliveries[::-1][:LATEST]
        return render_template(
            "guide.html", guide=guide, trouble=trouble, mails=latest, total=len(deliveries), again=_again(deliveries)
        )

    @pages.get("/mails")
    def mails() -> str:
        everything = store.find(Query())
        to = request.args.get("to", "").strip()
        chosen = [delivery for delivery in reversed(everything) if not to or delivery.is_for(to)]
        last = max(1, -(-len(chosen) // PER_PAGE))
        page = min(max(1, request.args.get("page", 1, type=int)), last)
        return render_template(
            "mails.html",
            mails=chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
            total=len(chosen),
            to=to,
            recipients=sorted({recipient for delivery in everything for recipient in delivery.rcpt_to} | {to} - {""}),
            page=page,
            last=last,
            again=_again(everything),
        )

    @pages.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    _add_mail_pages(pages, store)
    return pages


def _add_mail_pages(pages: Blueprint, store: Store) -> None:
    """One mail: read, as its writer drew it, and as it came."""

    @pages.get("/mails/<int:delivery_id>")
    def mail(delivery_id: int) -> str:
        return render_template("mail.html", mail=_wanted(store, delivery_id))

    @pages.get("/mails/<int:delivery_id>/html")
    def html_part(delivery_id: int) -> Response:
        html = _wanted(store, delivery_id).content.html or abort(404)
        opens_new_tab = '<base target="_blank">'
        html, heads = _HEAD.subn(lambda head: head[0] + opens_new_tab, html, count=1)
        answer = Response(html if heads else opens_new_tab + html, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @pages.get("/mails/<int:delivery_id>/raw")
    def raw(delivery_id: int) -> Response:
        answer = Response(_wanted(store, delivery_id).raw, mimetype="message/rfc822")
        answer.headers["Content-Disposition"] = f'attachment; filename="mail-{delivery_id}.eml"'
        return answer


def _guide(path: Path | None) -> tuple[Guide | None, str]:
    try:
        return load_guide(path), ""
    except (OSError, ValueError) as error:
        return None, str(error)


def _wanted(store: Store, delivery_id: int) -> Delivery:
    return store.get(delivery_id) or abort(404)


def _again(deliveries: list[Delivery]) -> dict[int, int]:
    """By id, for each delivery that repeats an earlier Message-ID: which time it is, from 2 up."""
    seen: Counter[str] = Counter()
    repeated = {}
    for delivery in deliveries:
        if message_id := delivery.content.message_id:
            seen[message_id] += 1
            if seen[message_id] > 1:
                repeated[delivery.id] = seen[message_id]
    return repeated


def _with_headers(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer
