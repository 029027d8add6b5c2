"""The mail catcher's pages: guide, list and mail, without scripts, and safe beside a hostile mail."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

from demo.mailbox.service import Mailbox

GUIDE = {
    "title": "The story in five minutes",
    "intro": "Everything here is made up.",
    "notice": "Demo: nothing leaves this machine.",
    "places": [
        {"name": "Portal", "url": "http://localhost:8000/", "about": "where a customer asks"},
        {"name": "Trap", "url": "javascript:alert(1)", "about": "not a web address"},
    ],
    "signins": [
        {
            "name": "Ana Reis",
            "role": "agent",
            "address": "ana@example.com",
            "password": "correct horse",
            "seed": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "about": "decides, at http://localhost:8000/sign-in",
            "url": "http://localhost:8000/queue",
        }
    ],
    "stories": [
        {
            "title": "From locked out to signed in",
            "steps": [
                {"text": "Ask as mira@example.com", "url": "http://localhost:8000/request"},
                {"text": "Open the mail <here>"},
            ],
        }
    ],
}
HOSTILE = (
    '<html><head><title>x</title></head><body><script>parent.document.title = "taken"</script>'
    '<img src="http://127.0.0.1:PORT/pixel"><form action="http://127.0.0.1:PORT/"><button>Send</button></form>'
    '<p style="color: green">Hello</p><a href="http://localhost:8000/c/1">Your case</a></body></html>'
)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    return tmp_path / "guide.json"


@pytest.fixture
def mailbox(tmp_path: Path, guide: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mails", guide=guide) as running:
        yield running


def keep(mailbox: Mailbox, to: str, subject: str, text: str = "Hello", html: str = "") -> int:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{abs(hash((to, subject)))}@portal.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return mailbox.store.keep("bounces@portal.example", (to,), message.as_bytes()).id


def page(mailbox: Mailbox, path: str) -> BeautifulSoup:
    answer = requests.get(mailbox.web_url + path, timeout=10)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def hrefs(found: BeautifulSoup | Tag) -> list[str]:
    return [str(link["href"]) for link in found.find_all("a")]


def subjects(found: BeautifulSoup) -> list[str]:
    return [link.get_text() for link in found.select(".mails .subject")]


def test_the_first_page_is_the_guide_as_the_file_says_at_that_moment(mailbox: Mailbox, guide: Path) -> None:
    keep(mailbox, "mira@example.com", "Confirm your request")
    without = page(mailbox, "/")
    assert without.h1 is not None
    assert without.h1.get_text() == "Mails"
    assert subjects(without) == ["Confirm your request"]

    guide.write_text(json.dumps(GUIDE))
    with_guide = page(mailbox, "/")
    assert with_guide.h1 is not None
    assert with_guide.h1.get_text() == "The story in five minutes"
    assert subjects(with_guide) == ["Confirm your request"]
    words = with_guide.get_text(" ", strip=True)
    for said in (
        "Demo: nothing leaves",
        "Ana Reis",
        "agent",
        "correct horse",
        "Open the mail <here>",
        "made up",
        "JBSWY3DP",
    ):
        assert said in words
    for address in ("http://localhost:8000/", "http://localhost:8000/request", "http://localhost:8000/sign-in"):
        assert address in hrefs(with_guide)
    assert not [link for link in hrefs(with_guide) if link.startswith("javascript")]


NO_SEED = '{"signins": [{"seed": "no seed"}]}'


@pytest.mark.parametrize("broken", ['{"title": "cut', "[]", '{"title": 1}', NO_SEED, '{"places": ["x"]}'])
def test_a_broken_guide_is_named_and_the_mails_stay(mailbox: Mailbox, guide: Path, broken: str) -> None:
    keep(mailbox, "mira@example.com", "Confirm your request")
    guide.write_text(broken)
    found = page(mailbox, "/")
    assert "be read: " in found.get_text()
    assert subjects(found) == ["Confirm your request"]


def test_mails_are_listed_newest_first_and_by_recipient(mailbox: Mailbox) -> None:
    keep(mailbox, "mira@example.com", "First")
    keep(mailbox, "jonas@example.com", "Second")
    keep(mailbox, "mira@example.com", "Third")
    keep(mailbox, "mira@example.com", "Third")
    assert subjects(page(mailbox, "/mails")) == ["Third", "Third", "Second", "First"]
    filtered = page(mailbox, "/mails?to=Mira@example.com")
    assert subjects(filtered) == ["Third", "Third", "First"]
    assert [mark.get_text() for mark in filtered.select(".mark")] == ["Delivery 2 of the same mail"]
    assert "No mail to nobody@example.com yet" in page(mailbox, "/mails?to=nobody@example.com").get_text()


def test_many_mails_are_spread_over_pages(mailbox: Mailbox) -> None:
    for number in range(60):
        keep(mailbox, "mira@example.com", f"Mail {number}")
    first, second = page(mailbox, "/mails?to=mira@example.com"), page(mailbox, "/mails?to=mira@example.com&page=2")
    assert subjects(first) + subjects(second) == [f"Mail {number}" for number in reversed(range(60))]
    assert "/mails?to=mira@example.com&page=2" in hrefs(first)


def test_a_mails_links_can_be_clicked_and_the_rest_is_text(mailbox: Mailbox) -> None:
    mail = keep(
        mailbox,
        "mira@example.com",
        "A <b>subject</b>",
        'Confirm here (https://portal.example/c/1?a=1&b=2), or <script>alert(1)</script>\n"http://127.0.0.1:8004/x".',
    )
    text = page(mailbox, f"/mails/{mail}").select_one(".text")
    assert text is not None
    assert hrefs(text) == ["https://portal.example/c/1?a=1&b=2", "http://127.0.0.1:8004/x"]
    assert "<script>alert(1)</script>" in text.get_text()
    assert text.script is None


def test_a_hostile_html_part_runs_nothing_loads_nothing_and_its_link_opens_a_tab(
    mailbox: Mailbox, browser: Browser
) -> None:
    elsewhere = socket.create_server(("127.0.0.1", 0))
    elsewhere.setblocking(False)
    html = HOSTILE.replace("PORT", str(elsewhere.getsockname()[1]))
    mail = keep(mailbox, "mira@example.com", "Hostile", html=html)
    tab = browser.new_context().new_page()
    tab.goto(f"{mailbox.web_url}/mails/{mail}", wait_until="networkidle")
    frame = tab.frame_locator("iframe")
    assert frame.get_by_text("Hello").evaluate("element => getComputedStyle(element).color") == "rgb(0, 128, 0)"
    assert tab.title() == "Hostile - Demo mailbox"
    frame.get_by_role("button", name="Send").click()
    with pytest.raises(BlockingIOError):
        elsewhere.accept()
    elsewhere.close()
    tab.context.route("http://localhost:8000/**", lambda route: route.fulfill(body="the case"))
    with tab.context.expect_page() as opened:
        frame.get_by_role("link", name="Your case").click()
    opened.value.wait_for_url("http://localhost:8000/c/1")
    tab.context.close()


@pytest.mark.parametrize("path", ["/", "/mails", "/mails/1", "/mails/99", "/api/mails", "/static/mailbox.css"])
def test_every_answer_forbids_scripts(mailbox: Mailbox, path: str) -> None:
    keep(mailbox, "mira@example.com", "Confirm your request")
    answer = requests.get(mailbox.web_url + path, timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_of_another_name_cannot_read_the_mails(mailbox: Mailbox) -> None:
    answer = requests.get(f"{mailbox.web_url}/api/mails", headers={"Host": "evil.example"}, timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/mails/99", "/mails/99/raw", "/mails/1/html", "/nowhere"])
def test_what_is_not_there_is_said_on_a_page(mailbox: Mailbox, path: str) -> None:
    keep(mailbox, "mira@example.com", "Text alone")
    answer = requests.get(mailbox.web_url + path, timeout=10)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    mailbox: Mailbox, guide: Path, browser: Browser, theme: str, width: int
) -> None:
    long = "https://portal.example/confirm/" + "4hWn5cLpQe" * 30
    mail = keep(mailbox, "a.very.long.name.indeed@some.long.domain.example", "Confirm " * 12, f"Here: {long}", HOSTILE)
    keep(mailbox, "mira@example.com", "Twice")
    keep(mailbox, "mira@example.com", "Twice")
    guide.write_text(json.dumps(GUIDE))
    context = browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", viewport={"width": width, "height": 900}
    )
    tab = context.new_page()
    for path in ("/", "/mails", "/mails?to=nobody@example.com", f"/mails/{mail}", "/mails/99"):
        tab.goto(mailbox.web_url + path)
        for closed in tab.locator("details:not([open]) summary").all():
            closed.click()
        assert Axe().run(tab).response["violations"] == [], path
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_no_page_breaks_its_own_policy(mailbox: Mailbox, guide: Path, browser: Browser) -> None:
    guide.write_text(json.dumps(GUIDE))
    mail = keep(mailbox, "mira@example.com", "Confirm your request", html="<p style='margin: 0'>Hello</p>")
    said: list[str] = []
    tab = browser.new_page()
    tab.on("console", lambda message: said.append(message.text))
    for path in ("/", "/mails", f"/mails/{mail}"):
        tab.goto(mailbox.web_url + path, wait_until="networkidle")
    assert said == []
    tab.close()
