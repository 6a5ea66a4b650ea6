"""Any small agent, any course of the conversation: the wire says exactly what the oracle says, and every invariant
holds after every step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import count, pairwise
from typing import Any

import trio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import builder, call_of, heard, interrupted, said, settled, speech, tool_call
from tests.scenarios.agents import FACTS, NAMES, STEPS, SWITCHES, Plan, plans
from tests.scenarios.harness import BoomError, Stage, stage, truth
from tests.scenarios.oracle import ESCALATE_AFTER, NUDGE_AFTER, Oracle, Place
from trio_live import ContextDelivery, Live, RepairConfig, State, SteeringMode, events
from trio_live.events import SessionWriter
from trio_live.phases import Phase, PhasePreparation, Transition
from trio_live.phases._internal import STEERING
from trio_live.wire import Content, FunctionCall, FunctionResponse


class Play:
    """One conversation and its oracle."""

    def __init__(self, chosen: Sequence[Plan], mode: SteeringMode, delivery: ContextDelivery) -> None:
        self.plans = {plan.place.name: plan for plan in chosen}
        self.oracle = Oracle(mode, delivery, chosen[0].place)
        self.fired: list[tuple[str, Any, Any]] = []
        self.baseline: dict[str, Any] = {}
        self.at_boundary: dict[str, Any] = {}
        self.ran: list[str] = []
        self.entries: list[str] = []
        self.turns = 0
        self.call_numbers = count()
        self.talk: Stage

    def live(self) -> Live:
        live = (
            builder("order", "pay")
            .initial_phase("p0")
            .phases(*(self._phase(plan) for plan in self.plans.values()))
            .steering_mode(self.oracle.mode)
            .context_delivery(self.oracle.delivery)
            .repair(RepairConfig(nudge_after=NUDGE_AFTER, escalate_after=ESCALATE_AFTER))
            .soft_turn_timeout(1)
            .computed("both", FACTS, lambda state: [state.get(fact) for fact in FACTS])
            .instruction_amendment(lambda state: "Amended." if state.get("amend") else None)
            .instruction_template(lambda state: "Template." if state.get("template") else None)
            .on_turn_boundary(self._boundary)
            .on_tool_call(self._answer)
        )
        for key in (*SWITCHES, "both", "session:phase"):
            live = live.watch(key).blocking().then(self._watch(key))
        return live

    def _phase(self, plan: Plan) -> Phase:
        place, name = plan.place, plan.place.name

        async def on_enter(state: State, _: SessionWriter) -> None:
            await trio.lowlevel.checkpoint()
            assert state.get("session:phase") == self.talk.phase == name
            assert state.get(f"presented:{name}") is True
            assert "ack" not in state
            if self.entries and self.entries[-1] == "guard":
                assert all(state.is_known(key) for key in plan.requires)
            if plan.hooks_fail:
                raise BoomError(name)

        async def on_exit(state: State, _: SessionWriter) -> None:
            assert state.get("session:phase") == self.talk.phase == name
            state.set("ack", True)
            await trio.lowlevel.checkpoint()
            if plan.hooks_fail:
                raise BoomError(name)

        async def prepare(state: State, _: SessionWriter) -> None:
            await trio.lowlevel.checkpoint()
            if plan.preparation not in FACTS:
                raise BoomError(name)
            state.set(plan.preparation, True)

        return Phase(
            name,
            f"Be {name}.",
            tools_enabled=place.tools,
            needs=place.needs,
            requires=plan.requires,
            preparations=[PhasePreparation("p", [], prepare)] if plan.preparation else [],
            prompt_on_enter=place.prompts,
            on_enter_context=lambda *_: [Content.of(text, "model") for text in place.entry],
            presents=[name],
            clear_on_enter=["ack"],
            on_exit=on_exit,
            on_enter=on_enter if name != "p0" else None,
            terminal=plan.terminal,
            transitions=[Transition(target, truth(key)) for target, key in plan.ways],
        )

    def _watch(self, key: str) -> Callable[..., Awaitable[None]]:
        async def action(old: Any, new: Any, state: State) -> None:
            await trio.lowlevel.checkpoint()
            assert state.get(key) == new
            self.fired.append((key, old, new))

        return action

    async def _boundary(self, state: State, _: SessionWriter) -> None:
        self.at_boundary = {key: state.get(key) for key in (*SWITCHES, "both", "session:phase")}
        assert state.get("session:turn_count", 0) == self.turns

    async def _answer(self, calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
        self.ran += [call.name for call in calls]
        return [FunctionResponse.of(call, "ok") for call in calls]

    # -- steps ------------------------------------------------------------------------------------------------------

    async def run(self, steps: Sequence[tuple[Any, ...]]) -> None:
        live = self.live()
        urgent = {plan.place.name for plan in self.plans.values()}
        live = live.phase_defaults(lambda d: d.with_context(lambda s: self._urgent(s, urgent)))
        async with stage(live) as self.talk:
            self.talk.talk.playback.has_player = (
                True  # as a player makes it: what happens without one depends on the time
            )
            self.baseline = {key: self.talk.state.get(key) for key in (*SWITCHES, "both", "session:phase")}
            self._open()
            for kind, *rest in steps:
                await getattr(self, kind)(*rest)
                self.check()

    def _urgent(self, state: State, names: set[str]) -> str:
        name = state.get("session:phase", "", type=str)
        assert name in names
        return self.plans[name].place.modifier if state.get("urgent") else ""

    def _open(self) -> None:
        if self.oracle.mode is SteeringMode.CONTEXT_INJECTION:
            expected = self.oracle._deliver(["Be p0."], prompts=False)
        else:
            self.oracle.last, expected = "Be p0.", []
        place = self.oracle.place
        self.oracle.standing = place.entry
        expected += self.oracle._deliver(place.entry, prompts=place.prompts)
        assert self.talk.opening == expected

    async def switch(self, key: str) -> None:
        state = self.talk.state
        if state.get(key):
            state.remove(key)
        else:
            state.set(key, True)

    async def turn(self, *frames: Any) -> None:
        history = self.talk.machine.history
        lines = await self.talk.turn(*frames)
        moved = self._moved(len(history), soft=False)
        state = self.talk.state
        expected = self.oracle.turn(
            moved=moved,
            known={fact for fact in FACTS if state.is_known(fact)},
            urgent=bool(state.get("urgent")),
            amendment="Amended." if state.get("amend") else None,
            template="Template." if state.get("template") else None,
        )
        assert lines == expected
        assert (state.get("repair:escalation") is True) == (self.oracle.stall >= ESCALATE_AFTER)
        if state.get("repair:escalation"):  # judged at the end of turns: a key set in between takes it back at the next
            assert any(not state.is_known(key) for key in self.oracle.place.needs)
        assert state.get("session:active_tools") == (list(self.oracle.told_tools) if self.oracle.told_tools else
                                                     [] if self.oracle.told_tools == () else None)  # fmt: skip
        self.turns += 1
        self._watched()
        assert self.talk.talk.recompute() == []

    async def words(self) -> None:
        await self.turn(heard("Well"), said("Yes"))

    async def interruption(self) -> None:
        await self.turn(said("So"), heard("No"), interrupted())

    async def soft(self) -> None:
        history = self.talk.machine.history
        await self.talk.hears(speech("START"), speech("END"))
        self.oracle.spoke()
        assert await self.talk.after(1.5) == []
        self._moved(len(history), soft=True)
        self._watched()

    async def tools(self, names: Sequence[str]) -> None:
        self.ran.clear()
        calls = [call_of(name, str(next(self.call_numbers))) for name in names]
        (line,) = await self.talk.hears(tool_call(*calls))
        allowed = self.oracle.place.tools
        assert self.ran == [name for name in names if allowed is None or name in allowed]
        answers = line.removeprefix("answers: ").split(" | ")
        assert [answer.partition("=")[0] for answer in answers] == [call["id"] for call in calls]

    async def text(self, words: str) -> None:
        await self.talk.session.send_text(words)
        await settled()
        assert self.talk.news() == self.oracle.user(f"user: {words}")

    async def update(self, words: str) -> None:
        await self.talk.session.update_instruction(words)
        await settled()
        assert self.talk.news() == [f"instruction: {words}"]
        self.oracle.last = words

    async def drained(self) -> None:
        await self.talk.session.playback_drained()
        await settled()
        assert self.talk.news() == self.oracle.drained()

    # -- what always holds ------------------------------------------------------------------------------------------

    def _moved(self, before: int, *, soft: bool) -> bool:
        history = self.talk.machine.history
        assert len(history) - before in {0, 1}, "one transition a turn"
        if len(history) == before:
            return False
        last = history[-1]
        assert not self.plans[last.from_].terminal
        assert any(target == last.to for target, _ in self.plans[last.from_].ways)
        self.oracle.moved(self.plans[last.to].place, soft=soft, urgent=bool(self.talk.state.get("urgent")))
        return True

    def _watched(self) -> None:
        now = self.at_boundary
        changed = [(key, self.baseline[key], now[key]) for key in now if self.baseline[key] != now[key]]
        assert self.fired == changed
        self.fired.clear()
        self.baseline = dict(now)

    def check(self) -> None:
        talk, place = self.talk, self.oracle.place
        assert talk.phase == talk.state.get("session:phase") == place.name
        assert talk.state.get("session:phase_needs") == (list(place.needs) or None)
        assert talk.state.get("session:phase_requires") == (list(self.plans[place.name].requires) or None)
        chain = ["p0", *(entry.to for entry in talk.machine.history)]
        assert [entry.from_ for entry in talk.machine.history] == chain[:-1]
        assert talk.moves == list(pairwise(chain))
        assert talk.state.get("session:turn_count", 0) == self.turns == len(talk.of(events.TurnComplete))
        if self.oracle.mode is SteeringMode.CONTEXT_INJECTION:
            assert not any(line.startswith("instruction: Be p1") for line in talk.lines)


KNOWN_TO_THE_ORACLE = [mode for mode in SteeringMode if not STEERING[mode].declares_tools]
"""The oracle knows no declarations; the mode that changes them has the tests of ``test_steering`` and ``test_models``."""


def needless(name: str, *, prompts: bool = False) -> Plan:
    """A phase that needs nothing and leads nowhere."""
    return Plan(Place(name, prompts=prompts), ways=(), requires=(), preparation=None, terminal=False, hooks_fail=False)


@settings(deadline=None)  # a whole conversation takes as long as the machine is busy
@given(
    chosen=st.tuples(*(plans(name) for name in NAMES)),
    mode=st.sampled_from(KNOWN_TO_THE_ORACLE),
    delivery=st.sampled_from(ContextDelivery),
    steps=STEPS,
)
@example(  # speech takes an armed prompt back
    chosen=(needless("p0", prompts=True), needless("p1"), needless("p2")),
    mode=SteeringMode.INSTRUCTION_UPDATE,
    delivery=ContextDelivery.DEFERRED,
    steps=[("soft",), ("drained",)],
)
def test_the_wire_says_what_the_oracle_says(
    chosen: tuple[Plan, ...], mode: SteeringMode, delivery: ContextDelivery, steps: list[tuple[Any, ...]]
) -> None:
    trio.run(Play(chosen, mode, delivery).run, steps, clock=MockClock(autojump_threshold=0))
