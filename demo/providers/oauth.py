"""Signing in at a stand-in: the page where a person allows or refuses, and where the code becomes a token.

The authorization code flow of OAuth 2.0 with PKCE (RFC 6749, RFC 7636). Stricter than the real ones, so that an
application which forgets something is noticed: the redirect address and a challenge (S256) are always wanted, the
redirect address is one of those registered to the letter, and no scope is given but the least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from demo.providers.applications import CLIENTS
from demo.providers.dialect import Dialect
from demo.providers.grants import BadGrant, Grant
from demo.providers.provider import Provider
from demo.providers.state import Account, Refused

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Asked:
    """What an application sent a person's browser to ask for."""

    redirect_uri: str
    state: str | None
    challenge: str
    scope: str
    mistake: str = ""

    def lead_back(self, **fields: str) -> ResponseReturnValue:
        """Send the browser back to the application with these fields and the state."""
        if self.state is not None:
            fields["state"] = self.state
        if g.fault and g.fault.kind == "wrong_state":
            fields["state"] = str(g.fault.value or "a-state-nobody-gave")
        if g.fault and g.fault.kind == "oauth_error":
            fields.pop("code", None)
            fields.update(error=g.fault.body or "server_error", error_description="It failed on demand.")
        joint = "&" if "?" in self.redirect_uri else "?"
        return redirect(f"{self.redirect_uri}{joint}{urlencode(fields)}", 303)


def register(app: Flask, provider: Provider, dialect: Dialect) -> None:
    """Add the consent page and the token address to a provider's app."""
    app.add_url_rule(
        dialect.authorize_path, "oauth/consent", lambda: ask_person(provider, dialect), methods=["GET", "POST"]
    )
    app.add_url_rule(dialect.exchange_path, "oauth/token", lambda: give_token(provider, dialect), methods=["POST"])


def ask_person(provider: Provider, dialect: Dialect) -> ResponseReturnValue:
    """The consent page, and what the person chose there."""
    asked = _asked(provider, dialect)
    if asked.mistake:
        return asked.lead_back(error=asked.mistake, error_description="The request is not as it must be.")
    if request.method == "GET":
        name = CLIENTS[provider.key].name
        return render_template("consent.html", people=_people(provider), asked=asked, name=name)
    if request.form.get("decision") == "refuse":
        return asked.lead_back(error="access_denied", error_description=dialect.refused)
    if request.form.get("decision") != "allow":
        abort(400)
    account = _chosen(provider)
    grant = Grant(account.id, CLIENTS[provider.key].id, asked.redirect_uri, asked.challenge, asked.scope)
    return asked.lead_back(code=provider.grants.code_for(grant))


def give_token(provider: Provider, dialect: Dialect) -> Response:
    """A token for a code, or the provider's words for why not."""
    answer = _answer_to_application(provider, dialect)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer_to_application(provider: Provider, dialect: Dialect) -> Response:
    form = request.form
    if g.fault and g.fault.kind == "oauth_error":
        return dialect.answer({"error": g.fault.body or dialect.troubles["code"].error}, 200)
    client = CLIENTS[provider.key]
    if _credentials(dialect.secret_in_body) != (client.id, client.secret):
        return _tell(dialect, "client")
    if dialect.names_types and form.get("grant_type") != "authorization_code":
        return _tell(dialect, "grant_type")
    try:
        grant = provider.grants.redeem(
            form.get("code", ""), client.id, form.get("redirect_uri", ""), form.get("code_verifier", "")
        )
    except BadGrant as bad:
        return _tell(dialect, bad.problem)
    token = provider.grants.token_for(grant, dialect.prefix)
    return dialect.answer(dialect.granted(token, grant.scope), 200)


def _tell(dialect: Dialect, problem: str) -> Response:
    trouble = dialect.troubles[problem]
    return dialect.answer(trouble.body, trouble.status)


def _credentials(also_in_body: bool) -> tuple[str, str]:
    given = request.authorization
    if given is not None and given.type == "basic":
        return given.username or "", given.password or ""
    form: dict[str, Any] = request.form if also_in_body else {}
    return form.get("client_id", ""), form.get("client_secret", "")


def _asked(provider: Provider, dialect: Dialect) -> Asked:
    """What the address asks for; a wrong application or redirect address is told to the person alone."""
    query = request.args
    if query.get("client_id") != CLIENTS[provider.key].id:
        raise Refused("No application is registered with this client_id.")
    redirect_uri = query.get("redirect_uri", "")
    if redirect_uri not in provider.callbacks:
        raise Refused("The redirect_uri is not one that is registered for this application.")
    scope = query.get("scope", "") or dialect.scope_if_none
    challenge = query.get("code_challenge", "")
    mistake = ""
    if dialect.names_types and query.get("response_type") != "code":
        mistake = "unsupported_response_type"
    elif set(scope.split()) - set(dialect.scopes):
        mistake = "invalid_scope"
    elif query.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        mistake = "invalid_request"
    return Asked(redirect_uri, query.get("state"), challenge, scope, mistake)


def _people(provider: Provider) -> list[Account]:
    with provider.state.lock:
        people = [one for one in provider.state.accounts.values() if one.kind == "user"]
    return sorted(people, key=lambda one: one.login.casefold())


def _chosen(provider: Provider) -> Account:
    for one in _people(provider):
        if str(one.id) == request.form.get("account"):
            return one
    raise Refused("Choose one of the accounts to sign in as.")
