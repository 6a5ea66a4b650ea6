"""One governed agent, and every model on every platform that has it: nothing that it says is refused.

Over real sockets, against a strict emulator, which closes a connection in the server's own words for what a model or
platform does not take.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import trio

from trio_live import (
    ContextDelivery,
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    LiveEvent,
    LiveEventStream,
    LiveHandle,
    Platform,
    RepairConfig,
    State,
    SteeringMode,
    events,
)
from trio_live.emulator import Emulator, open_emulator, parse_persona
from trio_live.emulator._audio import babble
from trio_live.errors import LocalProtocolError
from trio_live.events import Applied
from trio_live.phases import Phase, StateAppend, Transition, user_has_spoken
from trio_live.session._internal import CONNECTED
from trio_live.wire import PROFILES, UNKNOWN_MODEL, Content, profile_for

G, V = Platform.GOOGLE_AI, Platform.VERTEX
HASTY: Any = {"pace": None, "realtime_playback": False, "first_word_after": 0.0, "strict": True, "raise_errors": True}
CLERK = parse_persona("""
name = "clerk"
[[rule]]
heard = { keywords = ["book"] }
call = { tool = "book" }
then = "It is booked."
[[default]]
say = "Yes."
""")

TALKERS = [
    ("gemini-2.5-flash-native-audio-latest", G),
    ("gemini-live-2.5-flash-native-audio", V),
    ("gemini-live-2.5-flash", V),
    ("gemini-3.1-flash-live-preview", G),
    ("gemini-3.1-flash-live-preview", V),
    ("gemini-3.8-live", G),
    ("gemini-3.8-live", V),
    ("gemini-3.8-live-extended-thinking", G),
    ("gemini-3.8-live-extended-thinking", V),
    ("gemini-robotics-er-2-streaming-preview", G),
    ("gemini-of-tomorrow", G),
    ("gemini-of-tomorrow", V),
]
LISTENERS = [
    ("gemini-3.5-live-translate-preview", G),
    ("gemini-3.5-live-translate-preview", V),
    ("gemini-3.5-transcribe-live", G),
    ("gemini-3.5-transcribe-live", V),
]
"""Models that take sound alone: what phases would say to them is not supported, and says so instead of being sent."""


HASTY["models"] = [model for model, _ in (*TALKERS, *LISTENERS)]
"""Without that, a strict server has no models of tomorrow."""


def known(key: str) -> Any:
    return lambda state: bool(state.get(key))


def entry(_: State, __: Any) -> Sequence[Content]:
    return [Content.of("The doctor is in.", "model")]


async def book(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
    state.set("booked", True)
    return [FunctionResponse.of(call, {"output": "done"}) for call in calls]


def agent(model: str, mode: SteeringMode, delivery: ContextDelivery) -> Live:
    """hello → ask (with a need) → booking (with its function) → bye."""
    live = (
        Live.builder()
        .model(model)
        .instruction("Never give medical advice.")
        .transcription()
        .add_tool(FunctionDeclaration("book"))
        .add_tool(FunctionDeclaration("cancel"))
        .on_tool_call(book)
        .steering_mode(mode)
        .context_delivery(delivery)
        .repair(RepairConfig())
        .initial_phase("hello")
        .phases(
            Phase("hello", "Say hello.", tools_enabled=[], transitions=[Transition("ask", user_has_spoken)]),
            Phase(
                "ask",
                "Ask for the name.",
                tools_enabled=[],
                needs=["name"],
                modifiers=[StateAppend(["session:turn_count"])],
                transitions=[Transition("booking", known("name"))],
            ),
            Phase(
                "booking",
                "Book it.",
                tools_enabled=["book"],
                prompt_on_enter=True,
                on_enter_context=entry,
                transitions=[Transition("bye", known("booked"))],
            ),
            Phase("bye", "Say goodbye.", terminal=True),
        )
    )
    return live.thinking_level("low") if "thinking" in model else live


def calling(emulator: Emulator, live: Live, platform: Platform) -> AbstractAsyncContextManager[LiveHandle]:
    if platform is G:
        return live.connect_google_ai("k", base_url=emulator.url)
    return live.connect_vertex("p", "global", "t", base_url=emulator.url)


class Listening:
    """Reads the events of a call; fails on the first that tells of a refusal."""

    def __init__(self, session: LiveHandle, stream: LiveEventStream[LiveEvent]) -> None:
        self.session = session
        self.stream = stream

    async def turn(self) -> None:
        """To the end of a turn."""
        async for event in self.stream:
            assert not isinstance(event, events.Error | events.Disconnected), event
            if isinstance(event, events.TurnComplete):
                return

    async def phase(self, name: str) -> None:
        """Until the talk stands there."""
        while self.session.conversation_phase != name:
            await self.turn()


@pytest.mark.parametrize(
    ("mode", "delivery"),
    [
        (SteeringMode.INSTRUCTION_UPDATE, ContextDelivery.DEFERRED),
        (SteeringMode.CONTEXT_UPDATE, ContextDelivery.DEFERRED),
        (SteeringMode.CONTEXT_INJECTION, ContextDelivery.IMMEDIATE),
        (SteeringMode.HYBRID, ContextDelivery.IMMEDIATE),
    ],
    ids=lambda value: value.name.lower(),
)
@pytest.mark.parametrize(("model", "platform"), TALKERS, ids=str)
async def test_a_governed_call_runs_to_its_last_phase_and_nothing_is_refused(
    model: str, platform: Platform, mode: SteeringMode, delivery: ContextDelivery
) -> None:
    """With 3.1 it was closed with 1007 at the first transition: everything but typed text went as ``clientContent``."""
    live = agent(model, mode, delivery).greeting("Greet the caller.")
    async with (
        open_emulator(CLERK, **HASTY) as emulator,
        calling(emulator, live, platform) as session,
        session.events() as stream,
    ):
        call = Listening(session, stream)
        with trio.fail_after(20):
            await session.send_text("Good morning.")
            await call.phase("ask")
            await session.send_text("I need a doctor.")
            await call.turn()
            session.state.set("name", "Ann")
            await session.send_text("I am Ann.")
            await call.phase("booking")
            await session.playback_drained()
            await session.send_text("Please book it.")
            await call.phase("bye")
            outcome = await session.update_instruction("Be brief.")
            assert outcome.applied is not Applied.UNSUPPORTED
            await session.send_text("Thank you.")
            await call.turn()
            await session.flush()
        assert session.phase in CONNECTED
    assert session.state.get("booked") is True


@pytest.mark.parametrize("mode", SteeringMode)
@pytest.mark.parametrize(("model", "platform"), LISTENERS, ids=str)
async def test_a_model_that_only_listens_is_told_nothing_it_would_refuse(
    model: str, platform: Platform, mode: SteeringMode
) -> None:
    live = agent(model, mode, ContextDelivery.IMMEDIATE)
    if "translate" in model:
        live = live.translation("de")
    sound = babble("Good morning, I need a doctor.", rate=16_000) + bytes(32_000)
    async with (
        open_emulator(CLERK, **HASTY) as emulator,
        calling(emulator, live, platform) as session,
        session.events() as stream,
    ):
        call = Listening(session, stream)
        with trio.fail_after(20):
            for start in range(0, len(sound), 1280):
                await session.send_audio(sound[start : start + 1280])
            if "translate" in model:
                await call.turn()
            facts = await session.writer.send_client_content([Content.of("It is late.")], turn_complete=False)
            assert facts.applied is Applied.UNSUPPORTED
            outcome = await session.update_instruction("Be brief.")
            assert outcome.applied is (Applied.UNSUPPORTED if "translate" in model else Applied.NEXT_CONNECTION)
            with pytest.raises(LocalProtocolError, match="takes no text"):
                await session.send_text("Hello?")
            await session.flush()
        assert session.phase in CONNECTED


def test_what_is_asked_for_here_is_every_model_that_is_served() -> None:
    tried = {profile_for(*each).name for each in (*TALKERS, *LISTENERS)}
    assert tried == {profile.name for profile in (*PROFILES, *UNKNOWN_MODEL.values()) if not profile.retired}


async def test_what_the_server_refuses_is_told_and_no_longer_believed() -> None:
    live = Live.builder().model("gemini-3.1-flash-live-preview").abilities(context_update=True)
    async with (
        open_emulator(CLERK, **HASTY) as emulator,
        calling(emulator, live, G) as session,
        session.events() as stream,
    ):
        await session.update_instruction("Be brief.")
        with trio.fail_after(20):
            async for event in stream:
                if isinstance(event, events.Reconnecting):
                    break
        assert isinstance(event, events.Reconnecting)
        assert "context_update is taken to be False" in event.reason
        assert session.abilities.context_update is False


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-2.5-flash-native-audio-latest"])
async def test_a_microphone_that_is_switched_off_gets_its_answer(model: str) -> None:
    """3.8 takes no notice of ``audioStreamEnd``, and waited for a silence that never came."""
    live = Live.builder().model(model)
    sound = babble("Good morning.", rate=16_000)
    async with (
        open_emulator(CLERK, **HASTY) as emulator,
        calling(emulator, live, G) as session,
        session.events() as stream,
    ):
        with trio.fail_after(20):
            for start in range(0, len(sound), 1280):
                await session.send_audio(sound[start : start + 1280])
            await session.end_audio_stream()
            await Listening(session, stream).turn()


async def test_a_caller_who_says_hello_is_greeted_all_the_same() -> None:
    """The word cancelled a greeting that had not been said yet."""
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").greeting("Greet the caller.", protected=5)
    hello = babble("Hello?", rate=16_000)
    async with (
        open_emulator(CLERK, **{**HASTY, "first_word_after": 0.2}) as emulator,
        calling(emulator, live, G) as session,
        session.events() as stream,
    ):
        with trio.fail_after(10):
            for start in range(0, len(hello), 1280):
                await session.send_audio(hello[start : start + 1280])
            async for event in stream:
                assert not isinstance(event, events.Interrupted)
                if isinstance(event, events.TurnComplete):
                    break
        dropped: Any = session.telemetry.snapshot()["dropped"]
        assert dropped["sound while the model greets"] > 0


async def test_the_transcriber_ends_its_turns_over_a_socket() -> None:
    """It sends ``generationComplete`` and never ``turnComplete``; its turns stayed open for good."""
    live = Live.builder().model("gemini-3.5-transcribe-live").transcription()
    sound = babble("Good morning, I need a doctor.", rate=16_000) + bytes(32_000)
    async with (
        open_emulator(CLERK, **HASTY) as emulator,
        calling(emulator, live, G) as session,
        session.events() as stream,
    ):
        with trio.fail_after(20):
            for start in range(0, len(sound), 1280):
                await session.send_audio(sound[start : start + 1280])
            seen = []
            async for event in stream:
                seen.append(event)
                if isinstance(event, events.TurnComplete):
                    break
        final = [event for event in seen if isinstance(event, events.InputTranscript) and event.is_final]
        assert len(final) == 1
        assert session.state["session:turn_count"] == 1


async def test_a_holding_line_and_the_answer_are_one_turn_over_a_socket() -> None:
    """The holding line comes with ``turnComplete`` and IN_PROGRESS, which was counted as a turn of its own."""
    thinker = parse_persona('name = "thinker"\nthought = "Hm."\n[[default]]\nsay = "Yes."')
    live = Live.builder().model("gemini-3.8-live-extended-thinking").thinking_level("low").transcription()
    async with (
        open_emulator(thinker, **HASTY) as emulator,
        calling(emulator, live, G) as session,
        session.events() as stream,
    ):
        with trio.fail_after(20):
            await session.send_text("hello")
            said = []
            async for event in stream:
                if isinstance(event, events.OutputTranscript) and event.is_final:
                    said.append(event.text)
                if isinstance(event, events.TurnComplete):
                    break
        assert len(said) == 1
        assert said[0].startswith("Let me think")
        assert said[0].endswith("Yes.")
        assert session.state["session:turn_count"] == 1
