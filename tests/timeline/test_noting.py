"""What a session does, as notes."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from trio_live import FunctionCall, State, events
from trio_live._continuation import Continuation
from trio_live.redaction import Redaction
from trio_live.timeline import Note
from trio_live.timeline._noting import Noter, as_json

CALL = FunctionCall(id="a", name="find")


class Kept:
    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.now = 100.0

    def noter(self, redaction: Redaction | None = None) -> Noter:
        return Noter(self.notes.append, lambda: self.now, redaction)

    @property
    def data(self) -> list[dict[str, Any]]:
        return [note.data for note in self.notes]


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_events_are_noted_with_their_fields_and_those_of_the_wire_are_not(kept: Kept) -> None:
    noter = kept.noter()
    for event in (
        events.Audio(b"\0\0"),
        events.OutputTranscript("a piece"),
        events.OutputTranscript("all of it", is_final=True, turn=2),
        events.PhaseTransition("a", "b", "why"),
        events.Connected(Continuation.RESUMED),
    ):
        noter.event(event)
    assert [note.kind for note in kept.notes] == ["event"] * 3
    assert kept.data[0]["text"] == "all of it"
    assert kept.data[0]["turn"] == 2
    assert kept.data[1] == {"event": "PhaseTransition", "from": "a", "to": "b", "reason": "why"}
    assert kept.data[2]["continuation"] == Continuation.RESUMED.value


def test_a_function_is_noted_when_it_is_over(kept: Kept) -> None:
    with kept.noter().tools([CALL]) as answers:
        kept.now = 103.0
        answers.answered(CALL, {"error": "no"}, "ToolError")
    assert kept.notes == [Note(103.0, "tool", {"id": "a", "name": "find", "began": 100.0, "error": "ToolError"})]


async def test_a_cancelled_function_tells_that_it_was(kept: Kept, autojump_clock: object) -> None:
    with trio.move_on_after(1), kept.noter().tools([CALL]):
        await trio.sleep_forever()
    (data,) = kept.data
    assert data["error"] == "Cancelled"


def test_who_writes_a_key(kept: Kept) -> None:
    noter, state = kept.noter(), State()
    state.add_sink(noter)
    with noter.tools([CALL]):
        state.set("found", 1)
    with noter.doing("step", "move_on"):
        state.set("found", 2)
        with noter.extraction("wish"):
            state.set("day", "Monday")
    state.set("found", 3)
    assert [(data["key"], data.get("new"), data["who"]) for data in kept.data if "key" in data] == [
        ("found", 1, "function find"),
        ("found", 2, "step move_on"),
        ("day", "Monday", "extraction wish"),
        ("found", 3, "another thread"),  # outside of Trio
    ]


async def test_whoever_runs_in_no_step_is_named_by_its_task(kept: Kept) -> None:
    state = State()
    state.add_sink(kept.noter())
    state.set("found", 1)
    assert kept.data[0]["who"] == f"task {trio.lowlevel.current_task().name.rpartition('.')[2]}"


def test_what_fails_in_a_step_is_noted_and_goes_on(kept: Kept) -> None:
    with pytest.raises(ValueError, match="no"), kept.noter().doing("step", "x"):
        raise ValueError("no")
    assert kept.data == [{"name": "x", "began": 100.0, "error": "ValueError"}]


def test_what_is_to_be_hidden_is_hidden(kept: Kept) -> None:
    noter = kept.noter(Redaction(digits=5))
    noter.lost("call 123456", 1011)
    noter.event(events.Error("it was 123456"))
    assert "123456" not in repr(kept.notes)


def test_a_keeper_that_fails_is_told_once_and_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(note: Note) -> None:
        raise OSError("disk full")

    noter = Noter(refuse, lambda: 0.0)
    noter.dialled(1)
    noter.connected()
    assert [record.getMessage() for record in caplog.records] == ["notes of a call are not kept any more: disk full"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [({"a": 1}, {"a": 1}), (Continuation.NEW, Continuation.NEW.value), (b"x", "b'x'"), ((1, 2), [1, 2])],
    ids=["object", "enum", "bytes", "tuple"],
)
def test_fields_become_json(found: Any, expected: Any) -> None:
    assert as_json(found) == expected
