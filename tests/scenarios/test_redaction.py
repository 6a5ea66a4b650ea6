"""A secret is planted wherever one can come in, and looked for wherever something goes out.

Both sides say it, in pieces; it is typed; it is an argument and a result of a function, and the text of an error; it stands
in the State. What goes out: live events, callbacks for words, the State's own keys, the journal's sinks, snapshots,
recordings, logs, figures, and what ends the session. The function gets the truth.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from typing import Any

import pytest
import trio

from tests.peer import (
    audio,
    builder,
    call,
    call_of,
    heard,
    reading,
    said,
    settled,
    text,
    thought,
    tool_call,
    turn_complete,
)
from trio_live import FunctionCall, FunctionResponse, Live, LiveHandle, State, events
from trio_live.persistence import MemoryPersistence
from trio_live.recording import MemoryWireRecorder
from trio_live.state import MemoryJournalSink

SECRET = "4111 1111 1111 1111"
MASK = "[card ending 1111]"
PIECES = ("My card is 4111 11", "11 1111 ", "1111, all right?")


def holds_secret(found: object) -> bool:
    """Whether the number, or most of it, stands in something, however it is cut into pieces and spaced."""
    return "41111111" in re.sub(r"[^\d]", "", str(found).replace(MASK, ""))  # whose own digits may follow a 4


class Exits:
    """Everything that leaves one session."""

    def __init__(self) -> None:
        self.backend = MemoryPersistence()
        self.recorder = MemoryWireRecorder()
        self.sink = MemoryJournalSink()
        self.state = State(sinks=[self.sink])
        self.words: list[str] = []
        self.charged: list[Any] = []
        self.events: list[object] = []
        self.left: dict[str, object] = {}

    def agent(self) -> Live:
        async def charge(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
            self.charged += [asked.args for asked in calls]
            state.set("card", SECRET)
            state.set("order", {"card": {"number": 4111111111111111}})
            return [FunctionResponse.of(asked, {"charged": SECRET}) for asked in calls]

        async def fail() -> None:
            raise ValueError(f"cannot print {SECRET}")

        async def on_error(words: str) -> None:
            self.words.append(words)

        return (
            builder()
            .transcription()
            .state(self.state)
            .add_tool({"name": "charge"})
            .on_tool_call(charge)
            .on_turn_complete(fail)
            .on_error(on_error)
            .on_input_transcript(lambda words, _: self.words.append(words))
            .on_output_transcript(lambda words, _: self.words.append(words))
            .on_thought(self.words.append)
            .on_text(self.words.append)
            .on_text_complete(self.words.append)
            .persistence(self.backend)
            .wire_recorder(self.recorder)
            .redact()
        )

    async def talk(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG, "trio_live")
        async with call(self.agent()) as (session, peer), reading(session) as seen:
            await session.send_text(f"Take {SECRET}.")
            await peer.send(*map(heard, PIECES), thought(f"He says {SECRET}."), *map(said, PIECES), *map(text, PIECES))
            await peer.send(tool_call(call_of("charge", "1", card=SECRET)))
            await settled()
            await peer.send(audio(b"\1\0"), {**turn_complete()})
            await settled()
            await trio.sleep(1.5)
            await peer.send(heard("It ends in 4111 11"), said("11 1111 1111"))
            await settled()
            self.look_at(session)
            peer.close(1011, f"could not charge {SECRET}")
            await session.done()
        self.events = list(seen)
        ended = session.ended
        self.left |= {"how it ended": ended}

    def look_at(self, session: LiveHandle) -> None:
        signals = {key: value for key, value in session.state.to_dict().items() if key.startswith("session:")}
        self.left |= {
            "the State's own keys": signals,
            "the State, redacted": session.state.to_dict(redacted=True),
            "the figures": session.telemetry.snapshot(),
        }


async def test_a_secret_leaves_by_no_exit(autojump_clock: trio.abc.Clock, caplog: pytest.LogCaptureFixture) -> None:
    exits = Exits()
    await exits.talk(caplog)
    snapshot = await exits.backend.load("default")
    assert snapshot is not None
    frames = [entry.payload.decode() for entry in exits.recorder.entries()]
    left = exits.left | {
        "events": [event for event in exits.events if not isinstance(event, events.Audio)],
        "callbacks": "".join(exits.words),
        "the journal": [mutation.to_json() for mutation in exits.sink.mutations()],
        "the snapshot": snapshot.to_json(),
        "the recording": frames,
        "the recording, its pieces joined": re.findall(r'"text":"(.*?)"', "".join(frames)),
        "the logs": caplog.text,
        "the records of the logs": [[record.getMessage(), record.exc_info] for record in caplog.records],
    }
    assert {name: found for name, found in left.items() if holds_secret(found)} == {}
    assert exits.charged == [{"card": SECRET}]
    assert exits.state.get("card") == SECRET


async def test_what_is_left_says_what_was_there(
    autojump_clock: trio.abc.Clock, caplog: pytest.LogCaptureFixture
) -> None:
    exits = Exits()
    await exits.talk(caplog)
    snapshot = await exits.backend.load("default")
    assert snapshot is not None
    finals = [
        event.text
        for event in exits.events
        if isinstance(event, events.InputTranscript | events.OutputTranscript) and event.is_final
    ]
    assert finals[:2] == [f"My card is {MASK}, all right?"] * 2
    pieces = [event.text for event in exits.events if isinstance(event, events.InputTranscript) and not event.is_final]
    assert pieces[:2] == ["My card is ", f"{MASK}, all right?"]
    assert snapshot.transcript[0].user == f"Take {MASK}. My card is {MASK}, all right?"
    assert snapshot.state["card"] == MASK
    assert snapshot.state["order"] == {"card": {"number": MASK}}
    ran = [event for event in exits.events if isinstance(event, events.ToolExecution)]
    assert [(event.args, event.result) for event in ran] == [({"card": MASK}, {"charged": MASK})]
    assert any(
        event.message == f"on_turn_complete: cannot print {MASK}"
        for event in exits.events
        if isinstance(event, events.Error)
    )
    assert f"cannot print {MASK}" in caplog.text
    sounds = [json.loads(entry.payload) for entry in exits.recorder.entries() if b"inlineData" in entry.payload]
    assert {each["serverContent"]["modelTurn"]["parts"][0]["inlineData"]["data"] for each in sounds} == {"AAA="}


async def test_keys_of_the_program_are_hidden_whole() -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink], redact_keys=["mine"])
    async with call(builder().state(state).redact(cards=False, keys=["pin"])) as (session, _):
        session.state.set("pin", 17)
        session.state.set("mine", 18)
    assert {mutation.key: mutation.new for mutation in sink.mutations() if mutation.key in ("pin", "mine")} == {
        "pin": "[redacted]",
        "mine": "[redacted]",
    }


async def test_nothing_is_hidden_unless_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    for live in (builder(), builder().redact().redact(cards=False)):
        assert live.spec.redaction is None
        async with call(live) as (session, peer), reading(session) as seen:
            await peer.send(said(SECRET), turn_complete())
            await settled()
        assert [event.text for event in seen if isinstance(event, events.OutputTranscript)] == [SECRET, SECRET]


@pytest.mark.parametrize(
    ("arguments", "error", "what"),
    [
        ({"digits": 0}, ValueError, "digits must be between"),
        ({"patterns": {"(": ""}}, ValueError, "no regular expression"),
        ({"keys": [1]}, TypeError, "key must be a string"),
        ({"cards": 1}, TypeError, "cards must be True or False"),
    ],
)
def test_what_cannot_be_hidden_is_refused(arguments: Any, error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        builder().redact(**arguments)
