"""The desk's pages: queue, case, decisions, what protects an account, mails without a case, people, and providers."""

from __future__ import annotations

from flask import Blueprint

from support_portal.web.desk.cases import cases
from support_portal.web.desk.changes import changes
from support_portal.web.desk.decisions import decisions
from support_portal.web.desk.locked import locked
from support_portal.web.desk.mails import mails
from support_portal.web.desk.people import people
from support_portal.web.desk.protection import protection
from support_portal.web.desk.providers import providers
from support_portal.web.desk.queue import queue

desk = Blueprint("desk", __name__)
for part in (queue, cases, changes, decisions, protection, mails, people, locked, providers):
    desk.register_blueprint(part)
