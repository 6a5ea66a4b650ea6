"""Agents of a call: what each may choose, and every mistake, told before anything is dialled."""

from __future__ import annotations

import pytest

from tests.peer import Peer, call
from trio_live import CallbackMode, ConfigError, Live, SteeringMode
from trio_live.phases import Phase
from trio_live.tools import StdioServer

NEWEST, OLDEST = "gemini-3.8-live", "gemini-2.5-flash-native-audio-latest"


async def book() -> str:
    """Book."""
    return ""


async def mistakes_of(live: Live) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        async with call(live):
            pass
    return [*raised.value.problems]


async def test_every_mistake_is_told_at_once_and_nothing_is_dialled() -> None:
    async def nothing(*_: object) -> None: ...

    peer = Peer()
    live = (
        Live.builder()
        .model(NEWEST)
        .initial_phase("x")
        .phases(Phase("x", "Be x."))
        .agent("a", Live.builder().instruction("Be a.").model("gemini-3.1-flash-live-preview").temperature(0.5))
        .agent("a", Live.builder().on_transfer(nothing, mode=CallbackMode.CONCURRENT).transcription())
        .agent("b", Live.builder().phases(Phase("y", "Be y.")).mcp(StdioServer(["calendar"])).tool_timeouts(inline=3))
        .agent("c", Live.builder().instruction("Be c.").agent("d", Live.builder()).soft_turn_timeout(2))
    )
    with pytest.raises(ConfigError) as raised:
        async with call(live, peer):
            pass
    assert not peer.client.sent
    told = "\n".join(raised.value.problems)
    elsewhere = "belongs to the call; choose it on the builder that connects"
    for sentence in (
        "agent 'a' is declared 2 times",
        "this builder has agents and phases of its own; with agents, phases belong to them",
        f"agent 'a': model {elsewhere}",
        "agent 'a': all of generation_config but the voice belongs to the call",
        f"agent 'a': callbacks {elsewhere}",
        f"agent 'a': input_audio_transcription {elsewhere}",
        "agent 'b': MCP servers belong to the call",
        "agent 'b': the timeout of tools belongs to the call",
        f"agent 'c': agents {elsewhere}",
        f"agent 'c': soft_turn_timeout {elsewhere}",
        "agent 'a' has no instruction",
        "agent 'b': There are phases ('y') but no initial phase",
    ):
        assert sentence in told, sentence


async def test_mistakes_of_one_agent_say_whose_they_are_and_those_of_all_are_said_once() -> None:
    live = (
        Live.builder()
        .model(NEWEST)
        .tool_background("nowhere")
        .agent("a", Live.builder().instruction("Be a.").initial_phase("x").phases(Phase("z", "Be z.")))
        .agent("b", Live.builder().instruction("Be b."))
    )
    told = await mistakes_of(live)
    assert sum("nowhere" in each for each in told) == 1
    assert any(each.startswith("agent 'a': ") and "'x'" in each for each in told)
    assert not any(each.startswith("agent 'b'") for each in told)


async def test_the_name_of_the_transfer_is_taken() -> None:
    async def transfer_to() -> str:
        """Go."""
        return ""

    live = (
        Live.builder()
        .model(NEWEST)
        .agent("a", Live.builder().instruction("Be a.").tools(transfer_to))
        .agent("b", Live.builder().instruction("Be b."))
    )
    told = await mistakes_of(live)
    assert "agent 'a' has a tool 'transfer_to', by which the model hands over; give it another name" in told


async def test_a_transfer_that_needs_another_connection_needs_reconnecting() -> None:
    live = (
        Live.builder()
        .model(OLDEST)
        .agent("a", Live.builder().instruction("Be a."))
        .agent("b", Live.builder().instruction("Be b."))
    )
    (told,) = await mistakes_of(live)  # one transport cannot be dialled twice
    assert told.startswith("with the 2.5 native audio model a transfer to 'a', 'b' needs another connection")


def test_arguments_are_checked_at_the_call() -> None:
    with pytest.raises(TypeError, match="live must be a Page"):
        Live.builder().agent("a", "b")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="agent name is empty"):
        Live.builder().agent(" ", Live.builder())
    with pytest.raises(TypeError, match="description must be a string"):
        Live.builder().agent("a", Live.builder(), 3)  # type: ignore[arg-type]


async def test_what_stands_for_all_is_part_of_each() -> None:
    live = (
        Live.builder()
        .model(NEWEST)
        .instruction("Be brief.")
        .tools(book)
        .manual_tools("book")
        .agent("a", Live.builder().instruction("Be a.").steering_mode(SteeringMode.HYBRID))
        .agent("b", Live.builder().instruction("Be b.").manual_tools("transfer_to"))
    )
    async with call(live) as (session, peer):
        assert peer.setup["systemInstruction"]["parts"][0]["text"] == "Be brief.\n\nBe a."
        talk = session._conversation
        assert talk.roster is not None
        a, b = talk.roster.agents.values()
        assert a.options.steering_mode is SteeringMode.HYBRID
        assert b.options.steering_mode is SteeringMode.INSTRUCTION_UPDATE
        assert [*a.options.manual_tools] == ["book"]
        assert sorted(b.options.manual_tools) == ["book", "transfer_to"]
        assert "book" in a.dispatcher
        assert "book" in b.dispatcher
