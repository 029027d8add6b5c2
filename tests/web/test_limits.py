"""How much one network address may ask: counted in the broker, and in memory while it is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime

from flask import Flask

from support_portal.local.embedded import free_port
from support_portal.web.limits import PUBLIC_WRITES
from support_portal.web.parts import Parts
from tests.web.visiting import Visitor

MOST = int(PUBLIC_WRITES.split()[0])


def until_limited(visitor: Visitor) -> int:
    """How many empty forms are read before the portal says to wait."""
    token = visitor.token("/request")
    for sent in range(MOST + 5):
        if visitor.send_with(token, "/request").status_code == 429:
            return sent
    return -1


def test_too_many_forms_are_told_when_to_come_back(
    make_app: Callable[..., Flask], web_parts: Parts, broker: str
) -> None:
    visitor = Visitor(make_app(replace(web_parts, limits_url=broker), RATELIMIT_ENABLED=True))
    assert until_limited(visitor) == MOST
    answer = visitor.send_with(visitor.token("/request"), "/request")
    assert answer.status_code == 429
    assert "Too many requests came from your network" in answer.text
    assert parsedate_to_datetime(answer.headers["Retry-After"]).tzinfo is not None
    assert visitor.get("/request").status_code == 200, "looking is still possible"


def test_all_processes_count_together(make_app: Callable[..., Flask], web_parts: Parts, broker: str) -> None:
    until_limited(Visitor(make_app(replace(web_parts, limits_url=broker), RATELIMIT_ENABLED=True)))
    other = Visitor(make_app(replace(web_parts, limits_url=broker), RATELIMIT_ENABLED=True))
    assert other.send("/request").status_code == 429


def test_without_the_broker_the_limit_holds_in_memory(make_app: Callable[..., Flask], web_parts: Parts) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    visitor = Visitor(make_app(replace(web_parts, limits_url=nowhere), RATELIMIT_ENABLED=True))
    assert until_limited(visitor) == MOST
