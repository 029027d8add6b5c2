"""The control API in JSON: how tests and the demo's story change a stand-in and read what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from demo.providers import asked
from demo.providers.faults import Fault
from demo.providers.provider import Provider
from demo.providers.state import Account, Refused, Repository

PREFIX = "/_control"


def describe_account(account: Account) -> dict[str, Any]:
    """An account as the control API shows it."""
    workspaces = [{"slug": space.slug, "uuid": space.uuid, "id": space.id} for space in account.namespaces]
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "kind": account.kind,
        "created_at": account.created_at.isoformat(),
        "uuid": account.uuid,
        "account_id": account.account_id,
        "workspaces": workspaces,
        "member_of": account.member_of,
    }


def describe_repository(repository: Repository, web_path: Callable[[Repository], str]) -> dict[str, Any]:
    """A repository as the control API shows it, with its address."""
    facts = {key: value for key, value in vars(repository).items() if key != "namespace"}
    shown = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in facts.items()}
    return {
        **shown,
        "owner": repository.namespace.slug,
        "owner_id": repository.namespace.account.id,
        "workspace_uuid": repository.namespace.uuid,
        "url": f"{request.root_url}{web_path(repository)}",
    }


def register(app: Flask, provider: Provider, seed: dict[str, Any]) -> None:
    """Add the control API to a provider's app; ``seed`` is what a reset without a body goes back to."""
    routes = Blueprint("control", __name__, url_prefix=PREFIX)
    _register_accounts(routes, provider)
    _register_repositories(routes, provider)
    _register_faults(routes, provider)
    _register_reading(routes, provider)
    _register_callbacks(routes, provider)
    _register_tokens(routes, provider)

    @routes.post("/reset")
    def reset() -> tuple[str, int]:
        document = _body() if request.data else seed
        provider.faults.clear()
        provider.grants.clear()
        provider.tokens.clear()
        with provider.state.lock:
            provider.state.clear()
            asked.load(provider.state, document)
        return "", 204

    app.register_blueprint(routes)


def _register_reading(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.get("/state")
    def show_state() -> Response:
        with state.lock:
            accounts = [describe_account(one) for one in state.accounts.values()]
            found = [describe_repository(one, provider.web_path) for one in state.repositories.values()]
            return jsonify(accounts=accounts, repositories=found)

    @routes.get("/log")
    def show_log() -> Response:
        return jsonify(list(state.log))

    @routes.get("/oauth-tokens")
    def show_tokens() -> Response:
        return jsonify(list(provider.grants.tokens))

    @routes.delete("/log")
    def clear_log() -> tuple[str, int]:
        state.log.clear()
        return "", 204


def _register_accounts(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.post("/accounts")
    def add_account() -> tuple[Response, int]:
        return jsonify(describe_account(asked.make_account(state, _body()))), 201

    @routes.patch("/accounts/<int:number>")
    def rename_account(number: int) -> Response:
        body = _body()
        if set(body) != {"login"}:
            raise Refused("Only the login of an account can be changed.")
        return jsonify(describe_account(state.rename_account(number, str(body["login"]))))

    @routes.delete("/accounts/<int:number>")
    def remove_account(number: int) -> tuple[str, int]:
        state.remove_account(number)
        return "", 204


def _register_repositories(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.post("/repositories")
    def add_repository() -> tuple[Response, int]:
        return jsonify(describe_repository(asked.make_repository(state, _body()), provider.web_path)), 201

    @routes.patch("/repositories/<int:number>")
    def change_repository(number: int) -> Response:
        return jsonify(describe_repository(asked.change_repository(state, number, _body()), provider.web_path))

    @routes.delete("/repositories/<int:number>")
    def remove_repository(number: int) -> tuple[str, int]:
        state.remove_repository(number)
        return "", 204


def _register_callbacks(routes: Blueprint, provider: Provider) -> None:
    @routes.post("/callbacks")
    def add_callback() -> tuple[str, int]:
        provider.register_callback(str(_body().get("callback", "")))
        return "", 204


def _register_tokens(routes: Blueprint, provider: Provider) -> None:
    @routes.post("/tokens")
    def add_token() -> tuple[str, int]:
        given, token = asked.read_token(_body())
        provider.tokens.known[given] = token
        return "", 204

    @routes.post("/installations")
    def install_app() -> tuple[str, int]:
        number, installation = asked.read_installation(_body())
        provider.tokens.installations[number] = installation
        return "", 204


def _register_faults(routes: Blueprint, provider: Provider) -> None:
    @routes.get("/fault")
    def show_faults() -> Response:
        return jsonify([asdict(one) for one in provider.faults.in_force.values()])

    @routes.post("/fault")
    def set_fault() -> tuple[str, int]:
        try:
            provider.faults.set(Fault(**_body()))
        except TypeError as problem:
            raise Refused(f"A fault has no such field: {problem}") from problem
        return "", 204


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refused("A JSON object is needed.")
    return body
