"""``trio-live chat``: lines in, answers out."""

from __future__ import annotations

from typing import Final

import trio
from rich.console import Console

from trio_live import LiveEventStream, LiveHandle, SessionClosed, events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.cli._talking import Chat, TalkScreen

GREETED_WITHIN: Final[Seconds] = 10.0
"""So long the first line waits for an agent that greets."""


async def run_chat(chat: Chat) -> None:
    """Read lines until the end of input; each is a question, and the next one is asked for when it was answered."""
    console, live = Console(), chat.agent()
    async with (
        chat.open(live, console) as session,
        session.events() as stream,
        session.events() as greetings,
        open_service_nursery("the chat is over") as nursery,
    ):
        console.print("[dim]type a line and press Enter; an empty line or Ctrl-D ends[/]")
        nursery.start_soon(show_all, stream, TalkScreen(console, {events.Speaker.MODEL: ""}))
        if live.spec.control.greeting is not None:
            await _wait_greeted(greetings)
        await _talk(session)


async def _talk(session: LiveHandle) -> None:
    while line := await trio.to_thread.run_sync(_read_line, abandon_on_cancel=True):
        try:
            await session.ask(line, wait_for_tools=False)
        except SessionClosed:
            return


async def _wait_greeted(stream: LiveEventStream[events.LiveEvent]) -> None:
    with trio.move_on_after(GREETED_WITHIN):
        async for event in stream:
            if isinstance(event, events.TurnComplete):
                return


async def show_all(stream: LiveEventStream[events.LiveEvent], screen: TalkScreen) -> None:
    """Show what happens, until nothing more does. Cancellation: the rest is not shown."""
    async for event in stream:
        screen.show(event)
    screen.end_line()


def _read_line() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
