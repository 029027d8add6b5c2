"""The web pages of a stand-in: for people, to change what is there, to see a repository, and to make it fail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, redirect, render_template, request
from werkzeug import Response

from demo.providers import asked
from demo.providers.faults import Fault
from demo.providers.provider import Provider
from demo.providers.state import Refused

MOODS: dict[str, tuple[str, dict[str, Any]]] = {
    "normal": ("answers normally", {"kind": "normal"}),
    "error": ("answers 500 to everything", {"kind": "error"}),
    "hang": ("never answers", {"kind": "hang"}),
    "slow": ("answers after two seconds", {"kind": "slow", "seconds": 2}),
    "throttled": ("throttles: 429, “Retry-After: 60”", {"kind": "throttled", "seconds": 60}),
    "unauthorized": ("refuses the token: 401", {"kind": "unauthorized"}),
    "forbidden": ("refuses the token's rights: 403", {"kind": "forbidden"}),
    "not_found": ("finds nothing: 404", {"kind": "not_found"}),
    "gone": ("has withdrawn its API: 410", {"kind": "gone"}),
    "html": ("answers with a web page", {"kind": "html"}),
    "truncated": ("cuts its answers in half", {"kind": "truncated"}),
}
ORIGINS = {"template": "from a template", "mirror": "as a mirror", "import": "by an import"}
ELSEWHERE = "https://git.example.org/elsewhere.git"


def register(app: Flask, provider: Provider) -> None:
    """Add the pages to a provider's app."""
    routes = Blueprint("page", __name__)
    _register_reading(routes, provider)
    _register_repositories(routes, provider)
    _register_accounts_and_mood(routes, provider)

    @routes.app_context_processor
    def words() -> dict[str, Any]:
        return {
            "provider": provider,
            "moods": MOODS,
            "origins": ORIGINS,
            "base": request.root_url,
            "root": request.script_root,
        }

    @app.before_request
    def refuse_other_sites() -> None:
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
            abort(403)

    app.register_blueprint(routes)


def _register_reading(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.get("/")
    def show_home() -> str:
        return home(provider)

    @routes.get("/new")
    @routes.get("/projects/new")
    @routes.get("/repo/create")
    @routes.get("/profile")
    def show_form() -> str:
        spaces = sorted(state.spaces(), key=lambda one: one.slug.casefold())
        return render_template("new.html", spaces=spaces, name=request.args.get("name", ""))

    @routes.get("/<owner>/<path>")
    @routes.get("/<any(users, projects):_place>/<owner>/repos/<path>")
    @routes.get("/<any(users, projects):_place>/<owner>/repos/<path>/browse")
    def show_repository(owner: str, path: str, _place: str = "") -> str:
        repository, _ = state.find(owner, path.removesuffix(".git"))
        if repository is None or not repository.is_public:
            abort(404)
        return render_template("repository.html", repository=repository)


def home(provider: Provider, problem: str = "") -> str:
    """The first page, with what was refused on top."""
    with provider.state.lock:
        accounts = sorted(provider.state.accounts.values(), key=lambda one: one.login.casefold())
        fault = provider.faults.in_force.get("api")
        return render_template("home.html", accounts=accounts, mood=fault.kind if fault else "normal", problem=problem)


def _register_repositories(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.post("/-/repositories")
    def create() -> Response:
        facts: dict[str, Any] = {key: request.form[key] for key in ("owner", "name", "visibility", "description")}
        origin = request.form.get("origin", "")
        facts.update(_origin(provider, origin))
        return _back(asked.make_repository(state, facts).namespace.account.id)

    @routes.post("/-/repositories/<int:number>/<change>")
    def change(number: int, change: str) -> Response:
        repository = state.repository(number)
        home = repository.namespace.account.id
        if change == "delete":
            state.remove_repository(number)
        elif change == "fork":
            copy = asked.make_repository(state, {"owner": request.form["owner"], "fork_of": number})
            home = copy.namespace.account.id
        elif change in ("name", "owner", "visibility", "description"):
            asked.change_repository(state, number, {change: request.form[change]})
            home = repository.namespace.account.id
        else:
            abort(404)
        return _back(home)


def _origin(provider: Provider, origin: str) -> dict[str, Any]:
    if origin == "template":
        others = list(provider.state.repositories)
        if not others:
            raise Refused("There is no repository yet to take as a template.")
        return {"template_of": others[0]}
    return {"mirror": {"mirror_url": ELSEWHERE}, "import": {"imported_from": ELSEWHERE}}.get(origin, {})


def _register_accounts_and_mood(routes: Blueprint, provider: Provider) -> None:
    state = provider.state

    @routes.post("/-/accounts")
    def add_account() -> Response:
        return _back(state.add_account(request.form["login"].strip(), kind=request.form["kind"]).id)

    @routes.post("/-/accounts/<int:number>/login")
    def rename_account(number: int) -> Response:
        return _back(state.rename_account(number, request.form["login"].strip()).id)

    @routes.post("/-/mood")
    def set_mood() -> Response:
        _, fault = MOODS[request.form["mood"]]
        provider.faults.set(Fault(**fault))
        return redirect(f"{request.script_root}/", 303)


def _back(account: int) -> Response:
    return redirect(f"{request.script_root}/#account-{account}", 303)
