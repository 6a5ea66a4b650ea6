"""A research assistant: text agents look things up in the background, and the talk goes on meanwhile.

What it shows: work that takes longer than a breath. Two readers search at once, a third agent makes one answer of what
they found, and all three together are a *background tool*: the call is acknowledged at once, the caller keeps talking,
and the result is told when nobody is speaking. Hanging up ends them; nothing outlives the session.

Run it against the emulator, which answers the text model as well; then with a key, against Google:

    trio-live emulator --port 8080 --persona docs/examples/agents/research.toml
    GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any python docs/examples/agents/research.py
    GEMINI_API_KEY=… python docs/examples/agents/research.py
"""

from __future__ import annotations

import trio

from trio_live import Live, LiveEvent, LiveEventStream, events
from trio_live.agents import FnTextAgent, LlmTextAgent, Timeout
from trio_live.live import endpoint_from_env
from trio_live.llm import BaseLlm, GeminiLlm

SHELVES = {"archive": "The lighthouse was built in 1871.", "newspapers": "It was lit by electricity in 1922."}


def reader(shelf: str, llm: BaseLlm) -> LlmTextAgent:
    """Somebody who knows one shelf."""

    async def search(words: str) -> str:
        """Look something up.

        Args:
            words: what to look for.
        """
        await trio.sleep(0.2)  # a real shelf is slow
        return SHELVES[shelf]

    return LlmTextAgent(shelf, llm, f"You search the {shelf}. Answer in one sentence.", tools=[search])


def librarian(llm: BaseLlm) -> Live:
    """The voice, and who works behind it."""
    readers = reader("archive", llm) | reader("newspapers", llm)
    editor = LlmTextAgent("editor", llm, "Make one short answer of what the readers found.")
    nothing = FnTextAgent("nothing", lambda _: "Nothing was found.")
    return (
        Live.builder()
        .model("gemini-3.8-live")
        .instruction("You are a librarian. Let the research look things up, and chat with the reader meanwhile.")
        .transcription()
        .agent_tool("research", "Looks something up; takes a while.", Timeout(readers >> editor, 30) / nothing)
        .tool_background_with_scheduling("research", "WHEN_IDLE")
    )


async def hear_out(stream: LiveEventStream[LiveEvent], *, until_known: bool = False) -> None:
    """Show a turn; or as many as it takes until the research has been told."""
    known = not until_known
    async for event in stream:
        match event:
            case events.ToolExecution(name, _, result):
                print(f"           [{name}: {result}]")
                known = known or (isinstance(result, dict) and result.get("status") != "running")
            case events.OutputTranscript(text, is_final=True) if text:
                print(f"librarian: {text}")
            case events.TurnComplete() if known:
                return


async def main() -> None:
    async with (
        GeminiLlm("gemini-3.8-flash", endpoint_from_env()) as llm,
        librarian(llm).connect_from_env() as session,
        session.events() as stream,
    ):
        for line in ("What do we know about the old lighthouse?", "Are you open on Sundays?"):
            print(f"   reader: {line}")
            await session.send_text(line)
            await hear_out(stream)
        if session.background_tools.active_count():
            await hear_out(stream, until_known=True)


if __name__ == "__main__":
    trio.run(main)
