"""A callback that raises: every hook, in each of its modes, under both policies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, araising, raising
from tests.peer import (
    Diary,
    Frame,
    Peer,
    audio,
    builder,
    call,
    call_of,
    cancels,
    content,
    generation_complete,
    go_away,
    heard,
    interrupted,
    media,
    parts_of,
    reading,
    resumable,
    said,
    settled,
    speech,
    text,
    thought,
    tool_call,
    turn_complete,
    usage,
)
from trio_live import CallbackMode, Live, LiveHandle, events
from trio_live.lanes import HOOKS
from trio_live.lanes._internal import with_callback

TRIGGERS: dict[str, list[Frame | str]] = {
    "on_audio": [audio(b"ab")],
    "on_text": [text("Hi")],
    "on_text_complete": [text("Hi"), turn_complete()],
    "on_input_transcript": [heard("Hi")],
    "on_output_transcript": [said("Hi")],
    "on_thought": [thought("Hm")],
    "on_vad_start": [speech("START")],
    "on_vad_end": [speech("START"), speech("END")],
    "on_phase": [text("Hi")],
    "on_usage": [usage(1, 2)],
    "on_interrupted": [interrupted()],
    "on_tool_call": [tool_call(call_of("f", "1"))],
    "on_tool_cancelled": [cancels("1")],
    "on_turn_complete": [turn_complete()],
    "on_generation_complete": [generation_complete()],
    "on_go_away": [go_away()],
    "on_connected": [],
    "on_disconnected": [],
    "on_error": ["no frame at all"],
    "before_tool_response": [tool_call(call_of("f", "1"))],
    "on_turn_boundary": [turn_complete()],
    "instruction_template": [turn_complete()],
    "instruction_amendment": [turn_complete()],
    "on_media": [media("video/mp4", b"00")],
    "on_grounding": [content(groundingMetadata={})],
    "on_resumption_update": [resumable("h")],
}
"""What makes the session call a hook; connecting and disconnecting need nothing."""

BY_HAND = {"on_resumed", "on_transfer", "on_extracted", "on_extraction_error", "on_dtmf"}
"""Hooks that no single frame leads to. The tests have the session's own dispatcher call them."""

CASES = [
    pytest.param(name, mode, id=f"{name}-{mode.value}")
    for name, hook in HOOKS.items()
    for mode in CallbackMode
    if hook.modes or mode is CallbackMode.BLOCKING
]


def test_every_hook_is_put_to_the_test() -> None:
    assert set(TRIGGERS) | BY_HAND == set(HOOKS)
    assert not set(TRIGGERS) & BY_HAND


class Faulty:
    """A callback that raises while it is armed."""

    def __init__(self, error: Exception, *, is_async: bool) -> None:
        self.armed = False
        self.raised = 0
        self._error = error
        self.function: Callable[..., Any] = self._later if is_async else self._now

    def _now(self, *args: object) -> None:
        if self.armed:
            self.raised += 1
            raise self._error

    async def _later(self, *args: object) -> None:
        await trio.lowlevel.checkpoint()
        self._now()


def with_hook(live: Live, name: str, function: Callable[..., Any], mode: CallbackMode) -> Live:
    callbacks = with_callback(live.spec.callbacks, name, function, mode)
    return attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))


async def provoke(name: str, mode: CallbackMode, faulty: Faulty, session: LiveHandle, peer: Peer) -> None:
    faulty.armed = True
    if name in BY_HAND:
        dispatcher = parts_of(session).dispatcher
        await dispatcher.run(name, faulty.function, "from", "to", mode=mode)
    elif TRIGGERS[name]:
        await peer.send(*TRIGGERS[name])
    elif name == "on_disconnected":
        await session.disconnect()
    await settled()


@pytest.mark.parametrize(("name", "mode"), CASES)
async def test_under_report_everybody_hears_of_it_and_the_session_goes_on(
    name: str, mode: CallbackMode, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    boom, told = ValueError("boom"), list[str]()

    async def on_error(message: str) -> None:
        told.append(message)

    faulty = Faulty(boom, is_async=HOOKS[name].is_async)
    faulty.armed = name == "on_connected"
    live = with_hook(builder().on_error(on_error), name, faulty.function, mode)
    async with call(live) as (session, peer), reading(session) as seen:
        await settled()
        await provoke(name, mode, faulty, session, peer)
        faulty.armed = False
        assert faulty.raised >= 1
        assert session.telemetry.callback_errors[name] == faulty.raised
        if name != "on_disconnected":
            before = len(seen)
            await peer.send(said("still"), text("here"), turn_complete())
            await settled()
            assert events.TurnComplete() in seen[before:]
            assert events.TextDelta("here") in seen[before:]
    words = f"{name}: boom"
    if name != "on_connected":  # its event may have come before anybody could listen
        assert events.Error(words) in seen
    assert (words in told) is (name != "on_error")
    records = [record for record in caplog.records if record.exc_info and record.exc_info[1] is boom]
    assert records
    assert all(name in record.getMessage() and record.levelno == logging.ERROR for record in records)


@pytest.mark.parametrize(("name", "mode"), CASES)
async def test_under_raise_the_exception_itself_ends_the_session(
    name: str, mode: CallbackMode, autojump_clock: MockClock
) -> None:
    boom, diary = BoomError("boom"), Diary()
    faulty = Faulty(boom, is_async=HOOKS[name].is_async)
    faulty.armed = name == "on_connected"
    live = builder().callback_errors("raise").on_disconnected(diary.anote("bye"))
    live = with_hook(live, name, faulty.function, mode)

    async def talk() -> None:
        async with call(live) as (session, peer):
            await settled()
            await provoke(name, mode, faulty, session, peer)
            await trio.sleep_forever()

    with pytest.raises(BoomError) as caught:
        await talk()
    assert caught.value is boom
    assert not isinstance(boom.__context__, BaseExceptionGroup)
    assert boom.__cause__ is None
    if name != "on_disconnected":
        assert diary.entries == [("bye", "the session failed: boom")]


async def test_a_raising_speaker_is_told_of_once_a_second(autojump_clock: MockClock) -> None:
    live = builder().on_audio(raising(BoomError("no speaker")))
    async with call(live) as (session, peer), reading(session) as seen:
        for _ in range(30):
            await peer.send(audio(b"ab"))
            await trio.sleep(0.04)
        assert session.telemetry.callback_errors == {"on_audio": 30}
    messages = [event.message for event in seen if isinstance(event, events.Error)]
    assert messages == ["on_audio: no speaker", "on_audio: no speaker (24 more like it were not reported)"]
    assert sum(isinstance(event, events.Audio) for event in seen) == 30


async def test_an_on_error_that_raises_is_not_asked_about_itself(autojump_clock: MockClock) -> None:
    calls: list[str] = []

    async def on_error(message: str) -> None:
        calls.append(message)
        raise BoomError("and again")

    async with call(builder().on_error(on_error)) as (session, peer), reading(session) as seen:
        await peer.send("no frame at all")
        await settled()
        assert session.telemetry.callback_errors == {"on_error": 1}
    assert len(calls) == 1
    assert [type(event) for event in seen if not isinstance(event, events.Connected)] == [events.Error, events.Error]
    assert events.Error("on_error: and again") in seen


async def test_an_error_at_the_very_end_still_reaches_on_error(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_disconnected(araising(BoomError("no goodbye"))).on_error(diary.anote("error"))
    async with call(live):
        pass
    assert diary.entries == [("error", "on_disconnected: no goodbye")]


async def test_a_concurrent_callback_that_raises_while_the_session_ends_is_heard(autojump_clock: MockClock) -> None:
    diary = Diary()

    async def late() -> None:
        await trio.sleep(0.1)
        raise BoomError("late")

    live = builder().on_turn_complete_concurrent(late).on_error(diary.anote("error"))
    async with call(live) as (_, peer):
        await peer.send(turn_complete())
        await settled()
    assert diary.entries == [("error", "on_turn_complete: late")]


async def test_a_callback_that_is_cancelled_at_the_end_has_not_failed(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_turn_complete(diary.anote("slow", takes=60)).on_error(diary.anote("error"))
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await settled()
    assert diary.names() == ["slow"]
    assert session.telemetry.callback_errors == {}


@pytest.mark.parametrize("concurrent", [False, True])
async def test_a_clean_up_that_fails_at_the_end_is_the_callbacks_error(
    autojump_clock: MockClock, *, concurrent: bool
) -> None:
    """Not an internal failure: the session ends as it would have."""

    async def untidy() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            try:
                await trio.sleep_forever()
            finally:
                raise BoomError("no broom")

    live = builder().on_turn_complete(untidy, mode=CallbackMode.CONCURRENT if concurrent else CallbackMode.BLOCKING)
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await settled()
    assert session.telemetry.callback_errors == {"on_turn_complete": 1}
