"""The callers of `benchmarks.emulator_load`, in a process of their own: what they say, hear, and find late."""

from __future__ import annotations

import json
import time
import wave
from collections import Counter
from collections.abc import Sequence
from importlib import resources

import attrs
import trio

from benchmarks.loads import MODEL
from trio_live import Live, LiveHandle
from trio_live.emulator import EmulatorOptions

SPREAD = 5.0
"""The calls of a run begin one after another within so many seconds, so that they do not all speak at once."""
MIC_BYTES, MIC_SECONDS = 640, 0.020
FRAME_SECONDS, FRAMES_TOGETHER = 0.040, 2
PATIENCE = 45.0
"""How long a caller waits for the end of an answer, in seconds, before saying the next line all the same."""
THINKING = 0.5
LINES = ("hello", "thursday", "one_moment", "three_thirty", "goodbye")
LAGGING_MS = 20.0
"""A client woken so late, at its 99th percentile, is itself the bottleneck."""


@attrs.define
class Heard:
    """What the callers of one worker, or of all, came across. Times in milliseconds."""

    turns: int = 0
    interrupted: int = 0
    unanswered: int = 0
    ran_dry: int = 0
    unjudged: int = 0
    """Frames whose arrival tells more about the client than about the emulator."""
    cpu_percent: float = 0.0
    lateness: list[float] = attrs.field(factory=list)
    lag: list[float] = attrs.field(factory=list)
    lapses: list[tuple[float, float]] = attrs.field(factory=list)
    """From when to when a client overslept."""
    errors: Counter[str] = attrs.field(factory=Counter, converter=Counter)

    def overslept(self, alarm: float, woken: float) -> None:
        """Note how late a task was woken; until shortly after that, what has waited is being read."""
        self.lag.append(round((woken - alarm) * 1e3, 2))
        if self.lag[-1] > LAGGING_MS:
            self.lapses.append((alarm, woken + MIC_SECONDS))

    def is_judged(self, arrival: float) -> bool:
        """Whether the client was awake then."""
        return not any(start <= arrival <= end for start, end in self.lapses)

    def add(self, other: Heard) -> None:
        """Count what another worker heard, too."""
        for field in attrs.fields(Heard):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


def due(frame: int) -> float:
    """When a frame is to be sent by the emulator's schedule, in seconds after the first of its turn."""
    options = EmulatorOptions()
    assert options.pace
    sent_before = frame // FRAMES_TOGETHER * FRAMES_TOGETHER * FRAME_SECONDS
    return max(0.0, sent_before - options.head_start) / options.pace


def read_line(name: str) -> list[bytes]:
    """A recorded line in microphone frames."""
    with resources.files("trio_live.cli").joinpath("calls", f"{name}.wav").open("rb") as file, wave.open(file) as sound:
        pcm = sound.readframes(sound.getnframes())
    return [pcm[at : at + MIC_BYTES].ljust(MIC_BYTES, b"\0") for at in range(0, len(pcm), MIC_BYTES)]


class Caller:
    """One call: a microphone that is never off, and an ear with a stop-watch."""

    def __init__(self, heard: Heard, lines: Sequence[list[bytes]], first_line: int) -> None:
        self._heard = heard
        self._lines = [*lines[first_line:], *lines[:first_line]]
        self._arrivals: list[float] = []
        self._answers = 0
        self._due = 0.0

    async def call(self, address: str, *, task_status: trio.TaskStatus[None]) -> None:
        """Talk until cancelled; whatever goes wrong is counted, and ends the call."""
        agent = Live.builder().model(MODEL).transcription().on_audio(self._hear)
        agent = agent.on_turn_complete(self._turn_over).on_interrupted(self._cut_off).on_error(self._error)
        connected = False
        try:
            async with agent.connect_google_ai("key", base_url=address) as session:
                connected = True
                task_status.started()
                await self._talk(session)
        except Exception as error:  # noqa: BLE001  # a call that failed is a figure, and the others go on
            self._heard.errors[type(error).__name__] += 1
        if not connected:
            task_status.started()

    async def _talk(self, session: LiveHandle) -> None:
        self._due = trio.current_time()
        silence = bytes(MIC_BYTES)
        while True:
            for line in self._lines:
                answers, waited = self._answers, 0.0
                for frame in line:
                    await self._send(session, frame)
                while self._answers == answers and waited < PATIENCE:
                    await self._send(session, silence)
                    waited += MIC_SECONDS
                self._heard.unanswered += self._answers == answers
                for _ in range(round(THINKING / MIC_SECONDS)):
                    await self._send(session, silence)

    async def _send(self, session: LiveHandle, frame: bytes) -> None:
        await session.send_audio(frame)
        self._due += MIC_SECONDS
        await trio.sleep_until(self._due)

    def _hear(self, _: bytes) -> None:
        self._arrivals.append(time.monotonic())

    async def _turn_over(self) -> None:
        self._heard.turns += 1
        self._answers += 1
        self.judge()

    async def _cut_off(self) -> None:
        self._heard.interrupted += 1
        self.judge()

    async def _error(self, message: str) -> None:
        self._heard.errors[message] += 1

    def judge(self) -> None:
        """Compare what has come of this turn with both clocks."""
        arrivals, self._arrivals = self._arrivals, []
        is_timed = bool(arrivals) and self._heard.is_judged(arrivals[0])
        for number, arrival in enumerate(arrivals):
            if not is_timed or not self._heard.is_judged(arrival):
                self._heard.unjudged += 1
                continue
            after = arrival - arrivals[0]
            self._heard.ran_dry += after > number * FRAME_SECONDS
            self._heard.lateness.append(round((after - due(number)) * 1e3, 2))


async def doze(heard: Heard) -> None:
    """Sleep, and note how late it is afterwards, until cancelled."""
    while True:
        alarm = time.monotonic() + MIC_SECONDS
        await trio.sleep(MIC_SECONDS)
        heard.overslept(alarm, time.monotonic())


async def work(address: str, calls: int, seconds: float) -> None:
    """Hold some calls: says ``ready`` on stdout when all are connected, and in the end what was heard, as JSON."""
    heard, lines = Heard(), [read_line(name) for name in LINES]
    callers = [Caller(heard, lines, number % len(lines)) for number in range(calls)]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(doze, heard)
        for caller in callers:
            await nursery.start(caller.call, address)
            await trio.sleep(SPREAD / calls)
        print("ready", flush=True)
        began, cpu = time.monotonic(), time.process_time()
        await trio.sleep(seconds)
        heard.cpu_percent = 100 * (time.process_time() - cpu) / (time.monotonic() - began)
        nursery.cancel_scope.cancel()
    for caller in callers:
        caller.judge()
    print(json.dumps(attrs.asdict(heard)), flush=True)
