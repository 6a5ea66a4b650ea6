"""What a turn says by the roads of the model at hand, frame by frame."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, heard, said, settled
from tests.scenarios.harness import stage, truth
from trio_live import FunctionDeclaration, Live, Platform, SteeringMode
from trio_live.events import Applied, Road
from trio_live.phases import Phase, StateAppend, Transition
from trio_live.wire import Content, Tool

DECLARE = SteeringMode.CONTEXT_UPDATE
NEWEST, SPOKEN_TO = "gemini-3.8-live", "gemini-3.1-flash-live-preview"


def agent(model: str = NEWEST, mode: SteeringMode = DECLARE) -> Live:
    """a offers `order`, b offers `pay`, c offers everything; each is reached by its key."""
    ways = [Transition(name, truth(name)) for name in "abc"]
    return (
        Live.builder()
        .model(model)
        .instruction("Stay polite.")
        .google_search()
        .add_tool(FunctionDeclaration("order"))
        .add_tool(FunctionDeclaration("pay"))
        .steering_mode(mode)
        .initial_phase("a")
        .phases(
            Phase("a", "Be a.", tools_enabled=["order"], transitions=ways),
            Phase("b", "Be b.", tools_enabled=["pay"], transitions=ways),
            Phase("c", "Be c.", transitions=ways),
        )
    )


def declared_in(setup: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[str]:
    return [f["name"] for tool in setup["tools"] for f in tool.get("functionDeclarations", ())]


# -- declarations that follow the phases ----------------------------------------------------------------------------


async def test_only_what_the_phase_offers_is_declared_and_what_is_no_function_stays(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        assert declared_in(talk.peer.setup) == ["order"]
        assert {"googleSearch": {}} in talk.peer.setup["tools"]
        assert talk.state.get("session:declared_tools") == ["order"]
        talk.state.set("b", True)
        assert await talk.turn() == ["tools: pay, googleSearch instruction: Stay polite.\n\nBe b."]
        assert talk.state.get("session:declared_tools") == ["pay"]
        talk.state.from_dict({"b": False, "c": True})
        assert await talk.turn() == ["tools: order, pay, googleSearch instruction: Stay polite.\n\nBe c."]
        assert talk.state.get("session:declared_tools") == ["order", "pay"]
        assert "session:active_tools" not in talk.state, "nobody had to be advised"


async def test_nothing_is_declared_again_that_is_declared_already(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        assert await talk.turns(2) == [[], []]
        talk.state.set("a", True)
        assert await talk.turn() == []


async def test_what_was_steered_is_the_setup_of_the_next_connection(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.turn()
        setup = talk.parts.protocol.setup
        assert setup.system_instruction == Content.of("Stay polite.\n\nBe b.")
        assert setup.tools == [Tool(function_declarations=[FunctionDeclaration("pay")]), Tool(google_search={})]


async def test_a_model_whose_declarations_stand_is_advised_and_never_sent_an_update(autojump_clock: MockClock) -> None:
    live = agent("gemini-live-2.5-flash-native-audio").abilities(search_with_functions=True)
    async with stage(live, platform=Platform.VERTEX) as talk:
        assert declared_in(talk.peer.setup) == ["order", "pay"]
        talk.state.set("b", True)
        advice = "Tools available in this phase: pay. Do not call any other."
        assert await talk.turn() == ["instruction: Stay polite.\n\nBe b.", f"context: {advice}"]
        assert "session:declared_tools" not in talk.state
        assert talk.state.get("session:active_tools") == ["pay"]


@pytest.mark.parametrize("mode", [SteeringMode.INSTRUCTION_UPDATE, SteeringMode.HYBRID, SteeringMode.CONTEXT_INJECTION])
async def test_declarations_follow_the_phases_only_where_that_was_asked_for(
    mode: SteeringMode, autojump_clock: MockClock
) -> None:
    async with stage(agent(mode=mode)) as talk:
        assert declared_in(talk.peer.setup) == ["order", "pay"]
        talk.state.set("b", True)
        await talk.turn()
        assert not [line for line in talk.lines if line.startswith("tools")]
        assert any("Tools available in this phase: pay." in line for line in talk.lines)


# -- a model that is only spoken to ---------------------------------------------------------------------------------


async def test_a_transition_is_one_text_where_every_text_is_activity(autojump_clock: MockClock) -> None:
    async with stage(agent(SPOKEN_TO, SteeringMode.INSTRUCTION_UPDATE)) as talk:
        talk.state.set("b", True)
        (line,) = await talk.turn()
        update, text, phase, advice, remark = line.removeprefix("user: ").split("\n\n")
        assert "instructions have changed" in update
        assert (text, phase) == ("Stay polite.", "Be b.")
        assert advice == "Tools available in this phase: pay. Do not call any other."
        assert "Do not answer it" in remark


async def test_facts_alone_wait_for_the_user_where_the_model_would_answer_them(autojump_clock: MockClock) -> None:
    """Its answer would be a turn with new facts of its own, and so on without end."""
    counting = Phase("a", "Be a.", modifiers=[StateAppend(["session:turn_count"])])
    live = Live.builder().model(SPOKEN_TO).steering_mode(SteeringMode.HYBRID).initial_phase("a").phases(counting)
    async with stage(live) as talk:
        assert await talk.turns(5) == [[]] * 5
        (line,) = await talk.turn(heard("Hello?"), said("Yes."))
        assert "turn_count=5" in line
        assert await talk.turn() == []


async def test_the_initial_phase_speaks_from_the_setup_where_the_model_would_answer_it(
    autojump_clock: MockClock,
) -> None:
    async with stage(agent(SPOKEN_TO, SteeringMode.CONTEXT_INJECTION).greeting("Say hello.")) as talk:
        assert talk.peer.setup["systemInstruction"]["parts"][0]["text"] == "Stay polite.\n\nBe a."
        assert talk.opening == ["user: Say hello."]


async def test_the_context_of_the_entry_waits_for_the_greeting_there(autojump_clock: MockClock) -> None:
    def entry(*_: object) -> list[Content]:
        return [Content.of("We are full.", "model")]

    live = Live.builder().model(SPOKEN_TO).initial_phase("a").phases(Phase("a", "Be a.", on_enter_context=entry))
    async with stage(live.greeting("Say hello.")) as talk:
        assert talk.opening == ["user: We are full.\n\nSay hello."]
    async with stage(live) as talk:
        assert talk.opening == []
        (line,) = await talk.turn()
        assert line.startswith("user: We are full.")


# -- what a call returns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "applied", "road", "why"), [
    ("gemini-3.8-live", Applied.NOW, Road.CONTEXT_UPDATE, "the server replaces its system instruction"),
    (SPOKEN_TO, Applied.NEXT_TURN, Road.REALTIME_TEXT, "may answer it"),
    ("gemini-2.5-flash-native-audio-latest", Applied.NEXT_TURN, Road.USER_TURN, "known to ignore it"),
    ("gemini-3.5-transcribe-live", Applied.NEXT_CONNECTION, Road.SETUP, "in the setup only"),
    ("gemini-3.5-live-translate-preview", Applied.UNSUPPORTED, Road.NOWHERE, "takes no instructions"),
])  # fmt: skip
async def test_an_update_says_what_became_of_it(
    model: str, applied: Applied, road: Road, why: str, autojump_clock: MockClock
) -> None:
    live = Live.builder().model(model)
    async with stage(live.translation("de") if "translate" in model else live) as talk:
        outcome = await talk.session.update_instruction("Be brief.")
        assert (outcome.applied, outcome.road) == (applied, road)
        assert why in outcome.why
        assert bool(await talk.after(1)) is (applied in {Applied.NOW, Applied.NEXT_TURN})
        kept = talk.parts.protocol.setup.system_instruction
        assert (kept == Content.of("Be brief.")) is (applied is not Applied.UNSUPPORTED)


async def test_an_update_counts_as_sent_once_it_is_written(autojump_clock: MockClock) -> None:
    """It was recorded when it was queued, so one that the network lost was never tried again."""
    peer = Peer(capacity=1)
    async with stage(peer=peer) as talk:
        ledger = talk.talk.ledger
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"00")
        await peer.read()
        await settled()
        await talk.session.update_instruction("Sing.")
        assert (ledger.last_sent, ledger.newest) == (None, "Sing.")
        with trio.move_on_after(1):
            while True:
                await peer.read()
        assert (ledger.last_sent, ledger.newest) == ("Sing.", "Sing.")
