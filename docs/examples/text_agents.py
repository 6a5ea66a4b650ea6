"""Text agents beside a live talk: put together with operators, and asked by the live model."""

from __future__ import annotations

import trio

from trio_live import GoogleAI, Live, State, ToolContext, events
from trio_live.agents import FnTextAgent, LlmTextAgent, Race, Timeout
from trio_live.emulator import open_emulator, parse_persona
from trio_live.llm import BaseLlm, GeminiLlm

PERSONA = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["there is"] }
say = "Then all is well."
[[rule]]
heard = { keywords = ["advice"] }
call = { tool = "advisor", args = { request = "Is there a lamp?" } }
then = "They say: {advisor}"
[[rule]]
heard = { keywords = ["lamp"] }
call = { tool = "look", args = { what = "lamp" } }
then = "There is a {look}."
[[default]]
say = "Yes?"
""")


async def look(what: str, context: ToolContext) -> str:
    """Look whether something is there; one word is enough."""
    context.state.set("app:seen", what)
    return f"bright {what}"


def knows(state: State) -> bool:
    """What an agent writes is there for guards."""
    return state.is_known("app:seen")


async def show_agents(llm: BaseLlm) -> LlmTextAgent:
    looker = LlmTextAgent("looker", llm, "You look at things.", tools=[look])
    judge = LlmTextAgent("judge", llm, "You judge what others have seen.")
    nobody = FnTextAgent("nobody", lambda _: "Nobody can tell.")

    print("then:    ", await (looker >> judge).ask("Is there a lamp?"))
    print("together:", (await (looker | nobody).ask("Is there a lamp?")).splitlines())
    print("or else: ", await (Timeout(looker, 5) / nobody).ask("Is there a lamp?"))
    print("first:   ", await Race([looker, looker], first_success=True).ask("Is there a lamp?"))
    return looker


async def main() -> None:
    async with (
        open_emulator(PERSONA, pace=None, realtime_playback=False) as emulator,
        GeminiLlm("gemini-3.8-flash", GoogleAI("any", base_url=emulator.url)) as llm,
    ):
        looker = await show_agents(llm)
        live = (
            Live.builder()
            .model("gemini-3.8-live")
            .transcription()
            .agent_tool("advisor", "Knows what is there. Ask in full sentences.", looker)
            .phase("ask")
            .instruction("Find out what there is.")
            .transition("tell", knows)
            .done()
            .phase("tell")
            .instruction("Tell the caller.")
            .terminal()
            .done()
            .initial_phase("ask")
        )
        async with live.connect_google_ai("any", base_url=emulator.url) as session, session.events() as stream:
            await session.send_text("I need advice.")
            said = ""
            async for event in stream:
                match event:
                    case events.ToolExecution(name, args, result):
                        print(f"[{name}({args}) -> {result}]")
                    case events.OutputTranscript(text, is_final=True):
                        said += text
                    case events.TurnComplete() if said:
                        break
            print(f"{said.strip()} [{session.conversation_phase}]")


if __name__ == "__main__":
    trio.run(main)
