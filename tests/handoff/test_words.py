"""What the model is told about transfers."""

from __future__ import annotations

import pytest

from trio_live import FunctionCall
from trio_live.handoff._internal import (
    TRANSFER_TOOL,
    advice,
    already_there,
    name_wanted,
    reason_given,
    retired,
    second_wish,
    taken_over,
    transfer_tool,
    unknown_agent,
)

CALL = FunctionCall(id="7", name="transfer_to", args={"agent": "billing"})


def test_the_function_offers_every_agent_and_says_what_each_is_for() -> None:
    declared = transfer_tool({"reception": "tables", "billing": ""})
    assert declared.name == TRANSFER_TOOL
    assert declared.parameters is not None
    assert declared.parameters["properties"]["agent"]["enum"] == ["reception", "billing"]
    assert declared.parameters["required"] == ["agent"]
    assert declared.description is not None
    assert declared.description.endswith("The agents: reception: tables; billing.")


@pytest.mark.parametrize(
    ("args", "name", "reason"),
    [
        ({"agent": "billing", "reason": "money"}, "billing", "money"),
        ({"agent": "billing"}, "billing", "the model asked for it"),
        ({"agent": 3, "reason": []}, "", "the model asked for it"),
        (None, "", "the model asked for it"),
    ],
)
def test_arguments_are_read_whatever_they_are(args: dict[str, object] | None, name: str, reason: str) -> None:
    call = FunctionCall(name="transfer_to", args=args)
    assert (name_wanted(call), reason_given(call)) == (name, reason)


@pytest.mark.parametrize(
    ("refusal", "reason", "retry"),
    [
        (unknown_agent(CALL, ["reception"]), "unknown agent", True),
        (already_there(CALL, "billing"), "already there", False),
        (second_wish(CALL), "another transfer", False),
        (retired(CALL, "billing", ["reception", "kitchen"]), "belongs to another agent", False),
    ],
)
def test_refusals_are_answers_with_a_status_and_a_reason(refusal: object, reason: str, *, retry: bool) -> None:
    answer = refusal.response  # type: ignore[attr-defined]
    assert (answer["status"], answer["reason"], answer["retry"]) == ("refused", reason, retry)
    assert refusal.id == "7"  # type: ignore[attr-defined]
    assert "reception and kitchen" in answer["error"] or reason != "belongs to another agent"


def test_the_answer_tells_what_the_model_cannot_know() -> None:
    bare = taken_over(CALL, "billing", instruction=None, functions=None, facts=())
    assert isinstance(bare.response, dict)
    assert {*bare.response} == {"status", "agent", "note"}
    full = taken_over(CALL, "billing", instruction="Be kind.", functions=["refund"], facts=["It rains."])
    assert isinstance(full.response, dict)
    assert full.response["instructions"].endswith("\n\nBe kind.")
    assert full.response["functions"] == ["refund"]
    assert full.response["context"] == ["It rains."]
    assert advice(["refund"]) == "Functions available to you now: refund. Do not call any other."
    assert advice([]).startswith("No functions")
