"""``trio-live chat``: lines in, answers out."""

from __future__ import annotations

import math
import sys
from typing import Final

import attrs
import trio
from rich.console import Console

from trio_live import LiveEventStream, LiveHandle, SessionClosed, events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.cli._talking import Chat, TalkScreen

GREETED_WITHIN: Final[Seconds] = 10.0
"""So long the first line waits for an agent that greets."""
TOOLS_WITHIN: Final[Seconds] = 30.0
"""So long tools that run in the background are waited for when lines that were piped in are at an end."""
WORDS_WITHIN: Final[Seconds] = 3.0
"""So long the model may think before it says something of a result; models begin within about a second and a half."""
MOMENT: Final[Seconds] = 0.1
"""What was published before it is certainly seen after it."""


async def run_chat(chat: Chat) -> None:
    """Read lines until the end of input; each is a question, and the next one is asked for when it was answered.

    Nobody who pipes lines in can wait for what is said of a tool in the background, so that is waited for here.
    """
    console, live = Console(), chat.agent()
    async with (
        chat.open(live, console) as session,
        session.events() as stream,
        session.events() as greetings,
        session.events() as results,
        open_service_nursery("the chat is over") as nursery,
    ):
        console.print("[dim]type a line and press Enter; an empty line or Ctrl-D ends[/]")
        nursery.start_soon(show_all, stream, TalkScreen(console, {events.Speaker.MODEL: ""}))
        if live.spec.control.greeting is not None:
            await _wait_greeted(greetings)
        beside = ToolsBeside(session)
        nursery.start_soon(beside.watch, results)
        await _talk(session)
        if not sys.stdin.isatty():
            with trio.move_on_after(TOOLS_WITHIN) as waiting:
                await beside.wait_said()
            if waiting.cancelled_caught:
                left = ", ".join(session.background_tools.active_ids()) or "what the model says of them"
                console.print(f"[dim]not waited for any longer than {TOOLS_WITHIN:g} s: {left}[/]")


@attrs.define(eq=False)
class ToolsBeside:
    """The tools that run beside a talk, and what the model has still to say of their results."""

    _session: LiveHandle
    _ever_ran: bool = attrs.field(default=False, init=False)
    _unsaid: int = attrs.field(default=0, init=False)
    """Answers to functions, less the turns since."""
    _is_over: bool = attrs.field(default=False, init=False)
    _changed: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot, init=False)

    async def watch(self, stream: LiveEventStream[events.LiveEvent]) -> None:
        """Take note of what happens, from the beginning of the talk. Cancellation: no more is noted."""
        async for event in stream:
            self._ever_ran = self._ever_ran or self._session.background_tools.active_count() > 0
            match event:
                case events.ToolExecution():
                    self._unsaid += 1
                case events.TurnComplete():
                    self._unsaid = max(0, self._unsaid - 1)
                case _:
                    pass
            self._changed.unpark_all()
        self._is_over = True
        self._changed.unpark_all()

    async def wait_said(self) -> None:
        """Wait until no tool runs, and the model has spoken of each result or keeps silent. Cancellation: harmless."""
        while True:
            with trio.move_on_after(self._patience) as waiting:
                await self._changed.park()
            if waiting.cancelled_caught:
                return

    @property
    def _patience(self) -> Seconds:
        if self._is_over:
            return 0.0
        if self._session.background_tools.active_count():
            return math.inf
        return WORDS_WITHIN if self._ever_ran and self._unsaid else MOMENT


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
