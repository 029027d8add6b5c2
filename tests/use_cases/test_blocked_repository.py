"""A repository that its provider has taken down waits for an agent, who writes to the requester."""

from __future__ import annotations

from support_portal.domain.evidence import Check, Missing
from support_portal.ports.desk_screens import QueueQuery, View
from support_portal.use_cases import desk
from tests.use_cases.stage import Stage
from tests.use_cases.test_verify import PATH, mailed


def test_a_repository_that_the_provider_blocked_waits_for_an_agent(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = Missing(451)
    stage.submit(done)
    assert [(one.check, one.variant) for one in stage.last_run(done).failed] == [(Check.REPOSITORY_FOUND, "blocked")]
    stage.passes(minutes=2)
    assert mailed(stage) == 1
    assert "The provider has blocked this repository" in stage.last().text
    waiting = stage.tools.screens.desk.queue(ben, QueueQuery(View.REPLY)).rows
    assert [(row.reference, row.needs_reply) for row in waiting] == [(done.reference, True)]
    stage.passes(minutes=30)
    desk.reply(done.reference, ben.id, "Take your other account, please.", tools=stage.tools)
    stage.passes(hours=6)
    assert stage.tools.screens.desk.queue(ben, QueueQuery(View.REPLY)).rows == ()


def test_a_blocked_repository_that_nobody_linked_waits_for_an_agent_too(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = Missing(451)
    stage.passes(minutes=2)
    waiting = stage.tools.screens.desk.queue(ben, QueueQuery(View.REPLY)).rows
    assert [row.reference for row in waiting] == [done.reference]
