"""The evidence record names its fields one by one, and can be read back."""

from __future__ import annotations

import json
from dataclasses import fields

from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.evidence_record import OF_A_RUN, OF_THE_CASE, record_of
from support_portal.domain.moves import Actor, By, Event
from tests.builders import a_case, a_run
from tests.cast import NOW

# What an auditor has no use for: counters, what was mailed, who works on it. Each was thought about once.
NOT_TOLD = {
    *("id", "number", "state_since", "request_id", "compromise", "failing_since", "unchecked_since", "unchecked_tries"),
    *("unchecked_told", "told_failures", "approvals", "wait_ends_told", "second_look_used", "assignee_id"),
}


def test_the_record_is_json_with_every_check_and_event() -> None:
    case = a_case(State.COOLING_OFF)
    failed = a_run(Outcome.FAILED)
    event = Event(case.id, NOW, "approve", Actor(By.STAFF, "Ben"), State.IN_REVIEW, State.COOLING_OFF, why="fine")
    record = json.loads(json.dumps(record_of(case, [failed, a_run()], [event])))
    assert (record["case"], record["state"], record["risk"]) == ("SP-2417", "cooling_off", "low")
    assert [run["outcome"] for run in record["runs"]] == ["failed", "passed"]
    assert {one["verdict"] for one in record["runs"][1]["checks"]} == {"passed"}
    assert record["events"][0]["action"] == "approve"
    assert record["events"][0]["name"] == "Ben"
    assert len(record["approvals"]) == 1


def test_each_field_of_a_case_is_told_or_left_out_on_purpose() -> None:
    assert {one.name for one in fields(Case)} == {*OF_THE_CASE, *NOT_TOLD}
    assert {one.name for one in fields(Run)} == {*OF_A_RUN, "case_id", "results", "summary"}
