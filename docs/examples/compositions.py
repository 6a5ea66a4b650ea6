"""Pieces of agents as values: a prompt, middleware, guards, what a model sees, and steps between agents."""

from __future__ import annotations

import trio

from trio_live import Content, GoogleAI, Live, State
from trio_live.agents import LlmTextAgent, Route
from trio_live.compose import C, G, M, P, S, T
from trio_live.emulator import open_emulator, parse_persona
from trio_live.errors import AgentError, ConfigError
from trio_live.llm import BaseLlm, GeminiLlm

PERSONA = parse_persona("""
name = "clerk"
[[rule]]
heard = { keywords = ["mail"] }
say = "Write to ann@shop.example."
[[default]]
say = "We are open until eight."
""")

prompt = P.role("the clerk of a shop") + P.guidelines(["Be brief."]) + P.template("The caller is {caller}.")
audit = M.audit()


async def show(llm: BaseLlm) -> None:
    clerk = LlmTextAgent(
        "clerk",
        llm,
        prompt,
        tools=T.mock("stock", "What is in stock.", {"lamps": 3}),
        context=C.exclude_tools() >> C.window(10),
    )
    guarded = clerk.with_middleware(audit >> M.timeout(5) >> M.retry(2), G.pii() + G.length(1, 200))
    prepared = S.require("name") >> S.rename({"name": "caller"}) >> S.counter("calls")
    agent = prepared >> guarded

    state = State({"name": "Ann"})
    print(await agent.ask("When do you close?", state), state.to_dict())
    try:
        await agent.ask("What is your mail address?", State({"name": "Ann"}))
    except AgentError as error:
        print(f"rejected: {error.violations}")
    try:
        await agent.ask("When do you close?", State())
    except AgentError as error:
        print(error)

    polite = Route([(S.is_true("angry"), clerk >> S.set("escalate", new=True))], clerk)
    print(await polite.ask("Hello?", State({"caller": "Ann", "angry": True})))


async def main() -> None:
    async with (
        open_emulator(PERSONA) as emulator,
        GeminiLlm("gemini-3.8-flash", GoogleAI("any", base_url=emulator.url)) as llm,
    ):
        await show(llm)

    # The same values at a live session.
    live = Live.builder().instruction(P.role("a clerk") + P.task("sell lamps")).middleware(audit)
    live = live.with_tools(T.mock("stock", "What is in stock.", {"lamps": 3}) + T.google_search())
    print(sorted(live.spec.tools.tools))

    talk = [Content.of("Hello"), Content.of("Hi", "model"), Content.of("Two lamps")]
    print([content.parts[0].text for content in C.user_only().apply(talk) if content.parts])
    for cannot_be_had in (lambda: T.openapi("shop", "https://shop.example"), C.priority):
        try:
            cannot_be_had()
        except ConfigError as instead:
            print(instead)


if __name__ == "__main__":
    trio.run(main)
