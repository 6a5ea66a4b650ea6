"""Any talk, and anything going wrong in it: what is promised of what was said holds all the same."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.scenarios.reconnecting import Call, calling, strikes
from trio_live import Live, events
from trio_live.emulator import Direction, Strike
from trio_live.errors import ConnectError, SessionClosed
from trio_live.wire import Content

SCHEDULES = 100 if settings().max_examples <= 100 else 2_000
"""So many talks; twenty times as many where the profile asks for thoroughness."""

Step: TypeAlias = tuple[str, float]

PASSING = ("cut", "internal", "deadline", "unavailable", "going_away", "aborted", "invalid_handle", "entity_not_found")
FINAL = ("quota", "bad_key", "normal")

faults = st.builds(
    Strike,
    fault=st.sampled_from([*PASSING * 3, *FINAL]),
    at=st.sampled_from(["generation", "turn_end", "tool_call", "ready", "frame"]),
    nth=st.integers(1, 4),
    after=st.sampled_from([0.0, 0.1, 1.0, 2.5]),
    connection=st.integers(1, 4),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["say", "tell", "look", "watch", "instruct", "sound", "wait"]),
        st.sampled_from([0.0, 0.1, 1.0, 4.0]),
    ),
    min_size=1,
    max_size=8,
)


class Talk:
    """What one talk has said, to be compared with what the server has read."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.facts: list[str] = []
        self.instruction = "Be kind."
        self.running = 0

    def agent(self) -> Live:
        live = Live.builder().model("gemini-3.8-live").transcription().instruction(self.instruction)
        return live.tools(self.look_up, self.watch_over).tool_background("watch_over")

    async def look_up(self) -> str:
        """Look something up."""
        return await self._run(0.5)

    async def watch_over(self) -> str:
        """Watch over something."""
        return await self._run(3)

    async def _run(self, takes: float) -> str:
        self.running += 1
        try:
            await trio.sleep(takes)
        finally:
            self.running -= 1
        return "done"

    async def say(self, call: Call, words: str) -> None:
        words = f"{words} number {len(self.words)}."
        await call.session.send_text(words)
        self.words.append(words)

    async def act(self, call: Call, step: Step) -> None:
        session = call.session
        match step[0]:
            case "say" | "look" | "watch" as what:
                await self.say(call, what)
            case "tell":
                fact = f"fact number {len(self.facts)}."
                await session.writer.send_client_content([Content.of(fact)], turn_complete=False)
                self.facts.append(fact)
            case "instruct":
                instruction = f"{self.instruction} And more so."
                await session.update_instruction(instruction)
                self.instruction = instruction
            case "sound":
                for _ in range(10):
                    await session.send_audio(bytes(640))
                    await trio.sleep(0.02)
        await trio.sleep(step[1])


def check(talk: Talk, call: Call) -> None:
    """What is promised, if the session is still there; and what holds in any case."""
    frames = [json.dumps(frame) for frame in call.frames() if "setup" not in frame]
    told = {event.text for event in call.of(events.Undelivered)}
    for words in talk.words:
        reads = sum(words in frame for frame in frames if '"turnComplete": true' in frame)
        assert reads <= 1, f"{words!r} was read {reads} times"
        assert reads or words in told or call.session.ended, f"{words!r} was lost in silence"
    check_calls(call)
    assert not talk.running
    if call.session.ended:
        return
    assert call.session.link.is_up
    assert call.session.link.outbox == 0
    for fact in talk.facts:
        assert any(fact in frame for frame in frames), f"{fact!r} was lost"
    assert talk.instruction == standing_instruction(call)


def check_calls(call: Call) -> None:
    """Each call was answered once in a connection, or is told as cancelled, or its answer as undelivered."""
    asked = [
        each["id"]
        for record in call.log
        if record.direction is Direction.SENT and record.frame
        for each in (json.loads(record.frame).get("toolCall") or {}).get("functionCalls", ())
    ]
    answered = Counter(
        (connection, each["id"])
        for connection in range(1, call.session.link.generation + 1)
        for frame in call.frames(connection)
        for each in frame.get("toolResponse", {}).get("functionResponses", ())
        if not each.get("willContinue")
    )
    assert not answered or max(answered.values()) == 1, "no call is answered twice"
    gone = {id_ for event in call.of(events.ToolCancelled) for id_ in event.ids}
    undelivered = {event.text for event in call.of(events.Undelivered) if event.what.startswith("an answer")}
    for id_ in asked:
        is_settled = any(key == id_ for _, key in answered) or id_ in gone or undelivered
        assert is_settled or call.session.ended, f"the call {id_} was forgotten"


def standing_instruction(call: Call) -> str:
    """What the server goes by: the last setup's instruction, and the updates behind it."""
    standing = ""
    for frame in call.frames(call.session.link.generation):
        said: Any = frame.get("setup", frame.get("contextUpdate", {})).get("systemInstruction")
        standing = said["parts"][0]["text"] if said else standing
    return standing


@pytest.mark.timeout(3600)
@settings(max_examples=SCHEDULES, deadline=None)
@given(steps, st.lists(faults, min_size=1, max_size=4), st.integers(0, 99))
def test_what_is_promised_holds_whatever_goes_wrong(script: list[Step], plan: list[Strike], seed: int) -> None:
    async def run() -> None:
        talk = Talk()
        with trio.fail_after(1000):
            try:
                async with calling(talk.agent(), strikes(*plan), seed=seed, pace=None) as call:
                    with suppress(SessionClosed):  # whoever sends after the end is told at once
                        for step in script:
                            await talk.act(call, step)
                    await trio.sleep(60)
                    check(talk, call)
            except ConnectError:
                pass  # the first connection: whoever enters is told

    trio.run(run, clock=MockClock(autojump_threshold=0))
