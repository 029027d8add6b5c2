"""How each case of identity comes about: what people did at the provider before a worker looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from support_portal.adapters.providers.credentials import Access, Secret
from tests.adapters.providers.place import CODE, OTHER_INSTANCE, Place
from tests.adapters.providers.situations import PASSED, Arrange
from tests.builders import REQUIRED_NAME


def made(**facts: Any) -> Arrange:
    """Ana made a repository."""

    def arrange(place: Place) -> None:
        place.repository(**facts)

    return arrange


def made_at(age: timedelta) -> Arrange:
    """Ana's repository is older than the instructions by so much."""

    def arrange(place: Place) -> None:
        place.repository(created_at=(place.worker.challenge_at - age).isoformat())

    return arrange


def changed(**changes: Any) -> Arrange:
    """Ana made a repository, and changed it then."""

    def arrange(place: Place) -> None:
        if "owner" in changes:
            place.stand_in.account(changes["owner"])
        place.stand_in.change(place.repository()["id"], **changes)

    return arrange


def copied(**facts: Any) -> Arrange:
    """Ana's repository comes from elsewhere; `...` stands for the number of somebody's repository."""

    def arrange(place: Place) -> None:
        place.stand_in.account("mallory")
        original = place.repository("original", owner="mallory")["id"]
        place.repository(**{key: original if value is ... else value for key, value in facts.items()})

    return arrange


def named(name: str, link_name: str, **facts: Any) -> Arrange:
    """The repository has this name, and the link that one."""

    def arrange(place: Place) -> None:
        place.repository(name, **facts)
        place.link = place.address("ana", link_name)

    return arrange


def linked(owner: str, name: str = REQUIRED_NAME) -> Arrange:
    """Ana's repository is right, and the link names it so."""

    def arrange(place: Place) -> None:
        place.repository()
        place.link = place.address(owner, name)

    return arrange


def account_renamed(link_owner: str, *, is_taken: bool, has_one: bool = True) -> Arrange:
    """Ana's account was renamed, and its old name may be somebody else's now, with a repository of that name."""

    def arrange(place: Place) -> None:
        if has_one:
            place.repository()
        place.stand_in.rename_account(place.account["id"], "ana-b")
        if is_taken:
            place.stand_in.account("ana")
            place.repository(owner="ana")
        place.link = place.address(link_owner)

    return arrange


def somebody_elses(login: str) -> Arrange:
    def arrange(place: Place) -> None:
        place.stand_in.account(login)
        place.repository(owner=login)
        place.link = place.address(login)

    return arrange


def a_new_one_in_its_place(place: Place) -> None:
    changed(name="memos")(place)
    place.repository()


def an_old_one_renamed(place: Place) -> None:
    before = (place.worker.challenge_at - timedelta(days=400)).isoformat()
    place.stand_in.change(place.repository("notes", created_at=before)["id"], name=REQUIRED_NAME)


def transferred_to_ana(place: Place) -> None:
    place.stand_in.account("mallory")
    place.stand_in.change(place.repository(owner="mallory")["id"], owner="ana")


def of_a_group(login: str = "anas-group") -> Arrange:
    def arrange(place: Place) -> None:
        place.group(login)
        place.repository(owner=login, creator=place.account["id"])
        place.link = place.address(login, is_group=True)

    return arrange


def of_a_group_with_the_connected_id(place: Place) -> None:
    group = place.group()
    place.repository(owner="anas-group", creator=place.account["id"])
    place.link = place.address("anas-group", is_group=True)
    owner = group if place.column.kind == "github" else group["workspaces"][0]  # elsewhere a namespace has a number
    place.connected_now = (place.connected(group, external_id=str(owner["id"])),)


def of_a_subgroup(place: Place) -> None:
    place.group()
    of_a_group("anas-group/team")(place)


def of_workspace(slug: str) -> Arrange:
    """Ana has three workspaces, of which two were there when the account was connected."""

    def arrange(place: Place) -> None:
        spaces = [{"slug": one} for one in ("home", "works", "later")]
        account = place.stand_in.account("ana-with-three", workspaces=spaces)
        known = tuple(one["uuid"] for one in account["workspaces"] if one["slug"] != "later")
        place.connected_now = (place.connected(account, workspace_ids=known),)
        place.repository(owner=slug)
        place.link = place.address(slug)

    return arrange


def code_is(description: str) -> Arrange:
    """A code is asked for, by policy or since no date is told, and the description is this one."""

    def arrange(place: Place) -> None:
        place.code = CODE
        place.repository(description=description.format(code=CODE))

    return arrange


def seen_with_the_owners_token(place: Place) -> None:
    place.repository(visibility="private")
    place.access = Access(Secret("token-of-ana"))


def made_public(place: Place) -> None:
    number = place.repository(private=True)["id"]
    assert place.run().outcome == "failed"
    place.stand_in.change(number, visibility="public")


def account_deleted(place: Place) -> None:
    place.repository()
    place.stand_in.remove_account(place.account["id"])


def connected_at_another_instance(place: Place) -> None:
    place.repository()
    place.connected_now = (place.connected(place.account, instance=OTHER_INSTANCE),)


def connected_at_both(place: Place) -> None:
    place.repository()
    place.connected_now = (place.ana, place.connected(place.account, instance=OTHER_INSTANCE))


def connected_after_the_request(place: Place) -> None:
    place.repository()
    late = place.worker.opened_at + timedelta(seconds=1)
    place.connected_now = (place.connected(place.account, connected_at=late),)


def disconnected(place: Place) -> None:
    place.repository()
    place.connected_now = ()


def claimed(place: Place) -> None:
    place.worker.claim(place.instance.key, place.repository_id(place.repository()))


def deleted_after_the_check(place: Place) -> None:
    number = place.repository()["id"]
    assert place.run().outcome == PASSED
    place.stand_in.remove(number)
