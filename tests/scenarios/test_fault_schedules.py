"""Any talk, and anything going wrong in it: what is promised of what was said holds all the same.

A state machine: some faults are planned before the talk begins, others are planned for the next connection while it runs,
and the network breaks between any two steps. Between steps no time passes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import attrs
import pytest
import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.scenarios.reconnecting import Call, calling
from tests.stepping import Stepper
from trio_live import Live, events
from trio_live.emulator import Direction, FaultPlan, Strike
from trio_live.errors import ConnectError, SessionClosed
from trio_live.wire import Content

SCHEDULES = 100 if settings().max_examples <= 100 else 2_000
"""So many talks; twenty times as many where the profile asks for thoroughness."""
STEPS = 12

PASSING = ("cut", "internal", "deadline", "unavailable", "going_away", "aborted", "invalid_handle", "entity_not_found")
FINAL = ("quota", "bad_key", "normal")

WAITS = st.sampled_from([0.0, 0.1, 1.0, 4.0])
POINTS = ("generation", "turn_end", "tool_call", "ready", "frame")


def faults(connections: st.SearchStrategy[int]) -> st.SearchStrategy[Strike]:
    return st.builds(
        Strike,
        fault=st.sampled_from([*PASSING * 3, *FINAL]),
        at=st.sampled_from(POINTS),
        nth=st.integers(1, 4),
        after=st.sampled_from([0.0, 0.1, 1.0, 2.5]),
        connection=connections,
    )


@attrs.frozen
class Schedule(FaultPlan):
    """A plan that grows while the talk runs."""

    later: list[Strike] = attrs.field(factory=list)

    def on(self, connection: int) -> tuple[Strike, ...]:
        return tuple(each for each in (*self.strikes, *self.later) if each.connection == connection)


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

    async def tell(self, call: Call) -> None:
        fact = f"fact number {len(self.facts)}."
        await call.session.writer.send_client_content([Content.of(fact)], turn_complete=False)
        self.facts.append(fact)

    async def instruct(self, call: Call) -> None:
        instruction = f"{self.instruction} And more so."
        await call.session.update_instruction(instruction)
        self.instruction = instruction


def check(talk: Talk, call: Call) -> None:
    """What is promised, if the session is still there; and what holds in any case."""
    frames = [json.dumps(frame) for frame in call.frames() if "setup" not in frame]
    told = {event.text for event in call.of(events.Undelivered)}
    for words, reads in reads_of(talk, call).items():
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
    answered = check_calls_once(call)
    gone = {id_ for event in call.of(events.ToolCancelled) for id_ in event.ids}
    undelivered = {event.text for event in call.of(events.Undelivered) if event.what.startswith("an answer")}
    for id_ in asked:
        is_settled = any(key == id_ for _, key in answered) or id_ in gone or undelivered
        assert is_settled or call.session.ended, f"the call {id_} was forgotten"


def check_calls_once(call: Call) -> Counter[tuple[int, str]]:
    """No call is answered twice in a connection; how often each was answered."""
    answered = Counter[tuple[int, str]](
        (connection, each["id"])
        for connection in range(1, call.session.link.generation + 1)
        for frame in call.frames(connection)
        for each in frame.get("toolResponse", {}).get("functionResponses", ())
        if not each.get("willContinue")
    )
    assert not answered or max(answered.values()) == 1, "no call is answered twice"
    return answered


def standing_instruction(call: Call) -> str:
    """What the server goes by: the last setup's instruction, and the updates behind it."""
    standing = ""
    for frame in call.frames(call.session.link.generation):
        said: Any = frame.get("setup", frame.get("contextUpdate", {})).get("systemInstruction")
        standing = said["parts"][0]["text"] if said else standing
    return standing


def check_words(talk: Talk, call: Call) -> None:
    """No words were read twice, at any time."""
    for words, reads in reads_of(talk, call).items():
        assert reads <= 1, f"{words!r} was read {reads} times"


def reads_of(talk: Talk, call: Call) -> dict[str, int]:
    frames = [json.dumps(frame) for frame in call.frames() if "setup" not in frame]
    asking = [frame for frame in frames if '"turnComplete": true' in frame]
    return {words: sum(words in frame for frame in asking) for words in talk.words}


class Faults(RuleBasedStateMachine):
    """One call, whatever goes wrong."""

    call: Stepper[Call] | None = None

    @initialize(plan=st.lists(faults(st.integers(1, 4)), max_size=4), seed=st.integers(0, 99))
    def begin(self, plan: list[Strike], seed: int) -> None:
        self.talk, self.schedule = Talk(), Schedule(tuple(plan))

        @asynccontextmanager
        async def scene() -> AsyncGenerator[Call, None]:
            with trio.fail_after(10_000):
                async with calling(self.talk.agent(), self.schedule, seed=seed, pace=None) as call:
                    yield call

        with suppress(ConnectError):  # the first connection: whoever enters is told
            self.call = Stepper(scene)

    def act(self, *verbs: Callable[[Call], Awaitable[None]], wait: float = 0.0) -> None:
        async def acted(call: Call) -> None:
            with suppress(SessionClosed):  # whoever sends after the end is told at once
                for verb in verbs:
                    await verb(call)
            await trio.sleep(wait)

        if self.call is not None:
            self.call.step(acted)

    # -- what is said -----------------------------------------------------------------------------------------------

    @rule(wait=WAITS)
    def say(self, wait: float) -> None:
        self.act(lambda call: self.talk.say(call, "say"), wait=wait)

    @rule(wait=WAITS)
    def look(self, wait: float) -> None:
        self.act(lambda call: self.talk.say(call, "look"), wait=wait)

    @rule(wait=WAITS)
    def watch(self, wait: float) -> None:
        self.act(lambda call: self.talk.say(call, "watch"), wait=wait)

    @rule(one=st.sampled_from(["say", "look", "watch"]), other=st.sampled_from(["say", "look", "watch"]), wait=WAITS)
    def say_two_things(self, one: str, other: str, wait: float) -> None:
        """Without a breath between them."""
        self.act(lambda call: self.talk.say(call, one), lambda call: self.talk.say(call, other), wait=wait)

    @rule(wait=WAITS)
    def tell(self, wait: float) -> None:
        self.act(self.talk.tell, wait=wait)

    @rule(wait=WAITS)
    def instruct(self, wait: float) -> None:
        self.act(self.talk.instruct, wait=wait)

    @rule(wait=WAITS)
    def sound(self, wait: float) -> None:
        async def speak(call: Call) -> None:
            for _ in range(10):
                await call.session.send_audio(bytes(640))
                await trio.sleep(0.02)

        self.act(speak, wait=wait)

    @rule(wait=st.sampled_from([0.1, 1.0, 4.0, 15.0]))
    def listen(self, wait: float) -> None:
        self.act(wait=wait)

    # -- what goes wrong --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.call is not None)
    @rule(wait=WAITS)
    def cut(self, wait: float) -> None:
        async def cut(call: Call) -> None:
            call.emulation.cut()
            await trio.lowlevel.checkpoint()

        self.act(cut, wait=wait)

    @precondition(lambda self: self.call is not None)
    @rule(fault=faults(st.just(0)))
    def plan(self, fault: Strike) -> None:
        """For the next connection."""

        async def newest(call: Call) -> int:
            await trio.lowlevel.checkpoint()
            return call.session.link.generation

        assert self.call is not None
        self.schedule.later.append(attrs.evolve(fault, connection=self.call.step(newest) + 1))

    # -- what holds -------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_read_twice(self) -> None:
        async def look(call: Call) -> None:
            await trio.lowlevel.checkpoint()
            check_words(self.talk, call)
            check_calls_once(call)

        if self.call is not None:
            self.call.step(look)

    def teardown(self) -> None:
        if self.call is None:
            return

        async def settle(call: Call) -> None:
            await trio.sleep(90)
            check(self.talk, call)

        try:
            self.call.step(settle)
        finally:
            self.call.close()
        assert not self.call.tasks_left
        assert not self.talk.running


@pytest.mark.timeout(7200)
def test_what_is_promised_holds_whatever_goes_wrong() -> None:
    run_state_machine_as_test(
        Faults, settings=settings(max_examples=SCHEDULES, stateful_step_count=STEPS, deadline=None)
    )
