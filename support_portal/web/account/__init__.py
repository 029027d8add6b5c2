"""Pages about one's own sign-in, for owners of accounts and staff alike."""

from __future__ import annotations

from flask import Blueprint

from support_portal.web.account.connections import connections
from support_portal.web.account.enrolment import enrolment
from support_portal.web.account.security import security

account = Blueprint("account", __name__, url_prefix="/account")
for part in (security, connections, enrolment):
    account.register_blueprint(part)
