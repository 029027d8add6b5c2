"""Connecting a git account to one's own account: by its id at its provider, never by an address."""

from __future__ import annotations

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed, Refusal
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import ConnectedAccount, Instance, masked_username
from support_portal.domain.principals import Principal
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.telling import tell_of, write_about_security

OWN_ALREADY = "This {name} account is connected to your account already. Nothing was changed."
OF_ANOTHER = "This {name} account is connected to another account. Nothing was changed."


def connect(work: Work, principal: Principal, instance: Instance, identity: Identity) -> Refusal | None:
    """Connect it, with the workspaces administered at this moment; the refusal to raise where somebody has it."""
    git = identity.at(instance.key)
    connected = ConnectedAccount(
        instance.key, identity.external_id, identity.username, work.now, identity.workspace_ids
    )
    details = {"provider": instance.key, "external_id": identity.external_id}
    if not work.connections.connect(principal.id, connected):
        is_own = work.connections.whose(git) == principal.id
        why = "connected already" if is_own else "connected to another account"
        tell_of(work, principal, "git_connect_refused", why, details)
        return NotAllowed((OWN_ALREADY if is_own else OF_ANOTHER).format(name=instance.name))
    tell_of(work, principal, "git_account_connected", details=details)
    facts = {"provider": instance.name, "username": masked_username(identity.username)}
    write_about_security(work, principal, Letter.GIT_ACCOUNT_CONNECTED, facts)
    return None
