"""The web application: `support_portal.app:create_app()`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from support_portal import templates_folder
from support_portal.api import EXTENSION as API_TOOLS
from support_portal.api import api
from support_portal.api.errors import answer_fault
from support_portal.settings import Settings
from support_portal.web.account import account
from support_portal.web.desk import desk
from support_portal.web.errors import init_errors
from support_portal.web.filters import init_filters
from support_portal.web.guard import init_guard
from support_portal.web.headers import init_headers
from support_portal.web.health import health
from support_portal.web.limits import init_limits
from support_portal.web.parts import EXTENSION, Parts
from support_portal.web.requester import requester
from support_portal.web.session import FORMS_GOOD_FOR, init_sessions
from support_portal.web.sign_in import sign_in
from support_portal.web.static_files import init_static_files

HERE = Path(__file__).resolve().parent
LARGEST_REQUEST = 2 * 1024 * 1024  # bytes; a text that is far too long is still named by its field


def create_app(parts: Parts | None = None, config: Mapping[str, Any] | None = None) -> Flask:
    """The application, over the real parts that settings name, or over others; `config` is for tests."""
    parts = parts or _parts_from_settings()
    address = urlsplit(parts.tools.product.address)
    is_https = address.scheme == "https"
    app = Flask("support_portal", template_folder=str(templates_folder()), static_folder=None)
    app.config.update(_configuration(parts), **(config or {}))
    app.extensions[EXTENSION] = parts
    app.extensions[API_TOOLS] = parts.tools
    init_templates(app, parts)
    init_headers(app, host=address.netloc, is_https=is_https)
    init_sessions(app, is_https=is_https)
    init_limits(app)
    # A token is sent on purpose, never by a browser alone: nothing of a form could be forged there.
    CSRFProtect(app).exempt(api)
    init_guard(app, but=api.name)
    init_errors(app, api=answer_fault)
    init_static_files(app, HERE / "static")
    for blueprint in (health, requester, sign_in, account, desk, api):
        app.register_blueprint(blueprint)
    return app


def _configuration(parts: Parts) -> dict[str, Any]:
    return {
        "SECRET_KEY": parts.cookie_keys[0],
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 100,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "WTF_CSRF_TIME_LIMIT": int(FORMS_GOOD_FOR.total_seconds()),
        "WTF_CSRF_SSL_STRICT": False,  # no referrer is ever sent; Sec-Fetch-Site is looked at instead
        "RATELIMIT_STORAGE_URI": parts.limits_url,
    }


def init_templates(app: Flask, parts: Parts) -> None:
    """Templates escape everything, and a name they misspell is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["product"] = parts.tools.product
    init_filters(app)


def _parts_from_settings() -> Parts:
    from support_portal import wiring

    settings = Settings.from_environment()
    return Parts(
        tools=wiring.tools_from(settings),
        sessions=wiring.sessions_from(settings),
        health=wiring.health_from(settings),
        cookie_keys=wiring.cookie_keys_from(settings),
        limits_url=settings.redis_url or "memory://",
    )
