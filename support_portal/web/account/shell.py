"""What the pages about one's own account stand in: the desk's sidebar for staff, a small one for owners."""

from __future__ import annotations

from typing import Any

from flask import render_template

from support_portal.domain.staff import Permission, may
from support_portal.use_cases.sign_in import Visitor
from support_portal.web import session
from support_portal.web.parts import tools


def myself() -> Visitor:
    """Who is signed in, or began to; the guard keeps strangers from these pages."""
    found = session.visitor()
    if found is None:
        raise LookupError("nobody is signed in")
    return found


def page(template: str, tab: str, **more: Any) -> str:
    """Render a page about one's own account; `tab` is the one marked as the present one."""
    visitor, staff = myself(), session.signed_in_staff()
    sees_cases = staff is not None and may(staff, Permission.SEE_CASES)
    counts = tools().screens.desk.counts(staff) if staff and sees_cases else {}
    return render_template(
        template,
        shell="app.html" if staff else "owner.html",
        me=staff or visitor,
        is_signed_in=session.signed_in() is not None,
        is_owner=not visitor.principal.is_staff,
        counts=counts,
        view="account",
        tab=tab,
        live_case=tools().screens.own.live_case(visitor.principal),
        **more,
    )
