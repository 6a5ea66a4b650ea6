"""Every callback and every live event, over a real socket: on its lane, in its order, in its mode.

The tables are total: a callback or an event that is added must be added here.

A lane is told by what it waits for. A blocking callback holds the control lane (the *gate*): what fires while it holds
is not called there, and what does not fire before it lets go is.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import trio
import trio_websocket

from tests.peer import (
    Frame,
    audio,
    bare_turn_complete,
    call_of,
    cancels,
    content,
    generation_complete,
    go_away,
    heard,
    interrupted,
    media,
    resumable,
    said,
    setup_complete,
    speech,
    text,
    thought,
    tool_call,
    usage,
)
from tests.scenarios.harness import witness
from tests.transport.servers import open_server, talking
from trio_live import CallbackMode, FunctionResponse, Live, LiveEvent, LiveHandle, TranscriptWindow, events
from trio_live.extraction import FieldPromotion, RuleExtractor, TurnExtractor, regex
from trio_live.lanes import HOOKS, EventCallbacks, Hook
from trio_live.lanes._internal import with_callback
from trio_live.phases import Phase, Transition
from trio_live.session import Lane

SOON = 10.0
GATE, MARK = "gate", "mark"

CALLBACK_FIRST, EVENT_FIRST = "callback first", "event first"


@attrs.frozen
class Row:
    """What makes a callback fire, the event that tells the same, and which of the two comes first."""

    frames: tuple[Frame | str, ...]
    event: type[LiveEvent] | None = None
    order: str = CALLBACK_FIRST


TURN = (text("Hi"), bare_turn_complete())
CALL = (tool_call(call_of("book", "1")),)

FIRED_BY_A_FRAME: dict[str, Row] = {
    "on_audio": Row((audio(b"00"),), events.Audio),
    "on_text": Row((text("Hi"),), events.TextDelta),
    "on_text_complete": Row(TURN, events.TextComplete),
    "on_input_transcript": Row((heard("Hi"),), events.InputTranscript),
    "on_output_transcript": Row((said("Hi"),), events.OutputTranscript),
    "on_thought": Row((thought("Hm"),), events.Thought),
    "on_vad_start": Row((speech("START"),), events.VadStart),
    "on_vad_end": Row((speech("START"), speech("END")), events.VadEnd),
    "on_phase": Row((speech("START"),)),
    "on_usage": Row((usage(3, 4),)),
    "on_media": Row((media("video/mp4", b"00"),), events.Media),
    "on_grounding": Row((content(groundingMetadata={}),), events.Grounding),
    "on_interrupted": Row((audio(b"00"), interrupted()), events.Interrupted),
    "on_tool_call": Row(CALL, events.ToolExecution),
    "before_tool_response": Row(CALL, events.ToolExecution),
    "on_tool_cancelled": Row((*CALL, cancels("1")), events.ToolCancelled, EVENT_FIRST),
    "on_generation_complete": Row((generation_complete(),)),
    "on_turn_boundary": Row(TURN, events.TurnComplete),
    "on_turn_complete": Row(TURN, events.TurnComplete),
    "instruction_template": Row(TURN, events.TurnComplete),
    "instruction_amendment": Row(TURN, events.TurnComplete),
    "on_go_away": Row((go_away(),), events.GoAway),
    "on_error": Row(("no frame at all",), events.Error, EVENT_FIRST),
    "on_resumption_update": Row((resumable("h"),), events.ResumptionUpdate),
    "on_transfer": Row((tool_call(call_of("transfer_to", "1", agent="b")),), events.AgentTransfer),
    "on_extracted": Row((heard("I am Ann."), *TURN), events.Extraction, EVENT_FIRST),
    "on_extraction_error": Row((heard("I am Ann."), *TURN), events.ExtractionError, EVENT_FIRST),
}

AT_THE_ENDS = {"on_connected", "on_disconnected", "on_resumed"}
"""Fired by the beginnings and the end of connections."""

BY_THE_PROGRAM = {"on_dtmf"}
"""Fired by what the program tells the session; `test_handle` does so."""

OF_COSTS = {events.CostWarning}
"""Told when a sum is passed; `test_costs` sees it."""

OF_VOICES = {events.PlaybackVolume, events.Reprompted, events.FillerDue, events.Dtmf}
"""Told to players, and of users who are silent, wait, or press keys; `test_microphone`, `test_reprompting`, `test_fillers` and
`test_handle` do so."""

OF_CONNECTIONS = {events.Connected, events.Disconnected, events.Reconnecting, events.Undelivered}
"""Told of the beginnings and ends of connections; `test_reconnecting` sees those in the middle of a session."""

OTHER_EVENTS: dict[type[LiveEvent], tuple[Frame, ...]] = {
    events.PhaseTransition: TURN,
    events.StatePromotion: (heard("I am Ann."), *TURN),
    events.TurnMetrics: TURN,
    events.Telemetry: (),
    events.InteractionStatus: (content(interactionStatus="IDLE"),),
    events.TranscriptAmended: (audio(b"00"), bare_turn_complete(), said("late")),
}
"""Events that no callback tells, and the frames that lead to them."""


def test_the_tables_hold_every_callback_and_every_event() -> None:
    assert set(FIRED_BY_A_FRAME) | AT_THE_ENDS | BY_THE_PROGRAM == set(HOOKS)
    seed = 38
    added = {"on_media", "on_grounding", "on_resumption_update", "on_resumption_update_mode", "on_dtmf", "on_dtmf_mode"}
    assert len({field.name for field in attrs.fields(EventCallbacks)} - added) == seed
    told = {row.event for row in FIRED_BY_A_FRAME.values() if row.event is not None}
    told |= {*OTHER_EVENTS, *OF_CONNECTIONS, *OF_COSTS, *OF_VOICES}
    ours = {kind for kind in LiveEvent.__subclasses__() if kind.__module__.startswith("trio_live.")}
    assert told == ours, "programs may have events of their own"


# -- a session over a socket ---------------------------------------------------------------------------------------


class Notes:
    """What happened, in order: callbacks by name, events as they are. Somebody may wait for the next."""

    def __init__(self) -> None:
        self.entries: list[Any] = _Noticed(self)
        self.news = trio.lowlevel.ParkingLot()

    async def wait(self, enough: Callable[[list[Any]], bool]) -> None:
        while not enough(self.entries):
            await self.news.park()

    async def wait_for(self, name: str) -> None:
        await self.wait(lambda entries: name in entries)


class _Noticed(list[Any]):
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def append(self, entry: Any) -> None:
        super().append(entry)
        self._notes.news.unpark_all()


class Talk:
    """One session, its server, and what happened."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.open = trio.Event()
        """Lets the gate go."""
        self.go_on = trio.Event()
        """Lets a slow callback go."""
        self.session: LiveHandle
        self._to_server, self._frames = trio.open_memory_channel[Frame | str](100)

    async def say(self, *frames: Frame | str) -> None:
        for frame in frames:
            await self._to_server.send(frame)

    async def serve(self, socket: trio_websocket.WebSocketConnection) -> None:
        await socket.get_message()
        await socket.send_message(json.dumps(setup_complete()))
        async for frame in self._frames:
            await socket.send_message(frame if isinstance(frame, str) else json.dumps(frame))

    async def gate(self, *_: object) -> None:
        """Holds the control lane."""
        self.notes.entries.append(GATE)
        await self.open.wait()

    def noting(self, name: str, *, slow: bool = False) -> Callable[..., Any]:
        """A callback that notes its name, as this hook wants it."""
        if not HOOKS[name].is_async:
            return lambda *_: self.notes.entries.append(name)

        async def note(*args: Any) -> Any:
            self.notes.entries.append(name)
            if slow:
                await self.go_on.wait()
            if name == "on_tool_call":
                return [FunctionResponse.of(call, {"ok": True}) for call in args[0]]
            return args[0] if name == "before_tool_response" else None

        return note


async def answer(calls: Any, _: object) -> list[FunctionResponse]:
    return [FunctionResponse.of(call, {"ok": True}) for call in calls]


def hooked(live: Live, name: str, function: Callable[..., Any], mode: CallbackMode = CallbackMode.BLOCKING) -> Live:
    callbacks = with_callback(live.spec.callbacks, name, function, mode)
    return attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))


async def never_answer(*_: object) -> list[FunctionResponse]:
    await trio.sleep_forever()
    raise AssertionError


def agent() -> Live:
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription().reconnect(on=False)


def governed() -> Live:
    phases = (Phase("a", transitions=[Transition("b", lambda _: True)]), Phase("b", terminal=True))
    return agent().initial_phase("a").phases(*phases)


FACTS = RuleExtractor("Facts", {"name": regex(r"I am (\w+)")}, promotion_rules=[FieldPromotion.overwrite("name")])


class Broken(TurnExtractor):
    """Finds nothing, and says so."""

    name = "Broken"

    async def extract(self, window: TranscriptWindow) -> None:
        raise RuntimeError("nothing there")


def two_agents(live: Live) -> Live:
    """On a model that is told at once."""
    a, b = (Live.builder().instruction(text) for text in ("Be a.", "Be b."))
    return live.model("gemini-3.8-live").agent("a", a).agent("b", b)


NEEDS: dict[str, Callable[[Live], Live]] = {
    "before_tool_response": lambda live: live.on_tool_call(answer),
    "on_tool_cancelled": lambda live: live.on_tool_call(never_answer),
    "on_transfer": two_agents,
    "on_extracted": lambda live: live.extractor(FACTS),
    "on_extraction_error": lambda live: live.extractor(Broken()),
}
"""What else a hook needs to be called."""


@asynccontextmanager
async def talking_to(talk: Talk, live: Live) -> AsyncGenerator[Talk, None]:
    with trio.fail_after(SOON):
        async with open_server(talking(talk.serve)) as url, live.connect_google_ai("k", base_url=url) as talk.session:
            witness(talk.session, talk.notes.entries)
            yield talk


def happened(talk: Talk, wanted: type[LiveEvent] | None) -> Callable[[list[Any]], bool]:
    return lambda entries: wanted is None or any(type(entry) is wanted for entry in entries)


BESIDE = {"on_tool_call", "before_tool_response"}
"""Awaited beside the lane: an answer waits for them, and nothing else does."""


def gate_of(name: str) -> tuple[str, Frame]:
    """A hook that holds the control lane in the test of another, and the frame that calls it."""
    return ("on_generation_complete", generation_complete()) if name == "on_go_away" else ("on_go_away", go_away())


# -- callbacks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIRED_BY_A_FRAME)
async def test_a_callback_fires_on_its_lane_in_its_order(name: str) -> None:
    row, hook, talk = FIRED_BY_A_FRAME[name], HOOKS[name], Talk()
    gate, frame = gate_of(name)
    live = hooked(hooked(agent(), gate, talk.gate), name, talk.noting(name))
    live = NEEDS[name](live) if name in NEEDS else live
    marks_by = "on_thought" if name != "on_thought" else "on_text"
    live = hooked(live, marks_by, lambda *_: talk.notes.entries.append(MARK))
    async with talking_to(talk, live):
        await talk.say(frame)
        await talk.notes.wait_for(GATE)
        await talk.say(*row.frames, thought("mark") if marks_by == "on_thought" else text("mark"))
        await talk.notes.wait_for(MARK)
        if hook.lane is not Lane.CONTROL:
            await talk.notes.wait_for(name)
        assert (name in talk.notes.entries) is (hook.lane is not Lane.CONTROL)
        talk.open.set()
        await talk.notes.wait_for(name)
        await talk.notes.wait(happened(talk, row.event))
        if row.event is not None:
            called = talk.notes.entries.index(name)
            told = [type(entry) for entry in talk.notes.entries].index(row.event)
            assert (called < told) is (row.order == CALLBACK_FIRST)


def modes(hook: Hook) -> list[CallbackMode]:
    return list(CallbackMode) if hook.modes else [CallbackMode.BLOCKING]


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (name, mode)
        for name, hook in HOOKS.items()
        if name in FIRED_BY_A_FRAME and hook.is_async
        for mode in modes(hook)
    ],
    ids=lambda value: value if isinstance(value, str) else value.value,
)
async def test_the_lane_waits_for_a_blocking_callback_and_for_no_other(name: str, mode: CallbackMode) -> None:
    talk = Talk()
    next_one, frame = gate_of(name)
    live = hooked(agent(), name, talk.noting(name, slow=True), mode)
    live = hooked(live, next_one, talk.gate)
    live = hooked(live, "on_thought", lambda *_: talk.notes.entries.append(MARK))
    live = NEEDS[name](live) if name in NEEDS else live
    talk.open.set()
    async with talking_to(talk, live):
        await talk.say(*FIRED_BY_A_FRAME[name].frames)
        await talk.notes.wait_for(name)
        await talk.say(frame, thought("mark"))
        await talk.notes.wait_for(MARK)
        goes_on = mode is CallbackMode.CONCURRENT or name in BESIDE
        if goes_on:
            await talk.notes.wait_for(GATE)
        assert (GATE in talk.notes.entries) is goes_on
        talk.go_on.set()
        await talk.notes.wait_for(GATE)


@pytest.mark.parametrize("mode", CallbackMode)
async def test_the_beginning_and_the_end_are_told_each_by_callback_and_event(mode: CallbackMode) -> None:
    talk = Talk()

    async def connected(writer: object) -> None:
        talk.notes.entries.append("on_connected")

    async def disconnected(reason: str | None) -> None:
        assert reason is None
        talk.notes.entries.append("on_disconnected")

    live = hooked(hooked(agent(), "on_connected", connected, mode), "on_disconnected", disconnected, mode)
    async with talking_to(talk, live):
        await talk.notes.wait(happened(talk, events.Connected))
    order = [entry if isinstance(entry, str) else type(entry).__name__ for entry in talk.notes.entries]
    told = [each for each in order if each in {"on_connected", "Connected", "on_disconnected", "Disconnected"}]
    assert told[-2:] == ["Disconnected", "on_disconnected"]
    assert set(told[:2]) == {"on_connected", "Connected"}
    if mode is CallbackMode.BLOCKING:
        assert told[:2] == ["on_connected", "Connected"]


# -- events --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OTHER_EVENTS, ids=lambda kind: kind.__name__)
async def test_an_event_without_a_callback_is_published(kind: type[LiveEvent]) -> None:
    talk = Talk()
    async with talking_to(talk, governed().extractor(FACTS).telemetry_interval(0.05)):
        await talk.say(*OTHER_EVENTS[kind])
        await talk.notes.wait(happened(talk, kind))
