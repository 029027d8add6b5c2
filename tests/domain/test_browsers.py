"""Naming a browser so that its owner recognizes it."""

from __future__ import annotations

import pytest

from support_portal.domain.browsers import LONGEST_USER_AGENT, Browser, browser_name, browser_of

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on macOS"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "Chrome on ChromeOS"),
        ("curl/8.5.0", "An unknown program"),
        ("", "An unknown program"),
    ],
)
def test_a_browser_is_named_in_two_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("network_address", "user_agent", "told"),
    [
        ("192.0.2.7", f"(X11; Linux) {CHROME}", "the network address 192.0.2.7, with Chrome on Linux"),
        ("192.0.2.7", "I am your bank", "the network address 192.0.2.7, with an unknown program"),
        ("", "", "an unknown program"),
    ],
)
def test_a_sentence_tells_of_it_without_a_word_of_the_browsers_own(
    network_address: str, user_agent: str, told: str
) -> None:
    assert Browser(network_address, user_agent).in_words == told


def test_what_says_nothing_of_itself_is_known_by_nothing_and_what_says_too_much_is_cut() -> None:
    assert browser_of(None, None) == Browser("", "")
    assert len(browser_of("192.0.2.7", "x" * 5000).user_agent) == LONGEST_USER_AGENT
