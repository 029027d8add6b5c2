"""Whose repository it is, and which: every case of identity, and what is made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.adapters.providers.place import OTHER_INSTANCE, Place
from tests.adapters.providers.situations import (
    CANNOT_HAPPEN,
    CREATED,
    LINK,
    MISSING,
    MOVED,
    ORIGINAL,
    OWNER,
    PASSED,
    Arrange,
    Situation,
)
from tests.builders import REQUIRED_NAME

NAME, PUBLIC = "failed: name_matches", "failed: is_public"
ELSEWHERE = "https://git.example.org/elsewhere.git"
NO_TEMPLATES = {"bitbucket": f"{CANNOT_HAPPEN}Bitbucket has no templates"}
LOOK_ALIKE = "bitrise_verificati\N{CYRILLIC SMALL LETTER O}n"
NO_WORKSPACES = {kind: f"{CANNOT_HAPPEN}it has no workspaces" for kind in ("github", "gitlab")}
NO_SUBGROUPS = {kind: f"{CANNOT_HAPPEN}it has no subgroups" for kind in ("github", "bitbucket")}


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
        place.link = place.address(login)

    return arrange


def of_a_group_with_the_connected_id(place: Place) -> None:
    group = place.group()
    place.repository(owner="anas-group", creator=place.account["id"])
    place.link = place.address("anas-group")
    place.connected_now = (place.connected(group),)


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


def seen_with_the_owners_token(place: Place) -> None:
    place.repository(visibility="private")
    place.token = "token-of-ana"


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


ACCOUNTS = [
    Situation("a fresh public repository of the connected account", made(), PASSED),
    Situation("account renamed, link under its old name", account_renamed("ana", is_taken=False), PASSED),
    Situation("account renamed, link under its new name", account_renamed("ana-b", is_taken=False), PASSED),
    Situation(
        "account renamed, old name taken by another, link under the old name",
        account_renamed("ana", is_taken=True, has_one=False),
        OWNER,
    ),
    Situation(
        "account renamed, old name taken by another, link under the new name",
        account_renamed("ana-b", is_taken=True),
        PASSED,
    ),
    Situation("account deleted", account_deleted, MISSING),
    Situation("somebody else’s repository", somebody_elses("mallory"), OWNER),
    Situation("the repository of an owner with a look-alike name", somebody_elses("anna"), OWNER),
    Situation("an organization’s or group’s, which the owner made", of_a_group(), OWNER),
    Situation(
        "an organization’s or group’s whose id is the connected one",
        of_a_group_with_the_connected_id,
        OWNER,
        {"bitbucket": f"{CANNOT_HAPPEN}what owns is always a workspace"},
    ),
    Situation("in a subgroup (the deeper path is cut off)", of_a_subgroup, MISSING, NO_SUBGROUPS),
    Situation("in a workspace known when connected", of_workspace("works"), PASSED, NO_WORKSPACES),
    Situation("in a workspace added later", of_workspace("later"), OWNER, NO_WORKSPACES),
    Situation("the same id connected at another instance alone", connected_at_another_instance, OWNER),
    Situation("the same id connected at two instances, this one among them", connected_at_both, PASSED),
    Situation("connected after the case was opened", connected_after_the_request, "failed: connected_before_request"),
    Situation("disconnected since", disconnected, OWNER),
]
REPOSITORIES = [
    Situation("repository renamed", changed(name="memos"), MOVED),
    Situation("repository transferred to another", changed(owner="mallory"), MOVED),
    Situation("repository renamed, a new one made in its place", a_new_one_in_its_place, PASSED),
    Situation("an older repository renamed to the name", an_old_one_renamed, CREATED),
    Situation("a fresh repository transferred to the account", transferred_to_ana, PASSED, {"gitlab": ORIGINAL}),
    Situation("owner in capital letters in the link", linked("ANA"), PASSED),
    Situation("name in capital letters in the link", linked("ana", REQUIRED_NAME.upper()), PASSED),
    Situation(
        "the repository’s own name in other letters",
        named("Bitrise_Verification", "Bitrise_Verification"),
        NAME,
        {"bitbucket": PASSED},  # its addresses are lower-case, and the address counts
    ),
    Situation("named bitrise-verification", named("bitrise-verification", "bitrise-verification"), NAME),
    Situation(
        "shown as bitrise_verification, the address being bitrise-verification",
        named(REQUIRED_NAME, "bitrise-verification", path="bitrise-verification"),
        NAME,
        {"github": f"{CANNOT_HAPPEN}the name is the address"},
    ),
    Situation("named with a look-alike letter, link with it", named(LOOK_ALIKE, LOOK_ALIKE), LINK),
    Situation("named with a look-alike letter, link to its address", named(LOOK_ALIKE, "bitrise_verificati-n"), NAME),
    Situation("a fork", copied(fork_of=...), ORIGINAL),
    Situation(
        "a mirror", copied(mirror_url=ELSEWHERE), ORIGINAL, {"bitbucket": f"{CANNOT_HAPPEN}Bitbucket has no mirrors"}
    ),
    Situation("a template copy", copied(template_of=...), ORIGINAL, NO_TEMPLATES),
    Situation(
        "an import (GitLab alone tells of it)",
        copied(imported_from=ELSEWHERE),
        PASSED,
        {"gitlab": ORIGINAL},
    ),
    Situation("made by somebody else (GitLab alone tells of it)", made(creator=1), PASSED, {"gitlab": ORIGINAL}),
    Situation("private", made(private=True), MISSING),
    Situation("private, seen with a token that may", seen_with_the_owners_token, PUBLIC),
    Situation(
        "internal",
        made(visibility="internal"),
        PUBLIC,
        {kind: f"{CANNOT_HAPPEN}there is public and private alone" for kind in ("github", "bitbucket")},
    ),
    Situation("public, made private", changed(visibility="private"), MISSING),
    Situation("private, made public", made_public, PASSED),
    Situation("61 seconds older than the instructions", made_at(timedelta(seconds=61)), CREATED),
    Situation("59 seconds older (the provider’s clock may be behind)", made_at(timedelta(seconds=59)), PASSED),
    Situation("passed for another case", claimed, CREATED),
    Situation("deleted after it passed", deleted_after_the_check, MISSING),
]


IDENTITIES = [*ACCOUNTS, *REPOSITORIES]
