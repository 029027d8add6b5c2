"""Answers as GitHub's REST API gives them, in the form of GitHub Enterprise Server: below ``/api/v3``.

Shapes: the published OpenAPI description (version 2022-11-28). A renamed or transferred repository answers 301 to
``/repositories/ID``: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from demo.providers import github_apps
from demo.providers.github_links import COUNTS, REPOSITORY_LINKS, USER_LINKS
from demo.providers.oauth_github import DIALECT
from demo.providers.provider import Provider, base_url, may_see, own_token, page_of, signed_in, token
from demo.providers.state import Account, Repository, State

PREFIX = "/api/v3"
DOCUMENTATION = "https://docs.github.com/rest"
MESSAGES = {
    401: "Bad credentials",
    403: "Resource not accessible by personal access token",
    404: "Not Found",
    410: "This endpoint has been removed.",
    429: "API rate limit exceeded",
    451: "Repository access blocked",
    500: "Server Error",
}
HOURLY_LIMIT = 5_000


def moment(when: datetime) -> str:
    """A time as GitHub writes it: whole seconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def simple_user(account: Account) -> dict[str, Any]:
    """An account as it stands inside other answers."""
    api = f"{base_url()}{PREFIX}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": f"U_{account.id}",
        "avatar_url": f"{base_url()}/avatars/u/{account.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{base_url()}/{account.login}",
        **{name: api + tail for name, tail in USER_LINKS.items()},
        "type": "Organization" if account.kind == "organization" else "User",
        "site_admin": False,
        "user_view_type": "public",
    }


def public_user(account: Account) -> dict[str, Any]:
    """An account as it stands by itself."""
    nothing = dict.fromkeys(("company", "location", "email", "hireable", "bio", "twitter_username"))
    return {
        **simple_user(account),
        **nothing,
        "name": account.name,
        "blog": "",
        "public_repos": sum(one.is_public for space in account.namespaces for one in space.repositories),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": moment(account.created_at),
        "updated_at": moment(account.created_at),
    }


def minimal_repository(repository: Repository) -> dict[str, Any]:
    """A repository as it stands in lists."""
    api = f"{base_url()}{PREFIX}/repos/{repository.full_path}"
    web = f"{base_url()}/{repository.full_path}"
    host = request.host
    return {
        "id": repository.id,
        "node_id": f"R_{repository.id}",
        "name": repository.path,
        "full_name": repository.full_path,
        "private": not repository.is_public,
        "owner": simple_user(repository.namespace.account),
        "html_url": web,
        "description": repository.description or None,
        "fork": repository.fork_of is not None,
        "url": api,
        **{name: api + tail for name, tail in REPOSITORY_LINKS.items()},
        "git_url": f"git://{host}/{repository.full_path}.git",
        "ssh_url": f"git@{host}:{repository.full_path}.git",
        "clone_url": f"{web}.git",
        "svn_url": web,
        "mirror_url": repository.mirror_url,
        "homepage": None,
        "language": None,
        "license": None,
        "size": 0,
        "default_branch": "main",
        "is_template": False,
        "topics": [],
        **dict.fromkeys(COUNTS, 0),
        **dict.fromkeys(("has_issues", "has_projects", "has_downloads", "has_wiki", "allow_forking"), True),
        **dict.fromkeys(("has_pages", "has_discussions", "disabled", "web_commit_signoff_required"), False),
        "archived": repository.archived,
        "visibility": repository.visibility,
        "pushed_at": moment(repository.created_at),
        "created_at": moment(repository.created_at),
        "updated_at": moment(repository.created_at),
        "permissions": {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True},
    }


def full_repository(repository: Repository, state: State) -> dict[str, Any]:
    """A repository as it stands by itself."""
    body = {**minimal_repository(repository), "temp_clone_token": None, "network_count": 0, "subscribers_count": 1}
    owner = repository.namespace.account
    if owner.kind == "organization":
        body["organization"] = simple_user(owner)
    parent = state.repositories.get(repository.fork_of or 0)
    if parent is not None:
        body["parent"] = body["source"] = minimal_repository(parent)
    template = state.repositories.get(repository.template_of or 0)
    if template is not None:
        body["template_repository"] = minimal_repository(template)
    return body


def error_body(status: int, message: str) -> tuple[str, str]:
    """An error as GitHub words it."""
    text = message or MESSAGES.get(status, "Server Error")
    return json.dumps({"message": text, "documentation_url": DOCUMENTATION, "status": str(status)}), "application/json"


def error(status: int) -> Response:
    """An error as GitHub answers it."""
    body, mimetype = error_body(status, "")
    return Response(body, status, mimetype=mimetype)


def add_headers(answer: Response) -> None:
    """The headers every answer of GitHub's API carries."""
    answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
    answer.headers["X-GitHub-Request-Id"] = a_request_id()
    answer.headers.setdefault("X-RateLimit-Limit", str(HOURLY_LIMIT))
    answer.headers.setdefault("X-RateLimit-Remaining", str(HOURLY_LIMIT - 1))
    answer.headers.setdefault("X-RateLimit-Reset", str(int(time.time()) + 3_600))
    answer.headers.setdefault("X-RateLimit-Used", "1")
    answer.headers.setdefault("X-RateLimit-Resource", "core")
    add_token_headers(answer)


def a_request_id() -> str:
    """GitHub's own number for an answer."""
    return ":".join(secrets.token_hex(2).upper() for _ in range(5))


def add_token_headers(answer: Response) -> None:
    """What is told of a classic token: its scopes, and when it ends. Of other tokens no scope is told."""
    told = own_token()
    if token() and (told is None or told.scopes is not None):
        answer.headers["X-OAuth-Scopes"] = ", ".join((told.scopes if told else None) or ())
    if told is not None and told.expires_at is not None and told.login is not None:
        answer.headers["GitHub-Authentication-Token-Expiration"] = f"{told.expires_at:%Y-%m-%d %H:%M:%S} UTC"


class Api:
    """GitHub's addresses over what it remembers."""

    def __init__(self, state: State) -> None:
        self.state = state

    def repository_at(self, owner: str, name: str) -> Response:
        """``/repos/OWNER/NAME``."""
        repository, moved = self.state.find(owner, name)
        if moved and repository is not None and may_see(repository):
            return moved_to(repository)
        return self._repository(repository)

    def repository(self, number: int) -> Response:
        """``/repositories/ID``."""
        return self._repository(self.state.repositories.get(number))

    def _repository(self, repository: Repository | None) -> Response:
        if repository is None or not may_see(repository):
            return error(404)
        return jsonify(full_repository(repository, self.state))

    def me(self) -> Response:
        """``/user``: whose token this is; without the scope ``user`` no more than anybody is told."""
        account = signed_in()
        return error(401) if account is None else jsonify(public_user(account))

    def account(self, number: int) -> Response:
        """``/user/ID``."""
        account = self.state.accounts.get(number)
        return error(404) if account is None else jsonify(public_user(account))

    def account_named(self, login: str) -> Response:
        """``/users/LOGIN``."""
        account = self.state.account_named(login)
        return error(404) if account is None else jsonify(public_user(account))

    def repositories(self, login: str) -> Response:
        """``/users/LOGIN/repos``: what is public."""
        account = self.state.account_named(login)
        if account is None:
            return error(404)
        public = [one for one in account.namespaces[0].repositories if one.is_public]
        items, number, length = page_of(public, 30)
        answer = jsonify([minimal_repository(one) for one in items])
        if number * length < len(public):
            answer.headers["Link"] = f'<{request.base_url}?page={number + 1}&per_page={length}>; rel="next"'
        return answer

    def limits(self) -> Response:
        """``/rate_limit``."""
        core = {"limit": HOURLY_LIMIT, "remaining": HOURLY_LIMIT - 1, "reset": int(time.time()) + 3_600, "used": 1}
        return jsonify({"resources": {"core": core, "search": core}, "rate": core})


def register(app: Flask, state: State) -> None:
    """Add GitHub's addresses to an app."""
    api = Api(state)
    app.add_url_rule(f"{PREFIX}/repos/<owner>/<name>", "api/repository_at", api.repository_at)
    app.add_url_rule(f"{PREFIX}/repositories/<int:number>", "api/repository", api.repository)
    app.add_url_rule(f"{PREFIX}/user", "api/me", api.me)
    app.add_url_rule(f"{PREFIX}/user/<int:number>", "api/account", api.account)
    app.add_url_rule(f"{PREFIX}/users/<login>", "api/account_named", api.account_named)
    app.add_url_rule(f"{PREFIX}/users/<login>/repos", "api/repositories", api.repositories)
    app.add_url_rule(f"{PREFIX}/rate_limit", "api/limits", api.limits)
    github_apps.register(app, PREFIX)


def moved_to(repository: Repository) -> Response:
    """The redirect from an address that was left behind."""
    location = f"{base_url()}{PREFIX}/repositories/{repository.id}"
    body = {"message": "Moved Permanently", "url": location, "documentation_url": DOCUMENTATION}
    answer = jsonify(body)
    answer.status_code = 301
    answer.headers["Location"] = location
    return answer


def github() -> Provider:
    """A stand-in for GitHub, empty."""
    return Provider(
        key="github",
        title="GitHub",
        api_prefix=PREFIX,
        owner_word="account",
        visibilities=("public", "private"),
        origins=("template", "mirror", "import"),
        state=State(),
        error_body=error_body,
        register=register,
        add_headers=add_headers,
        dialect=DIALECT,
    )
