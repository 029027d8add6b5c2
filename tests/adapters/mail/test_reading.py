"""What is read of a mail: the sender, the words, and nothing that can't be kept or shown."""

from __future__ import annotations

import base64

import pytest

from support_portal.adapters.mail.mime import CUT, ENCRYPTED, MOST_TEXT
from support_portal.adapters.mail.reading import Reader
from tests.adapters.mail.messages import OURS, SUPPORT, a_mail, in_parts


def test_an_ordinary_mail_is_read_whole(reader: Reader) -> None:
    mail = reader.read(
        a_mail("I lost my phone.\r\nWhat now?\r\n", In_Reply_To="<a@x.example>", References="<b@x.example>")
    )
    assert mail.sender == "ana@example.org"
    assert mail.sender_name == "Ana Ruiz"
    assert mail.recipients == (SUPPORT,)
    assert mail.subject == "I can't sign in"
    assert mail.text == mail.new_text == "I lost my phone.\nWhat now?"
    assert mail.message_id == "<1@example.org>"
    assert mail.answers == ("<a@x.example>", "<b@x.example>")


@pytest.mark.parametrize(
    ("header", "senders"),
    [
        ("", ()),
        ("<>", ()),
        ("undisclosed-recipients:;", ()),
        ("ana", ()),
        ("ana@example.org, mallory@attacker.example", ("ana@example.org", "mallory@attacker.example")),
        ("ana@example.org\r\nFrom: mallory@attacker.example", ("ana@example.org", "mallory@attacker.example")),
        ('"ana@example.org" <mallory@attacker.example>', ("mallory@attacker.example",)),
        ("ana@example.org (and <mallory@attacker.example>)", ("ana@example.org",)),
        ("=?utf-8?q?ana=40example.org?= <mallory@attacker.example>", ("mallory@attacker.example",)),
        ("Team: ana@example.org;", ("ana@example.org",)),
        ("ana@example.org\r\n  ", ("ana@example.org",)),
        ("(" * 5000 + "ana@example.org", ()),
        ("a@b.example, " * 1000 + "ana@example.org", ()),
    ],
)
def test_the_sender_is_what_from_says_and_nobody_else(reader: Reader, header: str, senders: tuple[str, ...]) -> None:
    assert reader.read(a_mail(From=header)).senders == senders


@pytest.mark.parametrize(
    ("words", "declared"),
    [
        ("naïve".encode(), "utf-8"),
        ("naïve".encode("latin-1"), "iso-8859-1"),
        ("naïve".encode(), "no-such-charset"),
        ("naïve".encode(), '"utf-8'),
        ("naïve".encode(), ""),
        ("naïve".encode("cp1252"), "us-ascii"),
    ],
)
def test_words_are_read_whatever_charset_they_claim(reader: Reader, words: bytes, declared: str) -> None:
    kind = f"text/plain; charset={declared}" if declared else ""
    assert reader.read(a_mail(words + b" soul", Content_Type=kind)).text.endswith("ve soul")


def test_a_wider_charset_stands_in_for_the_one_that_mail_programs_name(reader: Reader) -> None:
    words = "镕 lost"  # in GB 18030, not in GB 2312
    assert reader.read(a_mail(words.encode("gb18030"), Content_Type="text/plain; charset=gb2312")).text == words


def test_a_charset_that_is_a_packer_unpacks_nothing(reader: Reader) -> None:
    for name in ("zlib", "hex", "punycode", "unicode_escape"):
        assert reader.read(a_mail("6869", Content_Type=f"text/plain; charset={name}")).text == "6869"


def test_nothing_that_cannot_be_kept_or_shown_is_left_in_the_words(reader: Reader) -> None:
    mail = reader.read(a_mail("a\x00b\x07c\u2028d", Subject="=?utf-8?q?pay=00=0D=0ABcc:_x=E2=80=AE?="))
    assert mail.text == "abc\u2028d"
    assert mail.subject == "pay Bcc: x"


def test_the_plain_part_is_preferred_to_the_html_one(reader: Reader) -> None:
    assert reader.read(in_parts(("text/plain", "Plain"), ("text/html", "<p>Rich</p>"))).text == "Plain"


@pytest.mark.parametrize("plain", ["", "  \r\n ", "Your mail program can't show HTML."])
def test_html_is_read_where_the_plain_part_says_nothing(reader: Reader, plain: str) -> None:
    html = (
        "<p>Here: <a href='https://github.com/ana-dev/bitrise_verification'>my repository</a></p><script>x()</script>"
    )
    mail = reader.read(in_parts(("text/plain", plain), ("text/html", html)))
    assert mail.text.strip() == "Here: [my repository](https://github.com/ana-dev/bitrise_verification)"


def test_text_around_an_attachment_is_kept_and_the_attachment_is_not(reader: Reader) -> None:
    image = "application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin"
    attached = "text/plain\r\nContent-Disposition: attachment; filename=a.txt"
    mail = reader.read(
        in_parts(("text/plain", "Before"), (image, "AAAA"), (attached, "Log"), ("text/plain", "After"), kind="mixed")
    )
    assert mail.text == "Before\n\nAfter"


def test_a_mail_within_the_mail_is_not_what_the_sender_says(reader: Reader) -> None:
    inner = "From: x@y.example\r\nSubject: z\r\n\r\nRemove it"
    assert (
        reader.read(in_parts(("text/plain", "See below"), ("message/rfc822", inner), kind="mixed")).text == "See below"
    )


def test_an_encrypted_mail_says_that_it_is(reader: Reader) -> None:
    parts = (("application/pgp-encrypted", "Version: 1"), ("application/octet-stream", "-----BEGIN PGP MESSAGE-----"))
    assert reader.read(in_parts(*parts, kind="encrypted")).text == ENCRYPTED


def test_a_very_long_text_is_cut_and_says_so(reader: Reader) -> None:
    parts = [("text/plain", "word " * 40_000)] * 3
    text = reader.read(in_parts(*parts, kind="mixed")).text
    assert text.endswith(CUT)
    assert len(text) == MOST_TEXT + len(f"\n\n{CUT}")


def test_what_a_mail_quotes_is_not_new(reader: Reader) -> None:
    new = "Done: https://github.com/ana-dev/x\r\n\r\n"
    old = "On Mon, 16 Nov 2026 at 09:00, Support portal <support@portal.example> wrote:\r\n"
    mail = reader.read(a_mail(f"{new}{old}> We looked at https://github.com/ana-dev/y\r\n"))
    assert mail.new_text == "Done: https://github.com/ana-dev/x"
    assert "ana-dev/y" in mail.text


def test_answers_between_quoted_lines_are_new(reader: Reader) -> None:
    assert reader.read(a_mail("> Which repository?\r\nThis one.\r\n> Thanks\r\n")).new_text == "This one."


def test_a_mail_without_a_message_id_gets_one_of_its_own(reader: Reader) -> None:
    first, second = (reader.read(a_mail(text, Message_ID="")) for text in ("one", "two"))
    assert first.message_id.startswith("<gen-")
    assert first.message_id.endswith("@portal.example>")
    assert first.message_id != second.message_id


def test_the_same_mail_is_known_again_by_whichever_way_it_comes(reader: Reader) -> None:
    on_its_way = b"Received: from a by b; Mon, 16 Nov 2026 09:00:01 +0000\r\nDelivered-To: support@portal.example\r\n"
    assert reader.read(a_mail()).id == reader.read(on_its_way + a_mail()).id


def test_another_mail_under_the_same_message_id_is_another_mail(reader: Reader) -> None:
    assert reader.read(a_mail("one")).id != reader.read(a_mail("two")).id


def test_the_answered_mails_are_few_and_the_newest_comes_first(reader: Reader) -> None:
    references = " ".join(f"<{number}@x.example>" for number in range(50))
    answers = reader.read(a_mail(In_Reply_To=OURS, References=references)).answers
    assert answers[:2] == (OURS, "<49@x.example>")
    assert len(answers) == 20


def test_words_in_base64_are_read(reader: Reader) -> None:
    packed = base64.encodebytes("Grüße".encode())
    kind = "text/plain; charset=utf-8"
    assert reader.read(a_mail(packed, Content_Type=kind, Content_Transfer_Encoding="base64")).text == "Grüße"
