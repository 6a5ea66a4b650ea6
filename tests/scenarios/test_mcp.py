"""A talk in which the model uses the tools of MCP servers: real ones, in processes of their own, in real time."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from tests.mcp.servers import UNTIDY, serving_http, stdio_server
from trio_live import Live, LiveEventStream, LiveHandle, events
from trio_live.emulator import open_emulator, parse_persona
from trio_live.errors import ConfigError, ConnectError
from trio_live.tools import Background, StdioServer

pytestmark = pytest.mark.filterwarnings(UNTIDY)

PERSONA = parse_persona("""
name = "weather"

[[rule]]
heard = { pattern = "forecast" }
calls = [{ tool = "forecast", args = { city = "Rome" } }, { tool = "web_forecast", args = { city = "Oslo" } }]
then = "{forecast}, and {web_forecast}."

[[rule]]
heard = { pattern = "measure" }
call = { tool = "measure", args = { city = "Rome" } }
then = "It has {measure.degrees} degrees."
on_error = "I cannot say: {measure.error}"

[[rule]]
heard = { pattern = "die" }
call = { tool = "die" }
then = "It lives."
on_error = "It died."

[[rule]]
heard = { pattern = "hang" }
call = { tool = "hang" }
then = "It answered."
on_error = "It hangs."

[[default]]
say = "I am here."
""")

AGENT = Live.builder().model("gemini-3.8-live").transcription()


async def ask(session: LiveHandle, stream: LiveEventStream[Any], words: str) -> str:
    """What the model answers."""
    said = ""
    await session.send_text(words)
    with trio.fail_after(30):
        async for event in stream:
            match event:
                case events.OutputTranscript(text=text, is_final=True):
                    said += text
                case events.TurnComplete():
                    return said
    raise AssertionError("the stream ended")


async def test_the_model_uses_tools_of_both_kinds_of_servers() -> None:
    with serving_http(prefix="web_") as there:
        live = AGENT.mcp(stdio_server(), there)
        async with (
            open_emulator(PERSONA, pace=None) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            assert await ask(session, stream, "forecast") == "Rome: sun for 1 days, and Oslo: sun for 1 days."
            assert await ask(session, stream, "measure") == "It has 21.5 degrees."


async def test_a_server_that_dies_or_hangs_is_told_to_the_model_and_the_talk_goes_on() -> None:
    live = AGENT.mcp(stdio_server()).tool_timeouts(inline=0.5)
    async with (
        open_emulator(PERSONA, pace=None) as emulator,
        live.connect_google_ai("k", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        assert await ask(session, stream, "hang") == "It hangs."
        assert await ask(session, stream, "die") == "It died."
        assert "Connection closed" in await ask(session, stream, "measure")
        assert await ask(session, stream, "hello") == "I am here."


async def test_a_tool_of_the_agents_own_wins_and_modes_reach_the_tools_of_servers() -> None:
    async def measure(city: str) -> dict[str, float]:
        """Measure by hand."""
        return {"degrees": len(city)}

    live = AGENT.tools(measure).mcp(stdio_server()).tool_background("forecast")
    async with (
        open_emulator(PERSONA, pace=None) as emulator,
        live.connect_google_ai("k", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        assert await ask(session, stream, "measure") == "It has 4 degrees."
    assert live.spec.tools.mode("forecast") == Background()


async def refused(live: Live, error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        async with live.connect_google_ai("k", base_url="ws://127.0.0.1:9"):
            raise AssertionError("it connected")
    return str(caught.value)


async def test_what_cannot_be_is_told_before_or_after_the_servers_have_answered() -> None:
    gone = StdioServer(["no-such-program-here"])
    assert "no-such-program-here cannot be had" in await refused(AGENT.mcp(gone), ConnectError)
    assert "calls no functions" in await refused(
        Live.builder().model("gemini-3.5-transcribe-live").mcp(stdio_server()), ConfigError
    )
    unknown = AGENT.mcp(stdio_server()).tool_background("forcast")
    assert "names 'forcast', which is no tool of this agent; there are die, forecast" in await refused(
        unknown, ConfigError
    )
    wrong = AGENT.mcp(gone).initial_phase("nowhere")
    assert "there are no phases" in await refused(wrong, ConfigError), "the server was asked first"
    assert "two MCP servers have a tool 'forecast'" in await refused(
        AGENT.mcp(stdio_server(only=["forecast"]), stdio_server(only=["forecast"])), ConfigError
    )
