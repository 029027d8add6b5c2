"""Answers as GitLab's REST API gives them, below ``/api/v4``.

Shapes: GitLab's own OpenAPI description (19.5). Without a token the shorter ``BasicProjectDetails`` is given; since
GitLab 16 a project that moved answers 301 to ``/projects/ID``: https://docs.gitlab.com/api/projects/
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from demo.providers.oauth_gitlab import DIALECT
from demo.providers.provider import Provider, base_url, may_see, own_token, page_of, signed_in, token, visible
from demo.providers.state import Account, Repository, State

PREFIX = "/api/v4"
MESSAGES = {
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Project Not Found",
    410: "410 Gone",
    451: "451 Unavailable For Legal Reasons",
    500: "500 Internal Server Error",
}


def moment(when: datetime) -> str:
    """A time as GitLab writes it: milliseconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def user(account: Account) -> dict[str, Any]:
    """A user, as it stands by itself and inside projects."""
    return {
        "id": account.id,
        "username": account.login,
        "name": account.name,
        "state": "active",
        "locked": False,
        "avatar_url": None,
        "web_url": f"{base_url()}/{account.login}",
    }


def signed_in_user(account: Account) -> dict[str, Any]:
    """A user, as whoever is signed in is told."""
    return {**user(account), "created_at": moment(account.created_at), "bot": False, "followers": 0}


def namespace(repository: Repository) -> dict[str, Any]:
    """The place a project lives in: a user's own, or a group; its id is not the user's."""
    space = repository.namespace
    is_group = space.account.kind == "organization"
    return {
        "id": space.id,
        "name": space.account.name,
        "path": space.slug.rpartition("/")[2],
        "kind": "group" if is_group else "user",
        "full_path": space.slug,
        "parent_id": None,
        "avatar_url": None,
        "web_url": f"{base_url()}/{'groups/' if is_group else ''}{space.slug}",
    }


def project(repository: Repository, state: State) -> dict[str, Any]:
    """A project: what everybody is told, and with a token the rest."""
    web = f"{base_url()}/{repository.full_path}"
    basic: dict[str, Any] = {
        "id": repository.id,
        "description": repository.description or None,
        "name": repository.name,
        "name_with_namespace": f"{repository.namespace.account.name} / {repository.name}",
        "path": repository.path,
        "path_with_namespace": repository.full_path,
        "created_at": moment(repository.created_at),
        "default_branch": None if repository.empty else "main",
        "tag_list": [],
        "topics": [],
        "ssh_url_to_repo": f"git@{request.host}:{repository.full_path}.git",
        "http_url_to_repo": f"{web}.git",
        "web_url": web,
        "readme_url": None,
        "forks_count": 0,
        "avatar_url": None,
        "star_count": 0,
        "last_activity_at": moment(repository.created_at),
        "visibility": repository.visibility,
        "namespace": namespace(repository),
    }
    return {**basic, **_for_signed_in(repository, state)} if token() else basic


def _for_signed_in(repository: Repository, state: State) -> dict[str, Any]:
    imported = repository.imported_from or repository.template_of
    body: dict[str, Any] = {
        "empty_repo": repository.empty,
        "archived": repository.archived,
        "creator_id": repository.creator_id,
        "import_status": "finished" if imported or repository.fork_of else "none",
        "mirror": repository.mirror_url is not None,
    }
    if repository.namespace.account.kind == "user":
        body["owner"] = user(repository.namespace.account)
    parent = state.repositories.get(repository.fork_of or 0)
    if parent is not None:
        body["forked_from_project"] = {
            "id": parent.id,
            "name": parent.name,
            "path": parent.path,
            "path_with_namespace": parent.full_path,
            "web_url": f"{base_url()}/{parent.full_path}",
        }
    return body


def error_body(status: int, message: str) -> tuple[str, str]:
    """An error as GitLab words it; its limits speak plain text."""
    if status == 429:
        return "Retry later\n", "text/plain"
    return json.dumps({"message": MESSAGES.get(status, message or MESSAGES[500])}), "application/json"


def error(status: int, message: str = "") -> Response:
    """An error as GitLab answers it."""
    body, mimetype = error_body(status, "")
    return Response(json.dumps({"message": message}) if message else body, status, mimetype=mimetype)


def add_headers(answer: Response) -> None:
    """The headers every answer of GitLab's API carries."""
    answer.headers["X-Request-Id"] = secrets.token_hex(16)
    answer.headers["X-Gitlab-Meta"] = json.dumps({"correlation_id": answer.headers["X-Request-Id"], "version": "1"})
    answer.headers["X-Runtime"] = "0.021"
    answer.headers["Vary"] = "Origin"
    answer.headers.setdefault("RateLimit-Limit", "2000")
    answer.headers.setdefault("RateLimit-Observed", "1")
    answer.headers.setdefault("RateLimit-Remaining", "1999")
    answer.headers.setdefault("RateLimit-Reset", str(int(time.time()) + 60))


class Api:
    """GitLab's addresses over what it remembers."""

    def __init__(self, state: State) -> None:
        self.state = state

    def project(self, which: str) -> Response:
        """``/projects/ID`` or ``/projects/OWNER%2FNAME``: digits alone are an id."""
        if which.isdigit():
            repository, moved = self.state.repositories.get(int(which)), False
        else:
            owner, _, path = which.rpartition("/")
            repository, moved = self.state.find(owner, path)
        if repository is None or not may_see(repository):
            return error(404)
        return moved_to(repository) if moved else jsonify(project(repository, self.state))

    def me(self) -> Response:
        """``/user``: whose token this is."""
        account = signed_in()
        return error(401) if account is None else jsonify(signed_in_user(account))

    def user(self, number: int) -> Response:
        """``/users/ID``."""
        account = self._person(number)
        if account is None:
            return error(404, "404 User Not Found")
        return jsonify(signed_in_user(account) if token() else user(account))

    def projects(self, number: int) -> Response:
        """``/users/ID/projects``: those of the personal namespace; ``search`` finds parts of names."""
        account = self._person(number)
        if account is None:
            return error(404, "404 User Not Found")
        wanted = request.args.get("search", "").casefold()
        found = [one for one in visible(account.namespaces[0]) if wanted in f"{one.name} {one.path}".casefold()]
        items, page, length = page_of(found, 20)
        answer = jsonify([project(one, self.state) for one in items])
        answer.headers["X-Page"], answer.headers["X-Per-Page"] = str(page), str(length)
        answer.headers["X-Total"] = str(len(found))
        answer.headers["X-Next-Page"] = str(page + 1) if page * length < len(found) else ""
        return answer

    def own_token(self) -> Response:
        """``/personal_access_tokens/self``: what this token is for, and until when."""
        account = signed_in()
        if account is None:
            return error(401)
        told = own_token()
        scopes, ends_at = (told.scopes, told.expires_at) if told else (("read_api",), None)
        return jsonify(
            id=account.id,
            name="portal",
            description=None,
            revoked=False,
            active=True,
            created_at=moment(account.created_at),
            last_used_at=None,
            user_id=account.id,
            scopes=list(scopes or ()),
            expires_at=ends_at.date().isoformat() if ends_at else None,
        )

    def newest(self) -> Response:
        """``/projects``: what the caller may see, newest first."""
        found = [one for space in self.state.spaces() for one in visible(space)]
        return jsonify([project(one, self.state) for one in page_of(found, 20)[0]])

    def _person(self, number: int) -> Account | None:
        account = self.state.accounts.get(number)
        return account if account is not None and account.kind == "user" else None


def register(app: Flask, state: State) -> None:
    """Add GitLab's addresses to an app."""
    api = Api(state)
    app.add_url_rule(f"{PREFIX}/projects/<path:which>", "api/project", api.project)
    app.add_url_rule(f"{PREFIX}/projects", "api/newest", api.newest)
    app.add_url_rule(f"{PREFIX}/personal_access_tokens/self", "api/own_token", api.own_token)
    app.add_url_rule(f"{PREFIX}/user", "api/me", api.me)
    app.add_url_rule(f"{PREFIX}/users/<int:number>", "api/user", api.user)
    app.add_url_rule(f"{PREFIX}/users/<int:number>/projects", "api/projects", api.projects)


def moved_to(repository: Repository) -> Response:
    """The redirect from an address that was left behind."""
    answer = error(301, "301 Moved Permanently")
    answer.headers["Location"] = f"{base_url()}{PREFIX}/projects/{repository.id}"
    return answer


def gitlab() -> Provider:
    """A stand-in for GitLab, empty."""
    return Provider(
        key="gitlab",
        title="GitLab",
        api_prefix=PREFIX,
        owner_word="account",
        visibilities=("public", "internal", "private"),
        origins=("template", "mirror", "import"),
        state=State(namespace_ids_differ=True, has_subgroups=True),
        error_body=error_body,
        register=register,
        add_headers=add_headers,
        dialect=DIALECT,
    )


def gitlab_self_managed() -> Provider:
    """A stand-in for a GitLab of one's own, below a path of its host, empty."""
    provider = gitlab()
    provider.key, provider.title, provider.mount = "gitlab_self_managed", "Self-managed GitLab", "/gitlab"
    return provider
