"""Makes the sample data in an empty database, or in one that holds half of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine, text

from demo.story.clock import SetClock
from demo.story.drain import Drain
from demo.story.marker import BEGUN, Marker
from demo.story.outside import Mailbox, StandIn
from demo.story.telling import BEGAN, tell
from demo.story.world import World
from support_portal.settings import Settings
from support_portal.wiring import tools_from, upgrade_database


class NotOurs(Exception):
    """The database holds what no story has made."""


def make(settings: Settings, marker: Marker) -> None:
    """Tell the whole story; half of one, left by a kill, is thrown away first. Raises NotOurs."""
    engine = create_engine(settings.database_url or "")
    try:
        if marker.state == BEGUN:
            _throw_away(engine, settings)
        elif not _is_empty(engine):
            raise NotOurs(f"{settings.data_dir} holds a portal that is no demo: set PORTAL_DATA_DIR to another.")
        marker.begin()
        marker.finish(_tell(engine, settings))
    finally:
        engine.dispose()


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = "select exists (select from staff) or exists (select from accounts) or exists (select from requests)"
        return not connection.execute(text(found)).scalar_one()


def _throw_away(engine: Engine, settings: Settings) -> None:
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    upgrade_database(settings)


def _tell(engine: Engine, settings: Settings) -> Mapping[str, str]:
    urls = {
        "github": settings.github_web_url,
        "gitlab": settings.gitlab_web_url,
        "bitbucket": settings.bitbucket_web_url,
    }
    started = datetime.now(UTC)
    clock = SetClock(started - timedelta(days=BEGAN))
    # Without chance the same cases are in the same states at each telling.
    tools = replace(tools_from(settings, clock=clock), spread=lambda: 1.0)
    world = World(
        started=started,
        clock=clock,
        tools=tools,
        drain=Drain(engine, tools, clock),
        providers={key: StandIn(url) for key, url in urls.items()},
        mailbox=Mailbox(f"http://127.0.0.1:{settings.port + 4}"),
    )
    for provider in world.providers.values():
        provider.reset()
    world.mailbox.clear()
    tell(world, engine)
    return world.references
