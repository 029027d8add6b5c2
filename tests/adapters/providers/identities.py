"""Whose repository it is, and which: every case of identity, and what is made of it."""

from __future__ import annotations

from datetime import timedelta

from tests.adapters.providers.arranging import (
    a_new_one_in_its_place,
    account_deleted,
    account_renamed,
    an_old_one_renamed,
    changed,
    claimed,
    code_is,
    connected_after_the_request,
    connected_at_another_instance,
    connected_at_both,
    copied,
    deleted_after_the_check,
    disconnected,
    linked,
    made,
    made_at,
    made_public,
    named,
    of_a_group,
    of_a_group_with_the_connected_id,
    of_a_subgroup,
    of_workspace,
    seen_with_the_owners_token,
    somebody_elses,
    transferred_to_ana,
)
from tests.adapters.providers.situations import (
    CANNOT_HAPPEN,
    CREATED,
    LINK,
    MISSING,
    MOVED,
    ORIGINAL,
    OWNER,
    PASSED,
    Situation,
)
from tests.builders import REQUIRED_NAME

NAME, PUBLIC = "failed: name_matches", "failed: is_public"
ELSEWHERE = "https://git.example.org/elsewhere.git"
DATA_CENTER = ("bitbucket_data_center",)
NO_TEMPLATES = {kind: f"{CANNOT_HAPPEN}it has no templates" for kind in ("bitbucket", *DATA_CENTER)}
LOOK_ALIKE = "bitrise_verificati\N{CYRILLIC SMALL LETTER O}n"
NO_WORKSPACES = {kind: f"{CANNOT_HAPPEN}it has no workspaces" for kind in ("github", "gitlab", *DATA_CENTER)}
NO_SUBGROUPS = {kind: f"{CANNOT_HAPPEN}it has no subgroups" for kind in ("github", "bitbucket", *DATA_CENTER)}
# Nothing redirects there: an address left behind is as absent as one that was never there.
LEFT_BEHIND = {"bitbucket_data_center": MISSING}
CODE_INSTEAD = {"bitbucket_data_center": PASSED}
NO_DATE = {"bitbucket_data_center": f"{CANNOT_HAPPEN}no date is told, and the code stands in for it"}
NO_MIRRORS = {kind: f"{CANNOT_HAPPEN}it has no mirrors" for kind in ("bitbucket", *DATA_CENTER)}

ACCOUNTS = [
    Situation("a fresh public repository of the connected account", made(), PASSED),
    Situation("account renamed, link under its old name", account_renamed("ana", is_taken=False), PASSED, LEFT_BEHIND),
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
    Situation("repository renamed", changed(name="memos"), MOVED, LEFT_BEHIND),
    Situation("repository transferred to another", changed(owner="mallory"), MOVED, LEFT_BEHIND),
    Situation("repository renamed, a new one made in its place", a_new_one_in_its_place, PASSED),
    Situation("an older repository renamed to the name", an_old_one_renamed, CREATED, CODE_INSTEAD),
    Situation("a fresh repository transferred to the account", transferred_to_ana, PASSED, {"gitlab": ORIGINAL}),
    Situation("owner in capital letters in the link", linked("ANA"), PASSED),
    Situation("name in capital letters in the link", linked("ana", REQUIRED_NAME.upper()), PASSED),
    Situation(
        "the repository’s own name in other letters",
        named("Bitrise_Verification", "Bitrise_Verification"),
        NAME,
        {kind: PASSED for kind in ("bitbucket", *DATA_CENTER)},  # its addresses are lower-case, and the address counts
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
    Situation("a mirror", copied(mirror_url=ELSEWHERE), ORIGINAL, NO_MIRRORS),
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
        {kind: f"{CANNOT_HAPPEN}there is public and private alone" for kind in ("github", "bitbucket", *DATA_CENTER)},
    ),
    Situation("public, made private", changed(visibility="private"), MISSING),
    Situation("private, made public", made_public, PASSED),
    Situation("61 seconds older than the instructions", made_at(timedelta(seconds=61)), CREATED, NO_DATE),
    Situation("59 seconds older (the provider’s clock may be behind)", made_at(timedelta(seconds=59)), PASSED, NO_DATE),
    Situation("with the code that was asked for", code_is("for us: {code}"), PASSED),
    Situation("without the code that was asked for", code_is("another code"), "failed: challenge_present"),
    Situation("passed for another case", claimed, CREATED),
    Situation("deleted after it passed", deleted_after_the_check, MISSING),
]


IDENTITIES = [*ACCOUNTS, *REPOSITORIES]
