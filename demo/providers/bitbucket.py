"""Answers as Bitbucket Cloud's REST API gives them, below ``/2.0``.

Shapes: the published OpenAPI description; ``parent`` is null where there is none, as the real API sends it. Since 2026
the workspaces of a person are told at ``/user/workspaces`` alone, and what told them before answers 410. Whether
the API redirects from an address left behind is not documented; this one does, as the web pages do.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, jsonify, request

from demo.providers.oauth_bitbucket import DIALECT
from demo.providers.provider import Provider, base_url, may_see, own_token, page_of, signed_in, visible
from demo.providers.state import Account, Namespace, Repository, State

T = TypeVar("T")
PREFIX = "/2.0"
MESSAGES = {
    401: "Token is invalid, expired, or not supported for this endpoint.",
    403: "Your credentials lack one or more required privilege scopes.",
    404: "Repository not found",
    410: "This API is no longer available.",
    429: "Rate limit for this resource has been exceeded",
    451: "This repository is unavailable for legal reasons.",
    500: "Something went wrong",
}
HOURLY_LIMIT = 1_000


def moment(when: datetime) -> str:
    """A time as Bitbucket writes it: microseconds and an offset."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def links(**addresses: str) -> dict[str, dict[str, str]]:
    """Addresses in the form Bitbucket gives them."""
    return {name: {"href": address} for name, address in addresses.items()}


def user(account: Account) -> dict[str, Any]:
    """A user or a team; ``nickname`` is for people only, ``uuid`` and ``account_id`` are stable."""
    body = {
        "type": "team" if account.kind == "organization" else "user",
        "uuid": account.uuid,
        "display_name": account.name,
        "links": links(
            self=f"{base_url()}{PREFIX}/users/{account.uuid}",
            html=f"{base_url()}/{account.uuid}/",
            avatar=f"{base_url()}/avatars/{account.id}",
        ),
    }
    if account.kind == "organization":
        return {**body, "username": account.login}
    return {**body, "account_id": account.account_id, "nickname": account.login}


def workspace(space: Namespace) -> dict[str, Any]:
    """A workspace; its uuid never changes, its slug may."""
    return {
        "type": "workspace",
        "uuid": space.uuid,
        "name": space.slug,
        "slug": space.slug,
        "links": links(self=f"{base_url()}{PREFIX}/workspaces/{space.slug}", html=f"{base_url()}/{space.slug}/"),
    }


def workspace_access(space: Namespace, administers: bool) -> dict[str, Any]:
    """That an account is in a workspace; the workspace is told without its name."""
    told = {key: value for key, value in workspace(space).items() if key != "name"}
    return {"type": "workspace_access", "administrator": administers, "workspace": {**told, "type": "workspace_base"}}


def repository_body(repository: Repository, state: State) -> dict[str, Any]:
    """A repository as it stands by itself and in lists."""
    api = f"{base_url()}{PREFIX}/repositories/{repository.full_path}"
    web = f"{base_url()}/{repository.full_path}"
    space = repository.namespace
    parent = state.repositories.get(repository.fork_of or 0)
    return {
        "type": "repository",
        "uuid": repository.uuid,
        "full_name": repository.full_path,
        "name": repository.name,
        "slug": repository.path,
        "description": repository.description,
        "is_private": not repository.is_public,
        "scm": "git",
        "website": None,
        "owner": user(space.account),
        "workspace": workspace(space),
        "project": _project(space),
        "parent": None if parent is None else _parent(parent),
        "created_on": moment(repository.created_at),
        "updated_on": moment(repository.created_at),
        "size": 0,
        "language": "",
        "has_issues": False,
        "has_wiki": False,
        "fork_policy": "allow_forks",
        "mainbranch": None if repository.empty else {"type": "branch", "name": "main"},
        "links": {**links(self=api, html=web, avatar=f"{web}/avatar", forks=f"{api}/forks"), **_clone(repository, web)},
    }


def _project(space: Namespace) -> dict[str, Any]:
    return {
        "type": "project",
        "key": "PROJ",
        "uuid": "{" + f"00000000-0000-4000-8000-{space.id:012d}" + "}",
        "name": "Project",
        "links": links(html=f"{base_url()}/{space.slug}/workspace/projects/PROJ"),
    }


def _parent(parent: Repository) -> dict[str, Any]:
    api = f"{base_url()}{PREFIX}/repositories/{parent.full_path}"
    return {
        "type": "repository",
        "uuid": parent.uuid,
        "name": parent.name,
        "full_name": parent.full_path,
        "links": links(self=api, html=f"{base_url()}/{parent.full_path}"),
    }


def _clone(repository: Repository, web: str) -> dict[str, Any]:
    ssh = f"git@{request.host}:{repository.full_path}.git"
    return {"clone": [{"name": "https", "href": f"{web}.git"}, {"name": "ssh", "href": ssh}]}


def error_body(status: int, message: str) -> tuple[str, str]:
    """An error as Bitbucket words it."""
    text = MESSAGES.get(status, message or MESSAGES[500])
    return json.dumps({"type": "error", "error": {"message": text}}), "application/json"


def error(status: int) -> Response:
    """An error as Bitbucket answers it."""
    body, mimetype = error_body(status, "")
    return Response(body, status, mimetype=mimetype)


def add_headers(answer: Response) -> None:
    """The headers every answer of Bitbucket's API carries."""
    answer.headers["X-Request-Id"] = secrets.token_hex(16)
    answer.headers["X-Served-By"] = "stand-in"
    answer.headers["X-Version"] = "1"
    if (told := own_token()) is not None and told.scopes is not None:
        answer.headers["X-OAuth-Scopes"] = ", ".join(told.scopes)
    if answer.status_code != 429:
        answer.headers.setdefault("X-RateLimit-Limit", str(HOURLY_LIMIT))
        answer.headers.setdefault("X-RateLimit-Resource", "api-repositories")
        answer.headers.setdefault("X-RateLimit-NearLimit", "false")


def paginated(found: list[T], body: Callable[[T], dict[str, Any]]) -> Response:
    """The page of a list that the query asks for, and where the next one is."""
    items, page, length = page_of(found, 10)
    answer: dict[str, Any] = {"values": [body(one) for one in items]}
    answer.update(pagelen=length, size=len(found), page=page)
    if page * length < len(found):
        answer["next"] = f"{request.base_url}?page={page + 1}&pagelen={length}"
    return jsonify(answer)


class Api:
    """Bitbucket's addresses over what it remembers."""

    def __init__(self, state: State) -> None:
        self.state = state

    def repository(self, space: str, slug: str) -> Response:
        """``/repositories/WORKSPACE/SLUG``, the workspace by uuid or slug."""
        named = self.state.namespace(space)
        repository, moved = self.state.find(named.slug if named else space, slug)
        if repository is None or not may_see(repository):
            return error(404)
        return moved_to(repository) if moved else jsonify(repository_body(repository, self.state))

    def repositories(self, space: str) -> Response:
        """``/repositories/WORKSPACE``."""
        named = self.state.namespace(space)
        if named is None:
            return error(404)
        found = visible(named)
        if "is_private=false" in request.args.get("q", ""):
            found = [one for one in found if one.is_public]
        return paginated(found, lambda one: repository_body(one, self.state))

    def me(self) -> Response:
        """``/user``: whose token this is."""
        account, told = signed_in(), own_token()
        if told is not None and "account" not in (told.scopes or ()):
            return error(403)
        return error(401) if account is None else jsonify(user(account))

    def hook_events(self) -> Response:
        """``/hook_events``: what everybody is told."""
        return jsonify(repository=links(events=f"{base_url()}{PREFIX}/hook_events/repository"))

    def my_workspaces(self) -> Response:
        """``/user/workspaces``: those the account is in, and whether it administers them."""
        account = signed_in()
        if account is None:
            return error(401)
        others = [self.state.namespace(one) for one in account.member_of]
        found = [(one, True) for one in account.namespaces] + [(one, False) for one in others if one]
        if wanted := request.args.get("administrator"):
            found = [(one, administers) for one, administers in found if administers == (wanted == "true")]
        return paginated(found, lambda one: workspace_access(*one))

    def withdrawn(self) -> Response:
        """What named the workspaces of a person until 2026."""
        return error(410)


def register(app: Flask, state: State) -> None:
    """Add Bitbucket's addresses to an app."""
    api = Api(state)
    app.add_url_rule(f"{PREFIX}/repositories/<space>/<slug>", "api/repository", api.repository)
    app.add_url_rule(f"{PREFIX}/repositories/<space>", "api/repositories", api.repositories)
    app.add_url_rule(f"{PREFIX}/hook_events", "api/hook_events", api.hook_events)
    app.add_url_rule(f"{PREFIX}/user", "api/me", api.me)
    app.add_url_rule(f"{PREFIX}/user/workspaces", "api/my_workspaces", api.my_workspaces)
    for number, path in enumerate(("/workspaces", "/user/permissions/workspaces")):
        app.add_url_rule(f"{PREFIX}{path}", f"api/withdrawn_{number}", api.withdrawn)


def moved_to(repository: Repository) -> Response:
    """The redirect from an address that was left behind."""
    answer = Response("", 301)
    answer.headers["Location"] = f"{base_url()}{PREFIX}/repositories/{repository.full_path}"
    return answer


def bitbucket() -> Provider:
    """A stand-in for Bitbucket Cloud, empty."""
    return Provider(
        key="bitbucket",
        title="Bitbucket",
        api_prefix=PREFIX,
        owner_word="workspace",
        visibilities=("public", "private"),
        origins=("import",),
        state=State(lowercase_paths=True, owns_workspaces=True, namespace_ids_differ=True),
        error_body=error_body,
        register=register,
        add_headers=add_headers,
        dialect=DIALECT,
    )
