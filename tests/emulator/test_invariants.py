"""Whatever a client does, and whenever: the emulator does not break, and its turns keep their shape."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.emulator.callers import MODEL, OLD_MODEL, VERTEX_MODEL, Caller, calling, kinds, persona, tools
from trio_live.emulator import Emulation
from trio_live.emulator._audio import babble
from trio_live.errors import LinkLost
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    AutomaticActivityDetection,
    Blob,
    Platform,
    RealtimeInputConfig,
    SessionResumptionConfig,
)

PERSONA = persona("""
utterances = ["please call", "hello", "call both"]
thought = "Hm."
[[rule]]
heard = { keywords = ["both"] }
say = "Both, then."
call = [{ tool = "f" }, { tool = "g" }]
then = "They said {f} and {g}."
[[rule]]
heard = { keywords = ["call"] }
delay = 0.1
call = { tool = "f" }
then = { say = "And now the other.", call = { tool = "g" }, then = "{g}." }
on_error = "That went wrong."
[[default]]
say = "You said {heard}, and I have this to say about it."
""")
SPEECH = babble("Some words.", rate=16_000)


@attrs.frozen
class Step:
    """One thing a client does, after a while."""

    after: float
    what: str


STEPS = st.builds(
    Step,
    st.sampled_from([0.0, 0.05, 0.3, 1.0, 5.0, 30.0]),
    st.sampled_from(
        [
            "text",
            "call",
            "both",
            "content",
            "context",
            "nudge",
            "speech",
            "silence",
            "start",
            "end",
            "off",
            "answer",
            "late",
        ]
    ),
)
PLACES = st.sampled_from(
    [(Platform.GOOGLE_AI, MODEL), (Platform.GOOGLE_AI, OLD_MODEL), (Platform.VERTEX, VERTEX_MODEL)]
)
INPUT = st.builds(
    RealtimeInputConfig,
    automatic_activity_detection=st.sampled_from([None, AutomaticActivityDetection(disabled=True)]),
    activity_handling=st.sampled_from([None, "NO_INTERRUPTION"]),
)
PACES = st.sampled_from([{}, {"pace": None}, {"realtime_playback": False}, {"pace": None, "first_word_after": 0.0}])


async def take(caller: Caller, step: Step, *, manual: bool) -> None:
    match step.what:
        case "text":
            await caller.realtime(text="hello")
        case "call" | "both":
            await caller.say(step.what)
        case "content":
            await caller.say("hello", "there")
        case "context":
            await caller.say("by the way", turn_complete=False)
        case "nudge":
            await caller.say(turn_complete=True)
        case "speech" | "silence":
            data = SPEECH if step.what == "speech" else bytes(64_000)
            await caller.realtime(audio=Blob(mime_type=AUDIO_INPUT_MIME, data=data))
        case "start" | "end" if manual:
            await caller.activity(start=step.what == "start")
        case "off":
            await caller.realtime(audio_stream_end=True)
        case "answer" | "late":
            calls = [
                call
                for message in caller.received
                if message.tool_call
                for call in message.tool_call.function_calls or ()
            ]
            for call in calls[-2:] if step.what == "answer" else calls[:1]:
                await caller.answer(call, {"error": "x"} if step.what == "late" else "fine")


async def converse(caller: Caller, model: str, steps: list[Step], config: RealtimeInputConfig) -> None:
    detection = config.automatic_activity_detection
    await caller.setup(
        model,
        tools=tools("f", "g"),
        realtime_input_config=config,
        session_resumption=SessionResumptionConfig(),
    )
    async with trio.open_nursery() as nursery:

        async def read() -> None:
            try:
                while True:
                    await caller.next()
            except LinkLost as lost:
                raise AssertionError(lost) from None

        nursery.start_soon(read)
        for step in steps:
            await trio.sleep(step.after)
            await take(caller, step, manual=bool(detection and detection.disabled))
        await trio.sleep(1000)
        nursery.cancel_scope.cancel()


def check_turns(caller: Caller) -> None:
    told = [kind for kind in kinds(caller.received) if kind not in ASIDE]
    for before, after in pairwise(told):
        if before == "interrupted":
            assert after == "turn_complete"
        if before == "generation_complete":
            assert after in {"turn_complete", "interrupted"}
        if after == "turn_complete":
            assert before in {"generation_complete", "interrupted"}
    assert told.count("generation_complete") + told.count("interrupted") >= told.count("turn_complete")


ASIDE = {
    "setup_complete",
    "session_resumption_update",
    "voice_activity",
    "tool_call_cancellation",
    "input_transcription",
    "grounding_metadata",
}


@given(PLACES, st.lists(STEPS, max_size=12), INPUT, PACES)
@settings(deadline=None)
def test_turns_keep_their_shape_whatever_the_client_does(
    place: tuple[Platform, str], steps: list[Step], config: RealtimeInputConfig, pace: dict[str, Any]
) -> None:
    platform, model = place

    async def main() -> None:
        emulation = Emulation(PERSONA, raise_errors=True, idle_timeout=None, connection_lifetime=None, **pace)
        async with calling(emulation, platform) as caller:
            await converse(caller, model, steps, config)
        check_turns(caller)
        assert emulation.connections.active == 0
        assert emulation.connections.refused == 0

    trio.run(main, clock=MockClock(autojump_threshold=0))
