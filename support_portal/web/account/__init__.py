"""Pages about one's own sign-in, for owners of accounts and staff alike."""

from __future__ import annotations

from flask import Blueprint

from support_portal.web.account.device import device
from support_portal.web.account.enrolment import enrolment
from support_portal.web.account.keys import keys
from support_portal.web.account.security import security
from support_portal.web.account.tokens import tokens

account = Blueprint("account", __name__, url_prefix="/account")
for part in (security, enrolment, tokens, device, keys):
    account.register_blueprint(part)
