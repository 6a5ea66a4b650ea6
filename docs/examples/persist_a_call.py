"""A call that goes on where it was: the second session has the State, the phase and the transcript of the first."""

from __future__ import annotations

import trio

from trio_live import Live, LiveHandle, events
from trio_live.persistence import FsPersistence


def build_agent(caller: str) -> Live:
    # fmt: off
    return (
        Live.builder()
        .model("gemini-3.8-live")
        .transcription()
        .session_resume()                            # so that the model remembers, too
        .persistence(FsPersistence("sessions"))
        .session_id(caller)
        .phase("welcome")
            .instruction("Find out who calls.")
            .transition("appointment", lambda state: state.is_known("app:name"))
            .done()
        .phase("appointment")
            .instruction("Find a time.")
            .done()
        .initial_phase("welcome")
    )
    # fmt: on


async def say(session: LiveHandle, words: str) -> None:
    async with session.events() as stream:
        await session.send_text(words)
        async for event in stream:
            if isinstance(event, events.TurnComplete):
                break


async def main() -> None:
    async with build_agent("+1 555 0100").connect_from_env() as session:
        session.state.set("app:name", "Maria Lopez")
        await say(session, "Hello, this is Maria Lopez.")
        print(f"[hung up in {session.conversation_phase}]")

    async with build_agent("+1 555 0100").connect_from_env() as session:
        turns = session.state.get("session:turn_count")
        print(f"[{session.state.get('app:name')} again, after {turns} turn, in {session.conversation_phase}]")


if __name__ == "__main__":
    trio.run(main)
