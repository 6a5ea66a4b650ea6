"""``trio-live demo``: a spoken call from end to end, over a real WebSocket, without a key.

::

    recorded voice → Microphone → send_audio ──▶ emulator (hears, decides, calls functions, speaks)
                                                    │
    terminal ◀── Screen ◀── events ◀── session ◀────┘
    WAV      ◀── Speaker ◀── on_audio / on_interrupted
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

import trio
from rich.console import Console

from trio_live import Live, LiveEventStream, LiveHandle, events
from trio_live._tasks import open_service_nursery
from trio_live._typing import JsonObject, Seconds
from trio_live.cli._agent import build_agent
from trio_live.cli._caller import LINES, RATE, Line, Microphone, read_recording
from trio_live.cli._screen import Screen
from trio_live.cli._speaker import Speaker, write_wav
from trio_live.emulator import open_emulator

FAST = 8.0
"""How many times faster than real time the call runs when nobody wants to listen."""
THINKING: Seconds = 0.4
"""How long the caller waits before answering."""


class DemoCall:
    """The demo's call: its parts, and what connects them."""

    def __init__(self, console: Console, *, scale: float) -> None:
        self.scale = scale
        self.started = trio.current_time()
        self.screen = Screen(console, self.clock)
        self.speaker = Speaker(scale)
        self.microphone = Microphone(scale)
        self.turns = 0
        self.tool_calls = 0
        self.phases: list[str] = []
        self._in_background = 0
        self._news = trio.Event()

    def clock(self) -> Seconds:
        """Seconds of the call so far, as the people in it count them."""
        return (trio.current_time() - self.started) * self.scale

    def agent(self) -> Live:
        """The agent whose session is the other end of the line."""
        agent = build_agent(scale=self.scale, note=lambda text: self.screen.line("note", text))
        return agent.on_audio(self.speaker.play).on_interrupted(self._interrupted)

    async def _interrupted(self) -> None:
        self.speaker.flush()

    async def watch(self, stream: LiveEventStream[events.LiveEvent], session: LiveHandle) -> None:
        """Show what happens, and notice the ends of turns."""
        async for event in stream:
            self.screen.show(event)
            if isinstance(event, events.ToolExecution):
                self._count(event.result.get("status"))
            if isinstance(event, events.PhaseTransition):
                self.phases = [*(self.phases or [event.from_]), event.to]
            if isinstance(event, events.TurnComplete):
                self.turns += 1
                self._show_figures(session)
            self._news.set()
            self._news = trio.Event()

    def _count(self, status: object) -> None:
        """A function in the background is told of twice: when it begins, and when it is done."""
        if status == "running":
            self._in_background += 1
        else:
            self._in_background -= status == "completed"
            self.tool_calls += 1

    def _show_figures(self, session: LiveHandle) -> None:
        figures = session.telemetry.snapshot()
        latency = figures["last_response_latency_ms"] * self.scale
        self.screen.line(
            "note",
            f"turn {self.turns}: first sound {latency:.0f} ms after the caller stopped, "
            f"{figures['total_token_count']} tokens in context",
        )

    async def hold(self, lines: Sequence[Line]) -> None:
        """Say the caller's lines, each at its moment, and wait for the last answer."""
        for line in lines:
            await self._wait_for_turns(line.after_turns)
            if line.interrupts_after is not None:
                await self.speaker.wait_playing()
                await trio.sleep(line.interrupts_after / self.scale)
            else:
                await self.speaker.wait_quiet()
            await trio.sleep(THINKING / self.scale)
            await self.microphone.say(read_recording(line.recording))
        await self._wait_for_turns(lines[-1].after_turns + 1)
        await self.speaker.wait_quiet()
        while self._in_background:
            await self._news.wait()

    async def _wait_for_turns(self, count: int) -> None:
        while self.turns < count:
            await self._news.wait()

    def figures(self, session: LiveHandle) -> JsonObject:
        """The whole call in numbers."""
        telemetry = session.telemetry
        figures, latency = telemetry.snapshot(), telemetry.latency()
        return {
            "length": f"{self.clock():.1f} s",
            "turns": figures["turn_count"],
            "phases": " → ".join(self.phases),
            "function calls": self.tool_calls,
            "interruptions": figures["interruptions"],
            "time to first sound, mean / worst": (
                f"{(latency.mean_ms or 0) * self.scale:.0f} / {(latency.max_ms or 0) * self.scale:.0f} ms"
            ),
            "speech received": f"{figures['audio_kbytes_out'] * 1024 / 48_000:.1f} s",
            "speech dropped by the interruption": f"{self.speaker.dropped_seconds:.1f} s",
            "tokens in context": figures["total_token_count"],
        }


async def run_demo(*, fast: bool, save: Path | None) -> None:
    """Hold the call and show it. Writes the model's audio to a WAV, and everything to ``save`` if that is given."""
    console = Console()
    scale = FAST if fast else 1.0
    async with open_emulator(time_scale=scale) as emulator:
        console.print(f"[dim]emulator at {emulator.url}; persona: {emulator.persona.description}[/]\n")
        call = DemoCall(console, scale=scale)
        control = logging.getLogger("trio_live.control")
        control.addHandler(call.screen.log_handler())
        control.setLevel(logging.INFO)
        control.propagate = False
        live = call.agent()
        async with (
            live.connect_google_ai("demo", base_url=emulator.url) as session,
            session.events() as stream,
            open_service_nursery("the call is over") as nursery,
        ):
            nursery.start_soon(call.watch, stream, session)
            nursery.start_soon(call.speaker.run)
            nursery.start_soon(call.microphone.run, session)
            await call.hold(LINES)
            figures = call.figures(session)
    call.screen.end()
    audio = Path(tempfile.gettempdir()) / "trio-live-demo.wav" if save is None else save / "model.wav"
    if save is not None:
        keep(call, figures, save)
    call.speaker.save(audio)
    call.screen.summary({**figures, "the model's audio": str(audio)})


def keep(call: DemoCall, figures: JsonObject, save: Path) -> None:
    """Write the caller's audio, the transcript and the figures."""
    save.mkdir(parents=True, exist_ok=True)
    write_wav(save / "caller.wav", bytes(call.microphone.spoken), RATE)
    (save / "transcript.txt").write_text("\n".join(call.screen.transcript) + "\n", encoding="utf-8")
    (save / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
