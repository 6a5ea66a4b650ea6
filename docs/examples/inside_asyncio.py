"""A program that is asyncio asks an agent that is Trio, which lives in a thread of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

import trio

from trio_live import Live

live = Live.builder().model("gemini-3.8-live").transcription()


class Agent:
    """One session, in a thread; asked from asyncio."""

    def __init__(self) -> None:
        self._token: Future[trio.lowlevel.TrioToken] = Future()
        self._questions, self._waiting = trio.open_memory_channel[tuple[str, "Future[str]"]](10)

    async def talk(self) -> None:
        """Trio's side: answer one question after the other, until there are no more."""
        try:
            await self._answer()
        except BaseException as error:
            if not self._token.done():
                self._token.set_exception(error)  # so that nobody waits for a session that never began
            raise

    async def _answer(self) -> None:
        async with live.connect_from_env() as session:
            self._token.set_result(trio.lowlevel.current_trio_token())
            async for question, answer in self._waiting:
                answer.set_result((await session.ask(question)).text)

    async def ask(self, question: str) -> str:
        """Asyncio's side."""
        answer: Future[str] = Future()
        token = await asyncio.wrap_future(self._token)
        token.run_sync_soon(self._questions.send_nowait, (question, answer))
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """Ask for nothing more: the session says goodbye, and the thread ends."""
        (await asyncio.wrap_future(self._token)).run_sync_soon(self._questions.close)


async def main() -> None:
    agent = Agent()
    thread = asyncio.create_task(asyncio.to_thread(trio.run, agent.talk))
    print(await agent.ask("What does a consultation cost?"))
    await agent.close()
    await thread


if __name__ == "__main__":
    asyncio.run(main())
