"""Replacing a key: what an older one sealed is sealed anew with the newest, while people go on signing in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from support_portal.domain.errors import Stale
from support_portal.domain.moves import Actor, By, Event
from support_portal.ports.logins import SealBroken
from support_portal.ports.sealed import Place
from support_portal.ports.tools import Tools

AT_ONCE = 500  # ids that are read at a time; each row is a transaction of its own


@dataclass(frozen=True)
class Rotated:
    """What came of one place: how many secrets were sealed anew, and how many an older or unknown key still seals."""

    place: str
    done: int
    left: int


def rotate_keys(by: str, *, tools: Tools) -> list[Rotated]:
    """Seal everything with the newest key; cut short, the next run goes on where this one stopped.

    A row stays as it is when no key opens it, or when somebody holds it for too long: those count as left.
    """
    with tools.uow.begin() as work:
        places = work.sealed.places()
    done = {place: _rotate(place, tools) for place in places}
    with tools.uow.begin() as work:
        newest = tools.sealing.newest
        rotated = [Rotated(place.name, done[place], work.sealed.count_older(place, newest)) for place in places]
        told = ", ".join(f"{one.place}: {one.done} sealed anew, {one.left} left" for one in rotated)
        work.records.tell(Event(None, work.now, "keys_rotated", Actor(By.PORTAL, by), why=told))
    return rotated


def _rotate(place: Place, tools: Tools) -> int:
    done, after = 0, None
    while rows := _older(place, after, tools):
        done += sum(_seal_anew(place, row, tools) for row in rows)
        after = rows[-1]
    return done


def _older(place: Place, after: UUID | None, tools: Tools) -> list[UUID]:
    with tools.uow.begin() as work:
        return list(work.sealed.older(place, tools.sealing.newest, after, AT_ONCE))


def _seal_anew(place: Place, row: UUID, tools: Tools) -> bool:
    try:
        with tools.uow.begin() as work:
            found = work.sealed.hold(place, row, tools.sealing.newest)
            if found is None:
                return False
            secret = tools.sealing.open(place.purpose, found.owner, found.sealed)
            work.sealed.put(place, row, tools.sealing.seal(place.purpose, found.owner, secret))
    except (SealBroken, Stale):
        return False
    return True
