"""Recorded turns, told in any order and bundled in any way that keeps the order of each kind: the record is the same.

A server sends three streams that are independent of each other: what it generates (sound, calls, and their ends), what
it heard, and what it said. Each keeps its own order; between them nothing is promised.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peer import audio, bare_turn_complete, content, generation_complete, heard, said, usage
from tests.session.test_recordings import SPOKEN, load
from trio_live import wire_events
from trio_live.conversation import TranscriptBuffer, TranscriptTurn
from trio_live.events._internal import SendText, SendToolResponse
from trio_live.session._internal import Answered, SessionProtocol
from trio_live.wire import FunctionResponse, Platform, Setup, profile_for

Frame = dict[str, Any]
Turn = tuple[list[Frame], ...]
"""The streams of one turn: generated, heard, said."""

TRANSCRIPTS = ("inputTranscription", "outputTranscription")

SPOKEN_WITH_QUESTIONS = [
    *(heard(" What"), heard(" is the"), audio(b"0000"), heard(" weather?"), said("It is"), audio(b"1111")),
    *(said(" foggy."), generation_complete(), bare_turn_complete() | usage(10, 5)),
    *(heard("What is the wind like?"), said("There is"), said(" none."), audio(b"2222"), generation_complete()),
    *(content(interactionStatus="IDLE"), bare_turn_complete()),
]
"""Two turns as newer models send them, with what the user said; no recording has any."""


def turns_of(frames: list[Frame]) -> list[Turn]:
    """The turns of a session, each frame taken apart into its streams."""
    turns: list[Turn] = [([], [], [])]
    for frame in copy.deepcopy(frames):
        generated, *streams = turns[-1]
        for stream, name in zip(streams, TRANSCRIPTS, strict=True):
            if name in frame.get("serverContent", {}):
                stream.append({"serverContent": {name: frame["serverContent"].pop(name)}})
        if frame not in ({"serverContent": {}}, {}):
            generated.append(frame)
        if frame.get("serverContent", {}).get("turnComplete"):
            turns.append(([], [], []))
    return [turn for turn in turns if any(turn)]


@st.composite
def orders(draw: Any, turn: Turn) -> list[Frame]:
    """The frames of a turn in another order, some of them made one."""
    streams = [list(stream) for stream in turn]
    frames: list[Frame] = []
    while any(streams):
        stream = draw(st.sampled_from([stream for stream in streams if stream]))
        frame = copy.deepcopy(stream.pop(0))
        if frames and draw(st.booleans()) and can_join(frames[-1], frame):
            frames[-1]["serverContent"] |= frame.pop("serverContent")
            frames[-1] |= frame
        else:
            frames.append(frame)
    return frames


def can_join(frame: Frame, other: Frame) -> bool:
    """Whether two frames can be one: no field twice, and no sound after the end of its turn."""
    ours, theirs = frame.get("serverContent"), other.get("serverContent")
    return ours is not None and theirs is not None and not (ours.keys() & theirs.keys())


class Session:
    """A protocol, and the record that the control lane would make of its events."""

    def __init__(self, setup: Setup, platform: Platform) -> None:
        self.buffer = TranscriptBuffer()
        self.ends: list[wire_events.TurnComplete] = []
        self.protocol = SessionProtocol(setup, profile_for(setup.model, platform), on_lost=lambda _: None)
        self.protocol.begin()
        self.hear({"setupComplete": {}})

    def hear(self, frame: Frame) -> None:
        for event in self.protocol.receive(json.dumps(frame)):
            match event:
                case wire_events.InputTranscription(text, late=True):
                    self.buffer.amend_input(text, 0)
                case wire_events.OutputTranscription(text, late=True):
                    self.buffer.amend_output(text, 0)
                case wire_events.InputTranscription(text):
                    self.buffer.push_input(text)
                case wire_events.OutputTranscription(text):
                    self.buffer.push_output(text)
                case wire_events.ToolCall(calls):
                    self.protocol.tools_started()
                    for call in calls:
                        self.buffer.push_tool_call(call.name, call.args, None)
                        answer = FunctionResponse(call.id, call.name, {})
                        self.protocol.calls.accept([Answered(call, answer)])
                        self.protocol.send(SendToolResponse((answer,)))
                case wire_events.TurnComplete():
                    self.buffer.end_turn(0)
                    self.ends.append(event)

    def told(self, turns: list[list[Frame]], *, asked: bool) -> tuple[list[TranscriptTurn], int, bool]:
        """What is on record after these turns, how many there were, and whether anything is still open.

        What the user types at first opens the turn that answers it; later turns are a while apart.
        """
        if asked:
            self.protocol.send(SendText("Go on."))
        for frames in turns:
            for frame in frames:
                self.hear(frame)
            self.protocol.turns.now += 10
        return self.buffer.all_turns(), len(self.ends), self.buffer.has_pending()


def setup_of(name: str) -> Setup:
    return Setup(model=load(name)[0]["frame"]["setup"]["model"])


def platform_of(name: str) -> Platform:
    return Platform.VERTEX if name.startswith("vertex") else Platform.GOOGLE_AI


@pytest.mark.parametrize("name", SPOKEN)
@given(data=st.data())
def test_a_recorded_turn_leaves_the_same_record_in_any_order(name: str, data: st.DataObject) -> None:
    rows = [row["frame"] for row in load(name) if row["dir"] == "server"]
    turns = turns_of([row for row in rows if "setupComplete" not in row])
    as_it_was = Session(setup_of(name), platform_of(name)).told([flat(turn) for turn in turns], asked=True)
    shuffled = [data.draw(orders(turn)) for turn in turns]
    assert Session(setup_of(name), platform_of(name)).told(shuffled, asked=True) == as_it_was
    assert "".join(turn.model for turn in as_it_was[0]).strip() == SPOKEN[name]
    assert not as_it_was[2]


def flat(turn: Turn) -> list[Frame]:
    """The frames of a turn, one stream before the other: one of the orders."""
    generated, *transcripts = turn
    return [*(frame for stream in transcripts for frame in stream), *generated]


@given(data=st.data())
def test_so_does_a_turn_in_which_somebody_spoke(data: st.DataObject) -> None:
    setup = Setup(model="models/gemini-3.8-live")
    turns = turns_of(SPOKEN_WITH_QUESTIONS)
    shuffled = [data.draw(orders(turn)) for turn in turns]
    record, count, is_open = Session(setup, Platform.GOOGLE_AI).told(shuffled, asked=False)
    assert [(turn.user, turn.model) for turn in record] == [
        (" What is the weather?", "It is foggy."),
        ("What is the wind like?", "There is none."),
    ]
    assert (count, is_open) == (2, False)
