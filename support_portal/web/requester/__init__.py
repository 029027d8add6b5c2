"""The pages of a person who is locked out; all of them work without a script."""

from __future__ import annotations

from support_portal.web.requester import ask, case, confirm, lock, stop
from support_portal.web.requester.blueprint import requester

__all__ = ["ask", "case", "confirm", "lock", "requester", "stop"]
