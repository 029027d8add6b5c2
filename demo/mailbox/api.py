"""The JSON side of the catcher, for tests: read and delete mails, and make the server misbehave."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from demo.mailbox.behavior import Behavior
from demo.mailbox.smtp import Receiver
from demo.mailbox.store import Delivery, Query, Store

LONGEST_WAIT = 60.0  # seconds


def api(store: Store, receiver: Receiver) -> Blueprint:
    """The routes under /api."""
    routes = Blueprint("api", __name__, url_prefix="/api")

    @routes.get("/mails")
    def mails() -> tuple[Response, int]:
        try:
            query, wait = _asked()
        except ValueError as error:
            return jsonify(error=str(error)), 400
        return jsonify([as_json(delivery) for delivery in store.find(query, wait)]), 200

    @routes.delete("/mails")
    def delete_mails() -> tuple[str, int]:
        store.clear()
        return "", 204

    @routes.get("/behavior")
    def behavior() -> Response:
        return jsonify(receiver.behavior.as_json())

    @routes.post("/behavior")
    def behave() -> tuple[Response, int]:
        try:
            wanted = Behavior.from_json(request.get_json(silent=True))
        except ValueError as error:
            return jsonify(error=str(error)), 400
        receiver.behave(wanted)
        return jsonify(wanted.as_json()), 200

    return routes


def as_json(delivery: Delivery) -> dict[str, object]:
    """One delivery for a test; a header that comes twice has its values joined by a line break."""
    content = delivery.content
    headers: dict[str, str] = {}
    for name, value in content.headers:
        headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    return {
        "id": delivery.id,
        "received_at": delivery.received_at.isoformat(),
        "mail_from": delivery.mail_from,
        "rcpt_to": delivery.rcpt_to,
        "message_id": content.message_id,
        "subject": content.subject,
        "to": content.header("To"),
        "headers": headers,
        "text": content.text,
        "html": content.html,
        "links": content.links,
    }


def _asked() -> tuple[Query, float]:
    since = request.args.get("since", "")
    wait = request.args.get("wait", "0")
    try:
        moment = datetime.fromisoformat(since) if since else None
    except ValueError:
        raise ValueError("since is an ISO 8601 time, like 2026-11-24T09:30:00+00:00") from None
    try:
        seconds = float(wait)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_WAIT:
        raise ValueError(f"wait is a number of seconds from 0 to {LONGEST_WAIT:.0f}")
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Query(request.args.get("to", ""), request.args.get("subject", ""), moment), seconds
