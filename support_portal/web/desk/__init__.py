"""The agents' pages: the queue, one case, its decisions, what protects its account, and mails that fit no case."""

from __future__ import annotations

from flask import Blueprint

from support_portal.web.desk.cases import cases
from support_portal.web.desk.decisions import decisions
from support_portal.web.desk.mails import mails
from support_portal.web.desk.protection import protection
from support_portal.web.desk.queue import queue

desk = Blueprint("desk", __name__)
for part in (queue, cases, decisions, protection, mails):
    desk.register_blueprint(part)
