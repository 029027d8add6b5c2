"""Real and odd mails that nobody here wrote: none breaks the reader, and nearly all are read as others read them."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest

from support_portal.adapters.mail.reading import Reader
from support_portal.domain.incoming import Incoming, Nature
from tests.adapters.mail.samples import FOLDER, Sample, samples

LONGEST = 2.0  # seconds for one mail


@pytest.fixture(scope="module")
def read() -> list[tuple[Sample, Incoming]]:
    reader = Reader(support_address="support@portal.example", authserv_id="mx.portal.example")
    return [(sample, reader.read(sample.raw)) for sample in samples()]


def wrong(read: list[tuple[Sample, Incoming]], is_right: Callable[[Sample, Incoming], bool]) -> list[str]:
    return [sample.path for sample, mail in read if not is_right(sample, mail)]


def test_every_file_of_the_collection_is_read_and_none_takes_long(reader: Reader) -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert len(files) > 200
    for path in files:
        before = monotonic()
        mail = reader.read(path.read_bytes())
        assert monotonic() - before < LONGEST, path
        assert "\x00" not in mail.text + mail.subject + mail.sender_name
        (mail.text + mail.subject + mail.sender_name + mail.new_text).encode()


def test_the_sender_is_the_expected_one_in_all_of_them(read: list[tuple[Sample, Incoming]]) -> None:
    def first_sender(sample: Sample, mail: Incoming) -> bool:
        return (mail.senders[0] if mail.senders else "").casefold() == sample.sender.casefold()

    assert wrong(read, first_sender) == []


def test_the_subject_is_the_expected_one_in_all_of_them(read: list[tuple[Sample, Incoming]]) -> None:
    def one_line(text: str) -> str:
        return " ".join(text.split())

    assert wrong(read, lambda sample, mail: one_line(mail.subject) == one_line(sample.subject)) == []


def test_machines_are_told_from_people_and_no_person_is_taken_for_a_machine(
    read: list[tuple[Sample, Incoming]],
) -> None:
    # It says so in its subject alone, and answers no mail of ours: people write such subjects too.
    words_alone = "roundup/086_testAutoReplyEmailsAreIgnored.eml"
    assert wrong(read, lambda sample, mail: mail.nature is sample.nature) == [words_alone]
    assert {mail.nature for _, mail in read} == set(Nature)
