"""The applications that are registered with the stand-ins: one with each, of made-up names and secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """An application that may ask who somebody is: its id, its secret and the name people read when they are asked."""

    id: str
    secret: str
    name: str = "Support portal"


REGISTERED_WITH = ("github", "gitlab", "bitbucket", "github_enterprise", "gitlab_self_managed")
CLIENTS = {key: Client(f"portal-at-{key}", f"made-up-and-no-secret-at-{key}") for key in REGISTERED_WITH}
