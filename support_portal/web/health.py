"""Whether the process lives, and whether it can serve: for whoever watches the machine."""

from __future__ import annotations

from flask import Blueprint

from support_portal.domain.staff import Permission
from support_portal.web.guard import needs
from support_portal.web.parts import parts

health = Blueprint("health", __name__)
READY, NOT_READY = 200, 503


@health.get("/healthz")
@needs(Permission.ANYBODY)
def lives() -> dict[str, bool]:
    """This process answers."""
    return {"ok": True}


@health.get("/readyz")
@needs(Permission.ANYBODY)
def is_ready() -> tuple[dict[str, str | bool], int]:
    """How database, broker and mail are; only the database keeps pages from being served."""
    report = parts().health.look()
    told = {"database": report.database.told, "broker": report.broker.told, "mail": report.mail.told}
    return {"ready": report.is_ready, **told}, READY if report.is_ready else NOT_READY
