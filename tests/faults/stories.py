"""The stories that are lived through while parts are killed, and how each has to end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from support_portal.domain.cases import State
from tests.faults.client import PATIENCE, PAUSE, Client, GaveUp, Inbox, link_in
from tests.phones import Phone
from tests.stand_ins import StandIn

NAME = "bitrise_verification"


@dataclass(frozen=True)
class Agent:
    """Somebody at the desk, with all that it takes to sign in."""

    address: str
    password: str
    phone: Phone
    codes: int  # recovery codes that there were

    @property
    def codes_tried(self) -> int:
        """How many recovery codes have been typed so far."""
        return self.codes - len(self.phone.recovery_codes)


@dataclass
class Stage:
    """What every story plays on: the portal's address, the mails, the providers, what the database says."""

    address: str
    inbox: Inbox
    providers: dict[str, StandIn]
    state_of: Callable[[str], str | None]  # by registered address; None while there is no case or no answer
    staff: list[Agent]


@dataclass
class Story:
    """One person's request."""

    kind: str
    address: str
    provider: str
    account: dict[str, object]
    ends: State
    client: Client | None = None
    problem: str = ""
    pressed_again: int = 0
    reference: str = ""
    page: str = ""
    notes: list[str] = field(default_factory=list)


KINDS: dict[str, tuple[int, State]] = {
    "removed": (60, State.REMOVED),
    "denied": (12, State.DENIED),
    "withdrawn": (10, State.WITHDRAWN),
    "stopped": (10, State.WITHDRAWN),
    "wrong owner": (8, State.AWAITING_REPOSITORY),
}


def kinds(count: int, chance: random.Random) -> list[str]:
    """So many kinds of story, in the mix above."""
    names, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    return [*names, *chance.choices(names, weights, k=max(0, count - len(names)))][:count]


def live(story: Story, stage: Stage) -> None:
    """Live one story to its end; what goes wrong is written into it."""
    story.client = Client(stage.address)
    try:
        _ask(story, stage)
        _STORIES[story.kind](story, stage)
        _until(lambda: stage.state_of(story.address) == story.ends, f"ends as {story.ends}")
    except (GaveUp, AssertionError, KeyError) as error:
        story.problem = f"{type(error).__name__}: {error}"
    story.pressed_again = story.client.pressed_again


def _ask(story: Story, stage: Stage) -> None:
    client = _client(story)
    answers = {"email": story.address, "reason": "My phone is gone.", "has_recovery_code": "no", "set_up_by_me": "yes"}
    client.send("/request", answers)
    path = link_in(stage.inbox.wait_for(story.address, "Confirm your request"), "requests/confirm")
    _press(lambda: client.send(path, {}), lambda: stage.state_of(story.address) not in {None, State.UNCONFIRMED})
    story.page = link_in(stage.inbox.wait_for(story.address, "create a repository"), "cases")
    story.reference = story.page.split("/")[2]


def _repository(story: Story, stage: Stage, owner: str | None = None) -> None:
    provider = stage.providers[story.provider]
    owner = owner or str(story.account["login"])
    made = provider.repository(owner, NAME)
    link = f"{provider.url}/{made['owner']}/{NAME}"
    _client(story).send(story.page, {"repository_url": link})


def _reviewed(story: Story, stage: Stage) -> Client:
    _repository(story, stage)
    _until(lambda: stage.state_of(story.address) == State.IN_REVIEW, "is ready to decide")
    agent = Client(stage.address)
    person = random.choice(stage.staff)
    _press(lambda: _sign_in(agent, person), lambda: "Queue" in agent.open("/desk"))
    return agent


def _sign_in(browser: Client, person: Agent) -> None:
    browser.send("/sign-in", {"email": person.address, "password": person.password})
    browser.send("/sign-in/two-factor", {"code": person.phone.recovery_code()})


def _decided(story: Story, stage: Stage, question: str, **fields: str) -> None:
    agent = _reviewed(story, stage)
    path = f"/desk/cases/{story.reference}/{question}"
    sent = {"note": "Looked at it.", **fields}
    _press(lambda: agent.send(path, sent), lambda: stage.state_of(story.address) not in {None, State.IN_REVIEW})


def _removed(story: Story, stage: Stage) -> None:
    _decided(story, stage, "approve", reason="nothing_against_it")


def _denied(story: Story, stage: Stage) -> None:
    _decided(story, stage, "deny", reason="owner_not_confirmed")


def _withdrawn(story: Story, stage: Stage) -> None:
    client = _client(story)
    _press(
        lambda: client.send(story.page, {"action": "withdraw"}, on=f"{story.page}?ask=withdraw"),
        lambda: stage.state_of(story.address) == State.WITHDRAWN,
    )


def _stopped(story: Story, stage: Stage) -> None:
    second = story.address.replace("@", "-second@")
    path = link_in(stage.inbox.wait_for(second, ""), "stop")
    client = Client(stage.address)
    _press(lambda: client.send(path, {"who": "not-me"}), lambda: stage.state_of(story.address) == State.WITHDRAWN)


def _wrong_owner(story: Story, stage: Stage) -> None:
    stranger = stage.providers[story.provider].account(f"stranger-{story.account['login']}")
    _repository(story, stage, str(stranger["login"]))
    stage.inbox.wait_for(story.address, "to fix in your repository")


_STORIES: dict[str, Callable[[Story, Stage], None]] = {
    "removed": _removed,
    "denied": _denied,
    "withdrawn": _withdrawn,
    "stopped": _stopped,
    "wrong owner": _wrong_owner,
}


def _client(story: Story) -> Client:
    if story.client is None:
        raise GaveUp("nobody is at the keyboard")
    return story.client


def _press(act: Callable[[], object], is_done: Callable[[], bool]) -> None:
    """Press a button until it had its effect: an answer that was lost is no reason to give up."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        act()
        for _ in range(10):
            if is_done():
                return
            time.sleep(PAUSE)
    raise GaveUp("the button had no effect")


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(PAUSE)
    raise GaveUp(f"never {what}")
