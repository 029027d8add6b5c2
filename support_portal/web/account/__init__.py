"""Pages about one's own sign-in, for owners of accounts and staff alike."""

from __future__ import annotations

from flask import Blueprint

from support_portal.web.account.address import address
from support_portal.web.account.connections import connections
from support_portal.web.account.device import device
from support_portal.web.account.devices import devices
from support_portal.web.account.enrolment import enrolment
from support_portal.web.account.events import events
from support_portal.web.account.keys import keys
from support_portal.web.account.live_case import live_case
from support_portal.web.account.password import password
from support_portal.web.account.security import security
from support_portal.web.account.tokens import tokens

account = Blueprint("account", __name__, url_prefix="/account")
for part in (security, enrolment, tokens, device, keys, password, devices, events, live_case, address, connections):
    account.register_blueprint(part)
