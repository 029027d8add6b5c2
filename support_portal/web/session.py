"""Cookies and sessions: strangers carry a signed token against forged forms, who signs in carries the key to a row."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Request, Response, session
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from support_portal.domain.errors import NotAllowed
from support_portal.domain.identities import GitIdentity
from support_portal.domain.policy import LONGEST_SESSION
from support_portal.domain.principals import Factor, Principal, Step
from support_portal.domain.staff import Staff
from support_portal.ports.sessions import Session
from support_portal.ports.stores import StoreUnavailable
from support_portal.use_cases import sign_in
from support_portal.use_cases.sign_in import Visitor
from support_portal.web.parts import browser, parts, tools

FORMS_GOOD_FOR = LONGEST_SESSION  # a form may be sent as long as any session lives
WITHOUT_SESSION = ("/static/", "/healthz", "/readyz", "/api/v1/")
LONGEST_SECRET = 200
MARK_BYTES = 16
# A page that looks for news by itself says so, and does not keep an idle session alive.
REFRESH_HEADER = "X-Refresh"


class PortalSession(SecureCookieSession):
    """What one browser's session holds; `row` is there when somebody signed in, or began to."""

    row: Session | None = None
    new_secret: str | None = None
    is_over: bool = False
    store_is_down: bool = False


class PortalSessions(SessionInterface):
    """Flask's own interface over signed cookies for strangers and rows for who signs in."""

    session_class = PortalSession

    def __init__(self, *, is_https: bool) -> None:
        """On https both cookies are bound to this host; plain http is possible on loopback alone."""
        self._is_https = is_https
        prefix = "__Host-" if is_https else ""
        self.visitor_cookie, self.session_cookie = f"{prefix}visitor", f"{prefix}session"

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        """Read the cookies; a request for a file, a health check or the API has no session."""
        if request.path.startswith(WITHOUT_SESSION):
            return PortalSession()
        secret = request.cookies.get(self.session_cookie, "")
        found = PortalSession()
        if secret and len(secret) <= LONGEST_SECRET:
            try:
                row = parts().sessions.find(secret, is_activity=REFRESH_HEADER not in request.headers)
            except StoreUnavailable:
                found.store_is_down = True
                return found
            if row is not None:
                signed_in = PortalSession(dict(row.data))
                signed_in.row = row
                return signed_in
        visitor = PortalSession(self._visitor(request.cookies.get(self.visitor_cookie)))
        visitor.is_over = bool(secret)
        return visitor

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed: a row is only ever updated here, never made."""
        if not isinstance(session, PortalSession) or session.store_is_down:
            return
        if session.accessed:
            response.vary.add("Cookie")
        if session.new_secret:
            self._set(response, self.session_cookie, session.new_secret)
            response.delete_cookie(self.visitor_cookie, **self._place())
        elif session.is_over:
            response.delete_cookie(self.session_cookie, **self._place())
        if not session.modified:
            return
        if session.row is not None:
            parts().sessions.keep(session.row.id, dict(session))
        elif session:
            self._set(response, self.visitor_cookie, str(self._signer().dumps(dict(session))))
        else:
            response.delete_cookie(self.visitor_cookie, **self._place())

    def _visitor(self, cookie: str | None) -> dict[str, Any]:
        if not cookie:
            return {}
        try:
            held = self._signer().loads(cookie, max_age=int(FORMS_GOOD_FOR.total_seconds()))
        except BadSignature:
            return {}
        return held if isinstance(held, dict) else {}

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(list(reversed(parts().cookie_keys)), salt="visitor-cookie")

    def _place(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._is_https, "httponly": True, "samesite": "Lax"}

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, **self._place())


class SignedIn(UserMixin):  # type: ignore[misc]  # it ships no types
    """The person at the other end, as Flask-Login wants to see them."""

    def __init__(self, visitor: Visitor) -> None:
        """Wrap the person as read just now."""
        self.visitor = visitor
        self.id = str(visitor.principal)


def init_sessions(app: Flask, *, is_https: bool) -> None:
    """Put rows under Flask's sessions, and Flask-Login unchanged on top."""
    app.session_interface = PortalSessions(is_https=is_https)
    manager = LoginManager()
    # "strong" would sign a phone out that changes its network; its remember cookie cannot be ended, so it is not used.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)

    @app.before_request
    def say_that_the_store_is_down() -> None:
        if _own().store_is_down:
            raise StoreUnavailable


def _load(user_id: str) -> SignedIn | None:
    row = _own().row
    if row is None or str(row.principal) != user_id:
        return None
    visitor = sign_in.who(row.principal, tools=tools())
    return SignedIn(visitor) if visitor is not None else None


def _own() -> PortalSession:
    own = session._get_current_object()  # type: ignore[attr-defined]
    return own if isinstance(own, PortalSession) else PortalSession()


def visitor() -> Visitor | None:
    """Who signed in, or began to, read from the database for this request; None for a stranger."""
    return current_user.visitor if isinstance(current_user._get_current_object(), SignedIn) else None


def present_session() -> Session:
    """The session of this request; raises LookupError for a stranger, whom the guard keeps out."""
    row = _own().row
    if row is None or visitor() is None:
        raise LookupError("nobody is signed in")
    return row


def signed_in() -> Visitor | None:
    """Who is signed in with every step done; None for everybody else."""
    found = visitor()
    return found if found is not None and present_session().step is Step.SIGNED_IN else None


def signed_in_staff() -> Staff | None:
    """The one of the staff who is signed in; None for everybody else."""
    found = signed_in()
    return found.staff if found is not None else None


def mark() -> str:
    """What tells this browser from any other, before and after a way over another site; made when it is asked for."""
    own = _own()
    if not own.get("mark"):
        own["mark"] = secrets.token_urlsafe(MARK_BYTES)
    return str(own["mark"])


def known_mark() -> str:
    """The same, empty where none was made."""
    return str(_own().get("mark", ""))


def begin(principal: Principal, step: Step, factor: Factor, through: GitIdentity | None = None) -> None:
    """Sign somebody in, or one step further: a new session each time, whatever was there is over.

    `through` is the git account that the session is begun through, or the one before it was.
    """
    own = _own()
    kept: dict[str, Any] = {}
    if own.row is not None:
        if own.row.principal == principal:
            kept = dict(own)  # forms in other tabs stay good
        parts().sessions.end(own.row.id)
    found = sign_in.who(principal, tools=tools())
    if found is None:
        raise NotAllowed("You are signed out. Sign in again.")
    own.clear()
    own.update(kept)
    login_user(SignedIn(found))
    own.new_secret, own.row = parts().sessions.begin(principal, step, factor, dict(own), browser(), through)


def renew() -> None:
    """A new session in place of the present one, after the password was typed once more: `signed_in_at` is now.

    A sign-in through a git account is no proof of who it is; with the password typed in it, the session has one.
    """
    now = present_session()
    begin(now.principal, now.step, Factor.PASSWORD if now.factor is Factor.GIT else now.factor, now.through)


def end() -> None:
    """Sign out: the row ends, so a copy of the cookie is worth nothing."""
    own = _own()
    if own.row is not None:
        parts().sessions.end(own.row.id)
    own.clear()
    own.row, own.is_over = None, True
