"""Needs that stay unmet: nudges on the wire, one prompt, an escalation, and all of it taken back."""

from __future__ import annotations

from trio.testing import MockClock

from tests.peer import builder, heard, speech
from tests.scenarios.harness import stage, truth
from trio_live import Live, RepairConfig, State, SteeringMode
from trio_live.phases import Phase, Transition

NUDGE = "context: Still missing: name, size. Ask for it before going on."


def needy(*, nudge_after: int = 2, escalate_after: int = 4, silent: bool = True) -> Live:
    """An agent that begins in a phase with two needs."""
    gather = Phase(
        "gather",
        needs=["name", "size"],
        transitions=[Transition("help", truth("repair:escalation")), Transition("gather", truth("again"))],
    )
    live = builder().initial_phase("gather").phases(gather, Phase("help"))
    config = RepairConfig(nudge_after=nudge_after, escalate_after=escalate_after)
    return live.repair(config).steering_mode(SteeringMode.CONTEXT_INJECTION if silent else SteeringMode.HYBRID)


async def test_p29_nudges_count_from_one_prompt_once_and_stop_at_the_escalation(autojump_clock: MockClock) -> None:
    async with stage(needy(escalate_after=5)) as talk:
        assert await talk.turns(4) == [[], [NUDGE, "prompt"], [], []], "a nudge that stands already is not repeated"
        assert "repair:escalation" not in talk.state
        assert await talk.turn() == []
        assert talk.state.get("repair:escalation") is True
        assert talk.state.get("repair:unfulfilled") == ["name", "size"]
        assert talk.phase == "gather", "repair never moves"
        await talk.turn()
        assert talk.moves == [("gather", "help")]
        assert not {"repair:escalation", "repair:unfulfilled"} & set(talk.state.keys())


async def test_p30_progress_begins_the_count_anew_and_the_next_stall_prompts_again(autojump_clock: MockClock) -> None:
    async with stage(needy(nudge_after=2, escalate_after=9)) as talk:
        await talk.turns(2)
        talk.state.set("name", "Ann")
        left = "context: Still missing: size. Ask for it before going on."
        assert await talk.turns(3) == [[], [], [left, "prompt"]]


async def test_p31_met_needs_take_the_signal_back(autojump_clock: MockClock) -> None:
    async with stage(needy(nudge_after=1, escalate_after=2)) as talk:
        await talk.turns(2)
        assert talk.state.get("repair:escalation") is True
        talk.state.from_dict({"name": "Ann", "size": 2, "repair:escalation": True})
        talk.state.remove("repair:escalation")
        await talk.turn()
        assert not {"repair:escalation", "repair:unfulfilled"} & set(talk.state.keys())
        assert await talk.turns(3) == [[], [], []]


async def test_p30_the_turn_of_an_entry_does_not_count_and_neither_does_an_old_stay(autojump_clock: MockClock) -> None:
    async with stage(needy(nudge_after=2, escalate_after=9)) as talk:
        await talk.turn()
        talk.state.set("again", True)
        assert await talk.turns(3) == [[], [], []], "entered again at each of these turns"
        talk.state.remove("again")
        assert await talk.turns(2) == [[], [NUDGE, "prompt"]]


async def test_p31_an_escalation_in_one_phase_opens_no_guard_in_another(autojump_clock: MockClock) -> None:
    first = Phase("first", needs=["name"], transitions=[Transition("second", truth("go"))])
    second = Phase("second", transitions=[Transition("first", truth("repair:escalation"))])
    live = builder().initial_phase("first").phases(first, second)
    async with stage(live.repair(RepairConfig(nudge_after=1, escalate_after=2))) as talk:
        await talk.turns(2)
        assert talk.state.get("repair:escalation") is True
        talk.state.set("go", True)
        await talk.turns(3)
        assert talk.moves == [("first", "second")]


async def test_p32_an_escalation_moves_nothing_by_itself(autojump_clock: MockClock) -> None:
    live = builder().initial_phase("a").phases(Phase("a", needs=["x"], transitions=[Transition("b", truth("go"))]))
    live = live.phases(Phase("b")).repair(RepairConfig(nudge_after=1, escalate_after=2))
    async with stage(live) as talk:
        await talk.turns(6)
        assert talk.state.get("repair:escalation") is True
        assert talk.moves == []


async def test_a_phase_without_needs_is_never_nudged(autojump_clock: MockClock) -> None:
    live = builder().initial_phase("a").phases(Phase("a")).repair(RepairConfig(nudge_after=1, escalate_after=2))
    async with stage(live) as talk:
        assert await talk.turns(4) == [[]] * 4
        assert "repair:escalation" not in talk.state


async def test_soft_turns_do_not_count(autojump_clock: MockClock) -> None:
    async with stage(needy(nudge_after=1, escalate_after=2).soft_turn_timeout(1)) as talk:
        for _ in range(4):
            await talk.hears(speech("START"), heard("Hm"), speech("END"))
            assert await talk.after(2) == []
        assert "repair:escalation" not in talk.state
        assert await talk.turn() == [NUDGE, "prompt"]


async def test_a_nudge_stands_with_the_steering_in_one_frame(autojump_clock: MockClock) -> None:
    def told(state: State) -> str:
        return f"Turn {state.get('session:turn_count', 0)}."

    live = needy(nudge_after=1, escalate_after=9, silent=False).phase_defaults(lambda d: d.with_context(told))
    async with stage(live) as talk:
        bare = NUDGE.removeprefix("context: ")
        first, second, third = await talk.turns(3)
        assert first == [f"context: {bare}", "prompt"], "the opening has said Turn 0. already"
        assert (second, third) == (["context: Turn 1."], ["context: Turn 2."])
