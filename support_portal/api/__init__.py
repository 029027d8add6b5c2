"""The API, for programs that carry an access token: what it answers is JSON, and no cookie opens it."""

from __future__ import annotations

from support_portal.api import callers, device, me
from support_portal.api.blueprint import EXTENSION, api

__all__ = ["EXTENSION", "api", "callers", "device", "me"]
