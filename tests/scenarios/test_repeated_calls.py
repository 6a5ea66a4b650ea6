"""A server goes back to before an answer, and asks again: it gets the same answer, and nothing runs twice."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import trio
from trio.testing import MockClock

from tests.live.test_restoring import call_many
from tests.peer import Peer, builder, resumable, settled, tool_call, turn_complete
from trio_live import Live, LiveHandle


def agent(ran: list[str]) -> Live:
    async def book(day: str) -> str:
        """Book a day."""
        ran.append(day)
        await trio.sleep(0.1)
        return f"{day} is booked, number {len(ran)}"

    return builder().tools(book)


@asynccontextmanager
async def cut_after_the_answer(ran: list[str]) -> AsyncGenerator[tuple[LiveHandle, Peer]]:
    """A session whose function has answered when its connection is cut; and the peer of the next one."""
    first, second = Peer(), Peer()
    async with call_many(agent(ran), first, second) as session:
        await first.send(resumable("before the call"))
        await first.send(tool_call({"id": "c1", "name": "book", "args": {"day": "Monday"}}))
        while not first.answers:  # noqa: ASYNC110  # virtual time
            await trio.sleep(0.01)
        first.close(1006)
        await settled()
        while not second.talk and not session.link.is_up:  # noqa: ASYNC110
            await trio.sleep(0.01)
        yield session, second


async def test_a_call_that_was_answered_is_answered_again_with_the_same_words(autojump_clock: MockClock) -> None:
    ran: list[str] = []
    async with cut_after_the_answer(ran) as (session, peer):
        asked = tool_call({"id": "c1", "name": "book", "args": {"day": "Monday"}})
        await peer.send(asked)
        await peer.send(asked)
        await trio.sleep(1)
        (answers,) = peer.answers
        assert [(each["id"], each["response"]) for each in answers] == [
            ("c1", {"output": "Monday is booked, number 1"})
        ]
        assert ran == ["Monday"]
        await peer.send(turn_complete())
        await settled()
        assert session.link.generation == 2


async def test_a_call_under_another_id_is_another_call(autojump_clock: MockClock) -> None:
    ran: list[str] = []
    async with cut_after_the_answer(ran) as (_, peer):
        await peer.send(tool_call({"id": "c2", "name": "book", "args": {"day": "Monday"}}))
        await trio.sleep(1)
        assert [each["id"] for answers in peer.answers for each in answers] == ["c2"]
        assert ran == ["Monday", "Monday"]
