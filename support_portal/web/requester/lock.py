"""The lock link in the mail about a removal: it asks first, then locks the account at once."""

from __future__ import annotations

from flask import redirect, render_template

from support_portal.domain.staff import Permission
from support_portal.use_cases import lock as use_case
from support_portal.web.forms import read
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, PUBLIC_WRITES, limiter
from support_portal.web.parts import tools
from support_portal.web.requester.blueprint import Answer, requester


@requester.get("/lock/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_lock(token: str) -> Answer:
    """Which account would be locked, or that it is."""
    return render_template("requester/lock.html", view=use_case.look(token, tools=tools()), token=token)


@requester.post("/lock/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def lock_account(token: str) -> Answer:
    """Lock it."""
    read({})
    use_case.lock(token, tools=tools())
    return redirect(f"/lock/{token}", 303)
