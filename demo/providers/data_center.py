"""Answers as Bitbucket Data Center's REST API gives them, below ``/rest/api/1.0``.

https://developer.atlassian.com/server/bitbucket/rest/ . What belongs to a person lives in the project ``~LOGIN``, what
belongs to many in a project with a key. No date is told. Who may not see a repository is answered 401 with the name of
an exception, with good credentials too; a bad token is answered 401 with another one.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from flask import Flask, Response, g, jsonify, request

from demo.providers.provider import Provider, base_url, may_see
from demo.providers.state import Account, Repository, State

PREFIX = "/rest/api"
VERSIONS = ("1.0", "latest")
SERVER = {"version": "9.4.2", "buildNumber": "9004002", "buildDate": "1738000000000", "displayName": "Bitbucket"}
EXCEPTIONS = "com.atlassian.bitbucket."
ERRORS = {
    401: ("auth.TokenAuthenticationException", "Authentication failed. Please check your token and try again."),
    403: ("AuthorisationException", "You are not permitted to access this resource"),
    404: ("repository.NoSuchRepositoryException", "Repository does not exist."),
    429: ("ratelimit.RateLimitedException", "Rate limit exceeded."),
}
NOT_PERMITTED = ("AuthorisationException", "You are not permitted to access this resource")
UNKNOWN_ERROR = ("server.InternalServerException", "An error occurred while processing the request.")


def user(account: Account) -> dict[str, Any]:
    """A person; ``id`` never changes, ``name`` and ``slug`` may."""
    return {
        "name": account.login,
        "emailAddress": f"{account.login}@users.example",
        "active": True,
        "displayName": account.name,
        "id": account.id,
        "slug": account.login.casefold(),
        "type": "NORMAL",
        "links": {"self": [{"href": f"{base_url()}/users/{account.login}"}]},
    }


def project(account: Account, number: int) -> dict[str, Any]:
    """What repositories live in: a person's own has an owner, one of many people has a key."""
    if account.kind == "organization":
        key = account.login.upper()
        links = {"self": [{"href": f"{base_url()}/projects/{key}"}]}
        told = {"key": key, "id": number, "name": account.name, "public": True, "type": "NORMAL"}
        return {**told, "description": "", "links": links}
    links = {"self": [{"href": f"{base_url()}/users/{account.login}"}]}
    told = {"key": f"~{account.login.upper()}", "id": number, "name": account.name, "type": "PERSONAL"}
    return {**told, "owner": user(account), "links": links}


def repository_body(repository: Repository, state: State) -> dict[str, Any]:
    """A repository as it stands by itself; ``origin`` is there for forks alone, a description where there is one."""
    web = f"{base_url()}/{web_path(repository)}"
    body = {
        "slug": repository.path,
        "id": repository.id,
        "name": repository.name,
        "hierarchyId": f"{repository.id:020x}",
        "scmId": "git",
        "state": "AVAILABLE",
        "statusMessage": "Available",
        "forkable": True,
        "project": project(repository.namespace.account, repository.namespace.id),
        "public": repository.is_public,
        "archived": repository.archived,
        "links": {"clone": _clone(repository), "self": [{"href": f"{web}/browse"}]},
    }
    if repository.description:
        body["description"] = repository.description
    parent = state.repositories.get(repository.fork_of or 0)
    return body if parent is None else {**body, "origin": repository_body(parent, state)}


def _clone(repository: Repository) -> list[dict[str, str]]:
    account = repository.namespace.account
    key = ("" if account.kind == "organization" else "~") + account.login
    path = f"{key}/{repository.path}.git"
    host = request.host.partition(":")[0]
    return [
        {"href": f"{base_url()}/scm/{path}", "name": "http"},
        {"href": f"ssh://git@{host}:7999/{path}", "name": "ssh"},
    ]


def web_path(repository: Repository) -> str:
    """Where people look at a repository."""
    account = repository.namespace.account
    place = f"projects/{account.login.upper()}" if account.kind == "organization" else f"users/{account.login}"
    return f"{place}/repos/{repository.path}"


def error_body(status: int, message: str) -> tuple[str, str]:
    """An error as Bitbucket words it."""
    exception, text = ERRORS.get(status, UNKNOWN_ERROR)
    return _errors(exception, text if status in ERRORS else message or text), "application/json"


def _errors(exception: str, text: str) -> str:
    return json.dumps({"errors": [{"context": None, "message": text, "exceptionName": EXCEPTIONS + exception}]})


def error(status: int, told: tuple[str, str]) -> Response:
    """An error as Bitbucket answers it."""
    return Response(_errors(*told), status, mimetype="application/json")


def add_headers(answer: Response) -> None:
    """The headers every answer of the API carries; with a token, also whose it is."""
    answer.headers["X-AREQUESTID"] = f"@{secrets.token_hex(4)}x100x1x0"
    answer.headers["Cache-Control"] = "no-cache, no-transform"
    if g.account is not None:
        answer.headers["X-AUSERNAME"] = g.account.login
        answer.headers["X-AUSERID"] = str(g.account.id)


class Api:
    """Data Center's addresses over what it remembers."""

    def __init__(self, state: State) -> None:
        self.state = state

    def repository(self, key: str, slug: str) -> Response:
        """``/projects/KEY/repos/SLUG``, the key being ``~LOGIN`` for what is a person's own."""
        account = self._owner(key)
        if account is None:
            return error(404, ("project.NoSuchProjectException", f"Project {key} does not exist."))
        repository, moved = self.state.find(account.login, slug)
        if repository is None or moved:
            return error(404, (ERRORS[404][0], f"Repository {key}/{slug} does not exist."))
        if not may_see(repository):
            return error(401, NOT_PERMITTED)
        return jsonify(repository_body(repository, self.state))

    def user(self, slug: str) -> Response:
        """``/users/SLUG``."""
        account = self._owner(f"~{slug}")
        if account is None:
            return error(404, ("user.NoSuchUserException", f"User {slug} does not exist."))
        return jsonify(user(account))

    def properties(self) -> Response:
        """``/application-properties``: what everybody is told of the server."""
        return jsonify(SERVER)

    def _owner(self, key: str) -> Account | None:
        account = self.state.account_named(key.removeprefix("~"))
        kind = "user" if key.startswith("~") else "organization"
        return account if account is not None and account.kind == kind else None


def register(app: Flask, state: State) -> None:
    """Add Data Center's addresses to an app."""
    api = Api(state)
    for version in VERSIONS:
        below = f"{PREFIX}/{version}"
        app.add_url_rule(f"{below}/projects/<key>/repos/<slug>", f"api/repository/{version}", api.repository)
        app.add_url_rule(f"{below}/users/<slug>", f"api/user/{version}", api.user)
        app.add_url_rule(f"{below}/application-properties", f"api/properties/{version}", api.properties)


def data_center() -> Provider:
    """A stand-in for Bitbucket Data Center, empty. People cannot sign in at another application with it."""
    return Provider(
        key="data_center",
        title="Bitbucket Data Center",
        api_prefix=PREFIX,
        owner_word="account",
        visibilities=("public", "private"),
        origins=("import",),
        state=State(lowercase_paths=True, namespace_ids_differ=True),
        error_body=error_body,
        register=register,
        add_headers=add_headers,
        dialect=None,
        web_path=web_path,
    )
