"""Leading a browser to a git provider, with everything that ties its answer to this browser and this moment."""

from __future__ import annotations

from uuid import uuid4

from support_portal.domain.errors import NotFound
from support_portal.domain.git_sign_in import STATE_BYTES, VERIFIER_BYTES, Begun, What, digest_of, new_secret
from support_portal.ports.git_sign_in import GitSignIn
from support_portal.ports.sessions import Session
from support_portal.ports.tools import Tools

VERIFIER = "code verifier"  # what a sealed verifier is sealed for


def the_provider(provider: str, tools: Tools) -> GitSignIn:
    """The provider that people can sign in at under this name; raises NotFound."""
    found = tools.git_sign_ins.get(provider)
    if found is None:
        raise NotFound("Nobody signs in through this provider here.")
    return found


def lead_to(
    provider: str, what: What, browser: str, tools: Tools, *, session: Session | None = None, wanted: str = ""
) -> str:
    """The provider's address for one time; its state is a row, since a signed cookie would let it in many times.

    `browser` is what the browser carries. Where a git account is connected, `session` is the one it is done in.
    """
    sign_in = the_provider(provider, tools)
    state, verifier, own_id = new_secret(STATE_BYTES), new_secret(VERIFIER_BYTES), uuid4()
    sealed = tools.sealing.seal(VERIFIER, own_id, verifier.encode())
    with tools.uow.begin() as work:
        begun = Begun(
            id=own_id,
            state=digest_of(state),
            browser=digest_of(browser),
            provider=provider,
            what=what,
            verifier=sealed,
            begun_at=work.now,
            wanted=wanted,
            account_id=session.principal.account_id if session else None,
            session_id=session.id if session else None,
        )
        work.comings.begin(begun)
    return sign_in.address(state, verifier)
