"""The tools of a phase: told to the model when they change, and enforced whatever it was told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from trio.testing import MockClock

from tests.control.calls.answers import failed
from tests.peer import Diary, builder, call_of, cancels, tool_call
from tests.scenarios.harness import BoomError, stage, truth
from trio_live import Live, State, SteeringMode
from trio_live.phases import Phase, Transition
from trio_live.wire import FunctionCall, FunctionResponse

REFUSED = "Tool 'pay' is not available in the current conversation phase."
ONLY_ORDER = "context: Tools available in this phase: order. Do not call any other."
LIFTED = "context: All tools are available again."


def shop(*, advisory: bool = True) -> Live:
    """free → limited (order only) → other (order only) → none (no tools) → free, each by its own key."""
    names = ("free", "limited", "other", "none", "free")
    tools = {"limited": ["order"], "other": ["order"], "none": []}
    phases = [
        Phase(name, tools_enabled=tools.get(name), transitions=[Transition(follower, truth(f"go {follower}"))])
        for name, follower in pairwise(names)
    ]
    return (
        builder("order", "pay")
        .initial_phase("free")
        .phases(*phases)
        .steering_mode(SteeringMode.CONTEXT_INJECTION)
        .tool_advisory(advisory)
    )


async def test_p28_the_model_is_told_when_the_tools_change_and_when_the_limit_is_lifted(
    autojump_clock: MockClock,
) -> None:
    async with stage(shop()) as talk:
        said = []
        for name, active in (("limited", ["order"]), ("other", ["order"]), ("none", []), ("free", None)):
            talk.state.set(f"go {name}", True)
            said.append(await talk.turn())
            talk.state.remove(f"go {name}")
            assert talk.phase == name
            assert talk.state.get("session:active_tools") == active
            assert ("session:active_tools" in talk.state) is (active is not None)
        assert said == [
            [ONLY_ORDER],
            [],
            ["context: No tools are available in this phase; do not call any."],
            [LIFTED],
        ]


async def test_a_limit_that_comes_back_is_told_again(autojump_clock: MockClock) -> None:
    async with stage(shop()) as talk:
        for name in ("limited", "other", "none", "free"):
            talk.state.set(f"go {name}", True)
        said = await talk.turns(5)
        assert said[0] == said[4] == [ONLY_ORDER]


async def test_without_transition_there_is_no_advisory_and_switched_off_there_is_none_at_all(
    autojump_clock: MockClock,
) -> None:
    async with stage(shop(advisory=False)) as talk:
        talk.state.set("go limited", True)
        assert await talk.turns(2) == [[], []]
        assert "session:active_tools" not in talk.state
        assert await talk.hears(tool_call(call_of("pay", "1"))) == [f"answers: 1={failed(REFUSED)}"]


async def test_a_phase_the_talk_did_not_move_into_advises_nothing(autojump_clock: MockClock) -> None:
    async with stage(builder("order").initial_phase("a").phases(Phase("a", tools_enabled=["order"]))) as talk:
        assert await talk.turns(2) == [[], []]
        assert "session:active_tools" not in talk.state


async def test_p27_a_tool_outside_of_the_phase_never_reaches_the_callback_and_every_id_is_answered_once(
    autojump_clock: MockClock,
) -> None:
    asked: list[list[str]] = []

    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        asked.append([call.name for call in calls])
        return [FunctionResponse.of(call, "done") for call in calls]

    async with stage(shop().on_tool_call(answer)) as talk:
        assert await talk.hears(tool_call(call_of("pay", "1"), call_of("order", "2"), call_of("pay", "3"))) == [
            f"answers: 1={ {'output': 'done'} } | 2={ {'output': 'done'} } | 3={ {'output': 'done'} }"
        ]
        talk.state.set("go limited", True)
        await talk.turn()
        assert await talk.hears(tool_call(call_of("pay", "4"), call_of("order", "5"), call_of("pay", "6"))) == [
            f"answers: 4={failed(REFUSED)} | 5={ {'output': 'done'} } | 6={failed(REFUSED)}"
        ]
        assert await talk.hears(tool_call(call_of("pay", "7"))) == [f"answers: 7={failed(REFUSED)}"]
        assert asked == [["pay", "order", "pay"], ["order"]]


async def test_p27_a_callback_that_leaves_the_calls_alone_does_not_let_refused_ones_through(
    autojump_clock: MockClock,
) -> None:
    async def nothing(calls: Sequence[FunctionCall], state: State) -> None:
        return None

    async with stage(shop().on_tool_call(nothing)) as talk:
        talk.state.set("go limited", True)
        await talk.turn()
        lines = await talk.hears(tool_call(call_of("order", "1"), call_of("pay", "2")))
        assert lines == [f"answers: 1={failed('Tool not found: order')} | 2={failed(REFUSED)}"]


async def test_a_callback_that_raises_or_answers_too_little_leaves_no_call_open(autojump_clock: MockClock) -> None:
    async def partly(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        if calls[0].name == "break":
            raise BoomError("no kitchen")
        return [FunctionResponse.of(calls[0], 1)]

    async with stage(shop().on_tool_call(partly)) as talk:
        lines = await talk.hears(tool_call(call_of("a", "1"), call_of("b", "2")), tool_call(call_of("break", "3")))
        assert lines == [
            f"answers: 1={ {'output': 1} } | 2={failed('No answer was given for b')}",
            f"answers: 3={failed('Tool execution failed: no kitchen')}",
        ]


async def test_p27_a_cancelled_call_gets_no_answer_and_the_others_of_its_batch_do(autojump_clock: MockClock) -> None:
    diary = Diary()
    slow = diary.anote("tool", takes=2, answer=None)
    async with stage(shop().on_tool_call(slow)) as talk:
        assert await talk.hears(tool_call(call_of("a", "1"), call_of("b", "2"))) == []
        await talk.hears(cancels("1"))
        assert await talk.after(3) == [f"answers: 2={failed('Tool not found: b')}"]


async def test_the_phase_that_is_current_when_the_call_is_handled_decides(autojump_clock: MockClock) -> None:
    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        return [FunctionResponse.of(call, "done") for call in calls]

    async with stage(shop().on_tool_call(answer)) as talk:
        talk.state.set("go limited", True)
        turn = {"serverContent": {"turnComplete": True}}
        assert await talk.hears(tool_call(call_of("pay", "1")), turn, tool_call(call_of("pay", "2"))) == [
            f"answers: 1={ {'output': 'done'} }",
            ONLY_ORDER,
            f"answers: 2={failed(REFUSED)}",
        ]
