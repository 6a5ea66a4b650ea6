"""``trio-live chat``: lines in, answers out."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import trio
from rich.console import Console

from trio_live import ConfigError, Live, LiveEventStream, LiveHandle, events
from trio_live._wording import shown
from trio_live.emulator import open_emulator
from trio_live.live import endpoint_from_env


@asynccontextmanager
async def open_either(
    live: Live, console: Console, *, force_emulator: bool, pace: float | None = None
) -> AsyncGenerator[LiveHandle, None]:
    """The real API when the environment names one, otherwise an emulator of our own.

    Args:
        live: the agent.
        console: is told which of them it is.
        force_emulator: the emulator in any case.
        pace: how many seconds of talk the emulator lets pass in one; ``None`` if nobody is to listen.
    """
    try:
        endpoint = None if force_emulator else endpoint_from_env()
    except ConfigError:
        endpoint = None
    if endpoint is not None:
        async with live.connect(endpoint) as session:
            yield session
        return
    if pace is None:
        served = open_emulator(pace=None, realtime_playback=False, idle_timeout=None, connection_lifetime=None)
    else:
        served = open_emulator(time_scale=pace, idle_timeout=None, connection_lifetime=None)
    async with served as emulator:
        console.print(f"[dim]no key in the environment: this is the emulator's {emulator.persona.name}[/]")
        async with live.connect_google_ai("emulator", base_url=emulator.url) as session:
            yield session


async def _show_answer(stream: LiveEventStream[events.LiveEvent], console: Console) -> bool:
    """Print until the turn is over; tells whether the session goes on."""
    spoken = False
    async for event in stream:
        match event:
            case events.OutputTranscript(text, is_final=False) | events.TextDelta(text):
                console.print(shown(text), end="", markup=False, highlight=False, soft_wrap=True)
                spoken = True
            case events.Thought(text):
                console.print(shown(text.strip()), style="dim italic", markup=False)
            case events.Error(message):
                console.print(f"\n{shown(message)}", style="red", markup=False, highlight=False)
            case events.TurnComplete() if spoken:
                console.print()
                return True
            case events.Disconnected():
                return False
            case _:
                pass
    return False


async def run_chat(*, model: str | None, instruction: str | None, force_emulator: bool) -> None:
    """Read lines until the end of input; each is a turn."""
    console = Console()
    live = Live.builder().transcription()
    live = live.model(model) if model else live
    live = live.instruction(instruction) if instruction else live
    async with open_either(live, console, force_emulator=force_emulator) as session, session.events() as stream:
        console.print("[dim]type a line and press Enter; an empty line or Ctrl-D ends[/]")
        while line := await trio.to_thread.run_sync(_read_line, abandon_on_cancel=True):
            await session.send_text(line)
            if not await _show_answer(stream, console):
                break


def _read_line() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
