"""What a session writes into its State for itself, nobody else writes while it runs, and whoever tries is told."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import builder, call, call_of, reading, said, settled, tool_call, turn_complete
from tests.scenarios.harness import agent, always
from trio_live import Phase, State, Transition, events, tool
from trio_live.conversation import SIGNALS
from trio_live.errors import StateError
from trio_live.phases._internal import OWN_KEYS
from trio_live.tools import ToolContext

KEYS = sorted(OWN_KEYS | {f"session:{signal.name}" for signal in SIGNALS})


def phases() -> Any:
    return agent(Phase("a", "Be a.", transitions=[Transition("b", always)]), Phase("b", "Be b."))


@pytest.mark.parametrize("key", KEYS)
async def test_none_of_them_can_be_written_by_hand_and_all_of_them_afterwards(
    key: str, autojump_clock: MockClock
) -> None:
    state = State({"session:yours": 1, key: "from before"})
    async with call(phases().state(state)) as (session, peer):
        await peer.send(said("Yes."), turn_complete())
        await settled()
        before = state.get_raw(key)
        with pytest.raises(StateError) as caught:
            state.set(key, "forged")
        assert (caught.value.key, caught.value.kind) == (key, "owned")
        assert state.get_raw(key) == before
        state.set("session:yours", 2)
        assert session.conversation_phase is not None
    state.set(key, "free again")


async def test_a_tool_that_tries_is_told_and_answered_and_the_talk_goes_on(autojump_clock: MockClock) -> None:
    @tool
    async def skip(context: ToolContext) -> str:
        """Skip ahead."""
        context.state.set("session:turn_count", 99)
        return "done"

    async with call(phases().tools(skip)) as (session, peer):
        await peer.send(tool_call(call_of("skip", "1")))
        await settled()
        ((answer,),) = peer.answers
        assert "session:turn_count" in str(answer["response"])
        await peer.send(turn_complete())
        await settled()
        assert session.state["session:turn_count"] == 1


async def test_a_callback_that_tries_is_reported_under_its_name(autojump_clock: MockClock) -> None:
    async def forge(state: State, _: Any) -> None:
        await trio.lowlevel.checkpoint()
        state.session["phase"] = "b"

    async with call(builder().on_turn_boundary(forge)) as (session, peer), reading(session) as seen:
        await settled()
        await peer.send(turn_complete())
        await settled()
        (told,) = [event.message for event in seen if isinstance(event, events.Error)]
        assert told.startswith("on_turn_boundary")
        assert "a running session writes this key itself" in told
        assert "app:" in told
