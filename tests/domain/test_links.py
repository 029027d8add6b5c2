"""Only a repository on a configured provider is recognized, whatever the text holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support_portal.domain.identities import Instance, ProviderKind, RepositoryLink, masked_username, read_link
from tests.cast import ANAS_WORKSPACE, BITBUCKET, GITHUB, GITLAB, INSTANCES

ANAS = RepositoryLink("github", "ana-dev", "bitrise_verification")
OWN_GITLAB = Instance(
    "own-gitlab",
    ProviderKind.GITLAB,
    "Our GitLab",
    "https://git.example.org:8443/gitlab",
    "https://git.example.org/new",
)
STAND_IN = replace(GITHUB, key="stand-in", web_url="http://127.0.0.1:8001")
LONGEST = "https://github.com/ana-dev/bitrise_verification?"


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/ana-dev/bitrise_verification",
        "https://github.com/ana-dev/bitrise_verification/",
        "https://github.com/ana-dev/bitrise_verification.git",
        "https://github.com/ana-dev/bitrise_verification/tree/main/docs",
        "https://github.com/ana-dev/bitrise_verification?tab=readme",
        "https://github.com/ana-dev/bitrise_verification#readme",
        "https://github.com/ana-dev/bitrise_verification#été",
        "https://GitHub.COM/ana-dev/bitrise_verification",
        "HTTPS://github.com/ana-dev/bitrise_verification",
        "https://github.com:443/ana-dev/bitrise_verification",
        "  https://github.com/ana-dev/bitrise_verification\n",
        "https://github.com/%61na-dev/bitrise_verification",
        LONGEST.ljust(2000, "x"),
    ],
)
def test_a_link_to_a_repository_is_recognized_however_it_was_copied(text: str) -> None:
    assert read_link(text, INSTANCES) == ANAS


@pytest.mark.parametrize(
    "text",
    [
        # other hosts that look like it
        "https://github.com.evil.example/ana-dev/bitrise_verification",
        "https://evilgithub.com/ana-dev/bitrise_verification",
        "https://www.github.com/ana-dev/bitrise_verification",
        "https://gist.github.com/ana-dev/bitrise_verification",
        "https://github.com./ana-dev/bitrise_verification",
        "https://github.co/ana-dev/bitrise_verification",
        "https://g\u0456thub.com/ana-dev/bitrise_verification",
        "https://git\u200bhub.com/ana-dev/bitrise_verification",
        "https://\uff47ithub.com/ana-dev/bitrise_verification",
        "https://bitbuc\u212aet.org/ana-works/bitrise_verification",
        "https://140.82.121.3/ana-dev/bitrise_verification",
        "https://[::1]/ana-dev/bitrise_verification",
        "https://[::1/ana-dev/bitrise_verification",
        "https://2356312579/ana-dev/bitrise_verification",
        # user information
        "https://github.com@evil.example/ana-dev/bitrise_verification",
        "https://ana@github.com/ana-dev/bitrise_verification",
        "https://ana:secret@github.com/ana-dev/bitrise_verification",
        "https://@github.com/ana-dev/bitrise_verification",
        # other ports and schemes
        "https://github.com:8443/ana-dev/bitrise_verification",
        "https://github.com:80/ana-dev/bitrise_verification",
        "https://github.com:0/ana-dev/bitrise_verification",
        "https://github.com:99999/ana-dev/bitrise_verification",
        "https://github.com:port/ana-dev/bitrise_verification",
        "http://github.com/ana-dev/bitrise_verification",
        "ssh://github.com/ana-dev/bitrise_verification",
        "git@github.com:ana-dev/bitrise_verification.git",
        "javascript://github.com/ana-dev/bitrise_verification",
        "github.com/ana-dev/bitrise_verification",
        "//github.com/ana-dev/bitrise_verification",
        # paths that lead elsewhere, or nowhere
        "https://github.com/ana-dev%2Fbitrise_verification",
        "https://github.com/ana-dev/bitrise%2fverification",
        "https://github.com/ana-dev/bitrise%5Cverification",
        "https://github.com/ana-dev/bitrise%252Fverification",
        "https://github.com/../ana-dev/bitrise_verification",
        "https://github.com/ana-dev/../mallory/bitrise_verification",
        "https://github.com/ana-dev/bitrise_verification/../../mallory/bitrise_verification",
        "https://github.com/%2e%2e/bitrise_verification",
        "https://github.com/ana-dev/bitrise_verification/..%2F..%2Fmallory/bitrise_verification",
        "https://github.com/./bitrise_verification",
        "https://github.com/ana-dev/...git",
        "https://github.com/ana-dev/.git",
        "https://github.com/ana-dev//bitrise_verification",
        "https://github.com/ana-dev",
        "https://github.com/ana-dev/",
        "https://github.com/",
        "https://github.com",
        "https://github.com?/ana-dev/bitrise_verification",
        "https://github.com\\ana-dev\\bitrise_verification",
        "https://evil.example\\@github.com/ana-dev/bitrise_verification",
        # characters that have no place in a link
        "https://github.com/ana-dev/bitrise_verification\x00",
        "https://github.com/ana-dev/bitrise\x00verification",
        "https://github.com/ana-dev/bitrise%00verification",
        "https://github.com/ana-dev/bitrise verification",
        "https://github.com/ana-dev/bitrise\tverification",
        "https://github.com/ana-dev/\r\nHost: evil.example",
        "https://git\nhub.com/ana-dev/bitrise_verification",
        "https://github.com/ana-dev/bitrise_v\u0435rification",
        "https://github.com/ana-dev/bitrise%E2%80%8Bverification",
        "https://github.com/{ana-dev}/bitrise_verification",
        LONGEST.ljust(2001, "x"),
        "",
        "   ",
        "here it is: https://github.com/ana-dev/bitrise_verification",
    ],
)
def test_anything_else_is_no_link_to_a_repository(text: str) -> None:
    assert read_link(text, INSTANCES) is None


def test_each_provider_is_told_from_the_others() -> None:
    texts = [f"{instance.web_url}/ana-dev/bitrise_verification" for instance in INSTANCES]
    assert [read_link(text, INSTANCES) for text in texts] == [replace(ANAS, instance=one.key) for one in INSTANCES]


@pytest.mark.parametrize("workspace", [ANAS_WORKSPACE, ANAS_WORKSPACE.replace("{", "%7B").replace("}", "%7D")])
def test_a_workspace_may_be_named_by_its_id(workspace: str) -> None:
    link = read_link(f"https://bitbucket.org/{workspace}/bitrise_verification", [BITBUCKET])
    assert link == RepositoryLink("bitbucket", ANAS_WORKSPACE, "bitrise_verification")


def test_a_provider_of_ones_own_has_its_port_and_its_folder() -> None:
    own = [GITLAB, OWN_GITLAB]
    assert read_link("https://git.example.org:8443/gitlab/ana/x", own) == RepositoryLink("own-gitlab", "ana", "x")
    assert read_link("https://git.example.org:8443/elsewhere/ana/x", own) is None
    assert read_link("https://git.example.org:8443/gitlabber/ana/x", own) is None
    assert read_link("https://git.example.org:8443/ana/x", own) is None
    assert read_link("https://git.example.org/gitlab/ana/x", own) is None


def test_a_provider_whose_address_ends_with_a_slash_is_found_all_the_same() -> None:
    slash = [replace(GITHUB, web_url="https://github.com/")]
    link = read_link("https://github.com/ana-dev/bitrise_verification", slash)
    assert link == ANAS
    assert ANAS.url(slash) == "https://github.com/ana-dev/bitrise_verification"


def test_a_stand_in_on_loopback_answers_at_its_port_alone() -> None:
    assert read_link("http://127.0.0.1:8001/ana/x", [STAND_IN]) == RepositoryLink("stand-in", "ana", "x")
    assert read_link("http://127.0.0.1:8002/ana/x", [STAND_IN]) is None
    assert read_link("http://localhost:8001/ana/x", [STAND_IN]) is None
    assert read_link("https://127.0.0.1:8001/ana/x", [STAND_IN]) is None


def test_where_no_provider_is_configured_nothing_is_a_link() -> None:
    assert read_link("https://github.com/ana-dev/bitrise_verification", []) is None


KNOWN = (*INSTANCES, OWN_GITLAB, STAND_IN)
MARKS = [
    "https:",
    "/",
    "//",
    "@",
    ":",
    "443",
    "\\",
    "%2f",
    "..",
    ".",
    ".git",
    "\x00",
    "?",
    "#",
    "\n",
    " ",
    "{",
    "}",
    "%",
]
WORDS = ["ana", "github.com", "evil.example", "[", "]", "\u212a", "\u3002", "\uff0f"]
PIECES = st.sampled_from([*(one.web_url for one in KNOWN), *MARKS, *WORDS])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
@example("https://bitbuc\u212aet.org/a/b")
@example("https://github.com:0/a/b")
def test_whatever_the_text_a_recognized_link_leads_to_a_configured_provider(text: str) -> None:
    link = read_link(text, KNOWN)
    if link is None:
        return
    url = link.url(KNOWN)
    home = next(one.web_url for one in KNOWN if one.key == link.instance)
    assert url.startswith(f"{home}/")
    assert url.removeprefix(f"{home}/").count("/") == 1
    assert read_link(url, KNOWN) == link, "what is shown leads to what is checked"
    assert text.strip().casefold().startswith(home[:8]), "no other scheme, and no text before it"


@pytest.mark.parametrize(
    ("username", "shown"),
    [("ana-dev", "an•••v"), ("ana.d", "an•••"), ("anab", "an•••"), ("ana", "a•••"), ("an", "a•••"), ("", "•••")],
)
def test_a_username_is_shown_to_its_owner_and_hidden_from_others(username: str, shown: str) -> None:
    assert masked_username(username) == shown
