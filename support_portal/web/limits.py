"""How much one network address may ask of the public pages; counted in the broker, or in memory without it."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter

from support_portal.web.parts import browser

# Generous: many people share one address behind an office's or a phone network's gateway.
PUBLIC_WRITES = "60 per minute; 1200 per hour"
PAGES_BY_LINK = "240 per minute; 6000 per hour"
SIGN_INS = "60 per minute; 600 per hour"

BROKER_PATIENCE = 0.5  # seconds


def _network_address() -> str:
    return browser().network_address


limiter = Limiter(_network_address, headers_enabled=False, in_memory_fallback_enabled=True)


def init_limits(app: Flask) -> None:
    """Count where the configuration says; `memory://` counts in this process alone."""
    storage_url = app.config["RATELIMIT_STORAGE_URI"]
    if not storage_url.startswith("memory:"):
        patience = {"socket_timeout": BROKER_PATIENCE, "socket_connect_timeout": BROKER_PATIENCE}
        app.config["RATELIMIT_STORAGE_OPTIONS"] = patience
    limiter.init_app(app)
