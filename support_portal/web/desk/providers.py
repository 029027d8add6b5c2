"""How the portal stands with every git provider: what it is asked with, and what that opens. It changes nothing."""

from __future__ import annotations

from flask import Blueprint

from support_portal.domain.identities import PROVIDER_NAMES
from support_portal.domain.staff import Permission
from support_portal.use_cases.look_at_providers import look_at_providers
from support_portal.web.desk.shell import page
from support_portal.web.guard import needs
from support_portal.web.parts import tools

providers = Blueprint("providers", __name__, url_prefix="/desk/providers")


@providers.get("")
@needs(Permission.SEE_PROVIDERS)
def show() -> str:
    """All of them, asked while the page is made."""
    return page("desk/providers.html", None, found=look_at_providers(tools=tools()), kinds=PROVIDER_NAMES)
