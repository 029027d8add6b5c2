"""Whoever watches the machine is told of each part; only the database keeps pages from being served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import Engine

from support_portal.adapters.health import PartsHealth
from support_portal.local.embedded import free_port
from support_portal.web.parts import Parts
from tests.parts import Database
from tests.web.visiting import Visitor


def test_a_portal_without_mail_is_ready_and_says_that_mails_wait(visitor: Visitor) -> None:
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "database": "fine",
        "broker": "PORTAL_REDIS_URL is not set",
        "mail": "mails wait: PORTAL_SMTP_URL is not set",
    }


def test_without_its_tables_it_is_not_ready(visitor: Visitor, database: Database) -> None:
    with database.connect("postgres") as connection:
        connection.execute("update alembic_version set version_num = 'older'")
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "migrations are missing" in answer.json["database"]
    assert visitor.get("/healthz").status_code == 200


def test_all_parts_fine_are_said_to_be_so(
    make_app: Callable[..., Flask], web_parts: Parts, broker: str, engine: Engine
) -> None:
    health = PartsHealth(engine, broker, lambda: None)
    answer = Visitor(make_app(replace(web_parts, health=health))).get("/readyz")
    assert answer.json == {"ready": True, "database": "fine", "broker": "fine", "mail": "fine"}


def test_a_broker_that_is_gone_keeps_nobody_out(
    make_app: Callable[..., Flask], web_parts: Parts, engine: Engine
) -> None:
    health = PartsHealth(engine, f"redis://127.0.0.1:{free_port()}/0", None)
    answer = Visitor(make_app(replace(web_parts, health=health))).get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert "work waits in the database" in answer.json["broker"]
