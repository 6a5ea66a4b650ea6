"""``trio-live demo``: a spoken call from end to end, over a real WebSocket, without a key.

::

    recorded voice → Caller → microphone → send_audio ──▶ emulator (decides, calls functions, speaks)
                                   │                         │
    terminal ◀── Screen ◀── events │◀── session ◀────────────┘
    WAV, SVG ◀── Tape ◀── both ends ◀── speakers ◀── on_audio / on_interrupted

The session decides by itself when the caller interrupts: "one moment" does, "uh-huh" does not.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

import trio
from rich.console import Console

from trio_live import Live, LiveEventStream, LiveHandle, events, wire_events
from trio_live._tasks import open_service_nursery
from trio_live._typing import JsonObject, Seconds
from trio_live.audio import AudioDevice, open_paced_device
from trio_live.cli._demo._agent import build_agent
from trio_live.cli._demo._caller import LINES, Caller, Line, read_recording
from trio_live.cli._demo._picture import draw
from trio_live.cli._demo._screen import Screen
from trio_live.cli._demo._tape import Tape
from trio_live.emulator import open_emulator
from trio_live.telemetry import LatencyDistribution

FAST = 8.0
"""How many times faster than real time the call runs when nobody wants to listen."""
THINKING: Seconds = 0.4
"""How long the caller waits before answering."""


class DemoCall:
    """The demo's call: its parts, and what connects them."""

    def __init__(self, console: Console, device: AudioDevice, caller: Caller, tape: Tape, *, scale: float) -> None:
        self.scale = scale
        self.device = device
        self.caller = caller
        self.tape = tape
        self.screen = Screen(console, lambda: tape.now)
        self.turns = 0
        self.tool_calls = 0
        self.phases: list[str] = []
        self._session: LiveHandle | None = None
        self._in_background = 0
        self._ducked = False
        self._news = trio.Event()

    def agent(self) -> Live:
        """The agent whose session is the other end of the line."""
        agent = build_agent(scale=self.scale, note=lambda text: self.screen.line("note", text))
        agent = agent.client_interruption_authority().transcription()
        return agent.on_audio(self.device.speakers.play).on_interrupted(self._interrupted)

    async def _interrupted(self) -> None:
        if self._session is not None:  # how much was heard is known here best
            self._session.playback_progress(self.device.speakers.played * 1000)
        await self.device.speakers.interrupted()
        if self._is_in_turn:
            self.tape.mark("interruption")

    def heard_so_far(self) -> None:
        """Once for each 20 ms: whether the session hears the caller now."""
        state = None if self._session is None else self._session.input_vad_state
        self.tape.hear(speaking=state is not None and state.speaking)

    async def watch(self, stream: LiveEventStream[events.LiveEvent], session: LiveHandle) -> None:
        """Show what happens, and notice the ends of turns."""
        self._session = session
        async for event in stream:
            if not isinstance(event, events.Interrupted) or self._is_in_turn:  # else there was nothing to interrupt
                self.screen.show(event)
            match event:
                case events.ToolExecution(name, _, result):
                    self._count(name, result.get("status"))
                case events.PhaseTransition(from_, to):
                    self.phases = [*(self.phases or [from_]), to]
                case events.PlaybackVolume(volume):
                    self._notice_volume(volume)
                case events.Interrupted():
                    self._ducked = False
                case events.OutputTranscript(is_final=False) if not self._is_in_turn:
                    self.tape.begin(self.tape.turns, str(self.turns + 1))
                case events.TurnComplete():
                    self.turns += 1
                    self.tape.end(self.tape.turns, str(self.turns))
                    self._show_figures(session)
                case _:
                    pass
            self._news.set()
            self._news = trio.Event()

    @property
    def _is_in_turn(self) -> bool:
        return bool(self.tape.turns) and self.tape.turns[-1].ends is None

    def _notice_volume(self, volume: float) -> None:
        """While it is not known yet whether the caller means to interrupt, the desk is to be quieter."""
        if volume < 1:
            self._ducked = True
        elif self._ducked:
            self._ducked = False
            self.tape.mark("no interruption")
            self.screen.line("note", "the caller only says that they listen; the desk goes on")

    def _count(self, name: str, status: object) -> None:
        """A function in the background is told of twice: when it begins, and when it is done."""
        if status == "running":
            self._in_background += 1
            return
        self.tape.end(self.tape.tools, name)
        self._in_background -= status == "completed"
        self.tool_calls += 1

    async def watch_calls(self, stream: LiveEventStream[wire_events.SessionEvent]) -> None:
        """Notice when functions begin."""
        async for event in stream:
            if isinstance(event, wire_events.ToolCall):
                for call in event.calls:
                    self.tape.begin(self.tape.tools, call.name or "")

    def _show_figures(self, session: LiveHandle) -> None:
        figures = session.telemetry.snapshot()
        latency = figures["last_response_latency_ms"] * self.scale
        self.screen.line(
            "note",
            f"turn {self.turns}: the emulator's first sound {latency:.0f} ms after the caller stopped"
            f"{self._heard_after(session)}, "
            f"{figures['total_token_count']} tokens in context",
        )

    def _heard_after(self, session: LiveHandle) -> str:
        """Only at the pace of real time: a session takes a second of sound for a second of its clock."""
        return f", heard after {session.telemetry.audible_latency().last_ms:.0f} ms" if self.scale == 1 else ""

    async def hold(self, lines: Sequence[Line]) -> None:
        """Say the caller's lines, each at its moment, and wait for the last answer."""
        speakers = self.device.speakers
        for line in lines:
            await self._wait_for_turns(line.after_turns)
            if line.interrupts_after is not None:
                await speakers.wait_playing()
                await trio.sleep(line.interrupts_after / self.scale)
            else:
                await speakers.wait_quiet()
            await trio.sleep(THINKING / self.scale)
            await self._say(line)
        await self._wait_for_turns(lines[-1].after_turns + 1)
        await speakers.wait_quiet()
        while self._in_background:
            await self._news.wait()

    async def _say(self, line: Line) -> None:
        """Say a line, and show its words as they are said; those that interrupt at once, or others would cut in."""
        sound, words = read_recording(line.recording), line.text.split()
        pause = 0.0 if line.interrupts_after is not None else len(sound) / 32_000 / len(words) / self.scale
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.caller.say, sound)
            for word in words:
                self.screen.words("caller", f"{word} ")
                await trio.sleep(pause)

    async def _wait_for_turns(self, count: int) -> None:
        while self.turns < count:
            await self._news.wait()

    def figures(self, session: LiveHandle) -> JsonObject:
        """The whole call in numbers."""
        telemetry, playback = session.telemetry, session.playback
        figures, heard = telemetry.snapshot(), self._mean_and_worst(telemetry.audible_latency())
        return {
            "length": f"{self.tape.now:.1f} s",
            "turns": figures["turn_count"],
            "phases": " → ".join(self.phases),
            "function calls": self.tool_calls,
            "interruptions": figures["interruptions"],
            "spoken over without one": sum(mark.name == "no interruption" for mark in self.tape.marks),
            "time to the emulator's first sound, mean / worst": self._mean_and_worst(telemetry.latency()),
            **({"time until it was heard, mean / worst": heard} if self.scale == 1 else {}),
            "speech received": f"{playback.queued:.1f} s",
            "speech dropped by the interruption": f"{self.device.speakers.flushed:.1f} s",
            "tokens in context": figures["total_token_count"],
        }

    def _mean_and_worst(self, latency: LatencyDistribution) -> str:
        return f"{latency.mean_ms * self.scale:.0f} / {latency.max_ms * self.scale:.0f} ms"


async def run_demo(*, fast: bool, save: Path | None) -> None:
    """Hold the call and show it. Writes its sound and a picture of it, and everything to ``save`` if that is given.

    Raises:
        OSError: nothing can be written to ``save``; it is found out before the call.

    Cancellation: what there is of the call is written to ``save``.
    """
    console = Console()
    if save is not None:
        check_writable(save)
    scale = FAST if fast else 1.0
    caller, tape = Caller(), Tape()
    calls: list[DemoCall] = []

    def record(said: bytes, played: bytes) -> None:
        tape.record(said, played)
        for call in calls:
            call.heard_so_far()

    async with (
        open_emulator(time_scale=scale) as emulator,
        open_paced_device(caller.source, record, scale=scale) as device,
    ):
        console.print(f"[dim]emulator at {emulator.url}; persona: {emulator.persona.description}[/]")
        console.print("[dim]no model is behind it: what is said, and how soon, is the persona's[/]\n")
        call = DemoCall(console, device, caller, tape, scale=scale)
        control = logging.getLogger("trio_live.control")
        control.addHandler(call.screen.log_handler())
        control.setLevel(logging.INFO)
        control.propagate = False
        async with (
            call.agent().connect_google_ai("demo", base_url=emulator.url) as session,
            session.events() as stream,
            session.subscribe() as calls_stream,
            open_service_nursery("the call is over") as nursery,
        ):
            nursery.start_soon(call.watch, stream, session)
            nursery.start_soon(call.watch_calls, calls_stream)
            nursery.start_soon(device.talk, session)
            calls.append(call)
            is_whole = False
            try:
                await call.hold(LINES)
                is_whole = True
            finally:
                figures = call.figures(session)
                calls.clear()
                if save is not None and not is_whole:
                    _keep_rest(call, figures, save)
    call.screen.end()
    folder = folder_for(save)
    keep(call, figures, folder, whole=save is not None)
    call.screen.summary({**figures, "both voices": str(folder / "call.wav"), "a picture": str(folder / "call.svg")})


def check_writable(folder: Path) -> None:
    """Make a folder, and see that files can be made in it.

    Raises:
        OSError: they cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _keep_rest(call: DemoCall, figures: JsonObject, folder: Path) -> None:
    """Keep what there is of a call that is given up. Waits for nothing, so a cancellation does not disturb it."""
    call.screen.end()
    keep(call, figures, folder, whole=True)
    call.screen.line("note", f"given up; what there is of the call is in {folder}")


def folder_for(save: Path | None) -> Path:
    """Where a call is kept: where the user says, or else in a new folder, so that nothing of anybody's is overwritten."""
    return Path(tempfile.mkdtemp(prefix="trio-live-demo-")) if save is None else save


def keep(call: DemoCall, figures: JsonObject, folder: Path, *, whole: bool) -> None:
    """Write the sound and the picture of a call, and if the whole of it is wanted, the transcript and the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    call.tape.save(folder / "call.wav")
    (folder / "call.svg").write_text(draw(call.tape), encoding="utf-8")
    if whole:
        (folder / "transcript.txt").write_text("\n".join(call.screen.transcript) + "\n", encoding="utf-8")
        (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
