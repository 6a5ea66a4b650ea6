"""Temporal patterns, fed by every event of the control lane and by time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Diary,
    Frame,
    audio,
    bare_turn_complete,
    builder,
    call_of,
    cancels,
    generation_complete,
    go_away,
    heard,
    interrupted,
    said,
    speech,
    text,
    tool_call,
)
from tests.scenarios.harness import stage, truth
from trio_live import State, wire_events
from trio_live.errors import ToolError
from trio_live.events import SessionWriter
from trio_live.phases import Phase
from trio_live.reactive import PatternAction
from trio_live.tools import ConfirmationRequest, ToolContext, ToolMiddleware, tool
from trio_live.wire import FunctionCall, FunctionResponse

FED: list[tuple[Frame, type[wire_events.SessionEvent]]] = [
    (heard("Hi"), wire_events.InputTranscription),
    (said("Hi"), wire_events.OutputTranscription),
    (speech("START"), wire_events.VoiceActivityStart),
    (speech("END"), wire_events.VoiceActivityEnd),
    (tool_call(call_of("f", "1")), wire_events.ToolCall),
    (cancels("1"), wire_events.ToolCallCancelled),
    (interrupted(), wire_events.Interrupted),
    (generation_complete(), wire_events.GenerationComplete),
    (bare_turn_complete(), wire_events.TurnComplete),
    (go_away(), wire_events.GoAway),
]


async def test_patterns_see_every_event_of_the_control_lane_in_order(autojump_clock: MockClock) -> None:
    seen: list[wire_events.SessionEvent] = []

    def see(event: wire_events.SessionEvent) -> bool:
        seen.append(event)
        return False

    async def action(_: State, __: SessionWriter) -> None:
        raise AssertionError

    async with stage(builder().when_rate("all", see, 1, 60, action)) as talk:
        assert [type(event) for event in seen] == [wire_events.Connected]
        seen.clear()
        await talk.hears(*(frame for frame, _ in FED))
        assert [type(event) for event in seen] == [kind for _, kind in FED]
        await talk.hears(audio(b"00"), text("x"))
        assert len(seen) == len(FED), "what comes dozens of times a second is not asked about"


async def test_a_rate_of_interruptions_is_noticed_at_the_last_of_them(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().when_rate(
        "rude", lambda event: isinstance(event, wire_events.Interrupted), 3, 10, diary.anote("rude")
    )
    async with stage(live) as talk:
        for pause in (0, 6, 6):
            await talk.after(pause)
            await talk.turn(interrupted())
        assert diary.entries == []
        await talk.after(1)
        await talk.turn(interrupted())
        assert diary.names() == ["rude"]
        await talk.turn(interrupted())
        assert diary.names() == ["rude"], "the edge has been acted upon"


async def test_t3_turns_are_counted_at_the_end_of_turns_only_whatever_else_runs(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().soft_turn_timeout(1).when_turns("stuck", truth("stuck"), 3, diary.anote("stuck"))
    async with stage(live.when_sustained("other", truth("never"), 5, diary.anote("never"))) as talk:
        talk.state.set("stuck", True)
        await talk.turns(2)
        await talk.hears(heard("Hm"), interrupted(), speech("START"), speech("END"))
        await talk.after(30)
        assert diary.entries == []
        await talk.turn()
        assert diary.names() == ["stuck"]
        talk.state.set("stuck", False)
        await talk.turn()
        talk.state.set("stuck", True)
        await talk.turns(2)
        assert diary.names() == ["stuck"], "the count began anew"


async def test_t4_a_sustained_condition_fires_once_a_rise_and_with_a_cooldown_again(autojump_clock: MockClock) -> None:
    fired: dict[str, list[float]] = {"once": [], "again": []}

    def note(name: str) -> PatternAction:
        async def action(_: State, __: SessionWriter) -> None:
            fired[name].append(round(trio.current_time() - began, 3))

        return action

    live = builder().when_sustained("once", truth("on"), 3, note("once"))
    live = live.when_sustained("again", truth("on"), 3, note("again"), cooldown=4)
    async with stage(live) as talk:
        began = trio.current_time()
        talk.state.set("on", True)
        await talk.hears(heard("Hm"))
        await talk.after(12)
        talk.state.set("on", False)
        await talk.hears(heard("Hm"))
        assert fired["once"] == [3.0]
        assert fired["again"][:3] == [3.0, 7.0, 11.0]
        talk.state.set("on", True)
        await talk.hears(heard("Hm"))
        await talk.after(4)
        assert len(fired["once"]) == 2


async def test_a_sustained_condition_is_noticed_in_time_though_nothing_happens(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().when_sustained("idle", truth("on"), 3, diary.anote("idle"))) as talk:
        talk.state.set("on", True)
        await talk.after(2.9)
        assert diary.entries == []
        await talk.after(0.7)
        assert diary.names() == ["idle"]
        talk.state.set("on", False)
        await talk.after(1)
        talk.state.set("on", True)
        await talk.after(2)
        talk.state.set("on", False)
        await talk.after(5)
        assert diary.names() == ["idle"], "a break of the condition forgets its beginning"


async def test_failures_are_counted_by_completed_calls_of_the_tool(autojump_clock: MockClock) -> None:
    diary = Diary()

    async def answer(calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
        return [
            FunctionResponse.error(call, "no") if (call.args or {}).get("fail") else FunctionResponse.of(call, 1)
            for call in calls
        ]

    live = builder().on_tool_call(answer).when_failing("broken", "pay", 2, diary.anote("broken"))
    async with stage(live) as talk:
        for number, (name, fails) in enumerate([("pay", True), ("pay", False), ("pay", True), ("other", True)]):
            await talk.hears(tool_call(call_of(name, str(number), fail=fails)))
            await talk.turn()
        assert diary.entries == []
        await talk.hears(tool_call(call_of("pay", "5", fail=True)))
        assert diary.names() == ["broken"]


async def test_a_call_that_the_phase_refuses_is_no_failure_of_the_tool(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().initial_phase("a").phases(Phase("a", tools_enabled=[]))
    async with stage(live.when_failing("broken", "pay", 1, diary.anote("broken"))) as talk:
        assert len(await talk.hears(tool_call(call_of("pay", "1")))) == 1
        assert diary.entries == []


class Veto(ToolMiddleware):
    """Lets nothing run."""

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        raise ToolError("not now")


class Refusal:
    """The user says no."""

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        return "rather not"


@pytest.mark.parametrize("in_background", [False, True])
@pytest.mark.parametrize("kept_back_by", ["nobody", "middleware", "the user"])
async def test_a_call_that_is_kept_back_is_no_failure_of_the_tool(
    kept_back_by: str, *, in_background: bool, autojump_clock: MockClock
) -> None:
    diary = Diary()

    @tool(confirm=kept_back_by == "the user")
    async def pay() -> None:
        """Pay."""
        raise ToolError("no money")

    live = builder().tools(pay).confirmation_provider(Refusal())
    live = live.middleware(Veto()) if kept_back_by == "middleware" else live
    live = live.tool_background("pay") if in_background else live
    async with stage(live.when_failing("broken", "pay", 1, diary.anote("broken"))) as talk:
        *_, answer = await talk.hears(tool_call(call_of("pay", "1")))
        words = {"nobody": "no money", "middleware": "not now", "the user": "rather not"}[kept_back_by]
        assert words in answer
        assert diary.names() == (["broken"] if kept_back_by == "nobody" else [])


async def test_an_action_that_raises_is_reported_and_nothing_waits_for_one_that_is_slow(
    autojump_clock: MockClock,
) -> None:
    async def broken(_: State, __: SessionWriter) -> None:
        raise KeyError("oh")

    diary = Diary()
    live = builder().when_turns("broken", lambda _: True, 1, broken)
    async with stage(live.when_turns("slow", lambda _: True, 1, diary.anote("slow", takes=60))) as talk:
        await talk.turns(2)
        assert talk.errors == ["pattern('broken'): 'oh'"]
        assert talk.state.get("session:turn_count") == 2


@pytest.mark.parametrize("timed", [True, False])
async def test_t5_there_is_a_timer_only_where_a_detector_needs_it_and_it_ends_with_the_session(
    timed: bool,  # noqa: FBT001 - a parameter of the test
    autojump_clock: MockClock,
) -> None:
    checks = 0

    def condition(_: State) -> bool:
        nonlocal checks
        checks += 1
        return False

    async def action(_: State, __: SessionWriter) -> None: ...

    live = builder()
    timed_live = live.when_sustained("s", condition, 1, action)
    live = timed_live if timed else live.when_turns("t", condition, 1, action)
    async with stage(live) as talk:
        asked = checks
        await talk.after(5)
        assert (checks > asked + 8) if timed else (checks == asked)
    asked = checks
    await trio.sleep(60)
    assert checks == asked


async def one_run() -> list[tuple[str, float]]:
    """Which patterns fired when, in one session."""
    fired: list[tuple[str, float]] = []

    def note(name: str) -> PatternAction:
        async def action(_: State, __: SessionWriter) -> None:
            fired.append((name, round(trio.current_time() - began, 6)))

        return action

    live = builder()
    for name, length in (("short", 1.0), ("long", 2.5)):
        live = live.when_sustained(name, truth("on"), length, note(name), cooldown=1.7)
    async with stage(live) as talk:
        began = trio.current_time()
        for on, pause in ((True, 1.3), (False, 0.2), (True, 6.1), (False, 1)):
            talk.state.set("on", on)
            await talk.hears(heard("Hm"))
            await talk.after(pause)
    return sorted(fired)


async def test_t6_the_same_events_at_the_same_times_fire_the_same(autojump_clock: MockClock) -> None:
    runs = [await one_run() for _ in range(3)]
    assert runs[0] == runs[1] == runs[2] != []
