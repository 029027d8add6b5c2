"""What a case is called, and how refusals are said."""

from __future__ import annotations

import pytest

from support_portal.domain.cases import read_reference
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from tests.builders import a_case


def test_a_case_is_called_by_its_number() -> None:
    assert a_case(number=2417).reference == "SP-2417"


@pytest.mark.parametrize(("text", "number"), [("SP-2417", 2417), ("sp-1", 1), ("SP-999999999", 999_999_999)])
def test_a_reference_is_read_in_any_case(text: str, number: int) -> None:
    assert read_reference(text) == number


@pytest.mark.parametrize(
    "text", ["", "2417", "SP2417", "SP-", "SP-24 17", " SP-2417", "SP-2417\n", "SP-1234567890", "SP--1", "SP-\u0662"]
)
def test_what_is_no_reference_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="There is no case"):
        read_reference(text)


def test_a_long_text_is_not_said_back() -> None:
    with pytest.raises(NotFound) as refusal:
        read_reference("x" * 1_000_000)
    assert len(str(refusal.value)) < 60


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (WrongState("denied", "approve"), "A case in state denied has no move approve."),
        (NotAllowed("First.", "Second."), "First. Second."),
        (BadInput({"email": "Enter it", "reason": "Choose one"}), "Enter it Choose one"),
    ],
)
def test_every_refusal_can_be_read(refusal: Refusal, text: str) -> None:
    assert str(refusal) == text
