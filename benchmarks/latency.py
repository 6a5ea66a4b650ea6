"""How long after the server sent a frame its sound is heard, at the pace of speech, with a microphone open.

Every session receives 25 audio frames a second and sends 50 frames of 20 ms, all sessions in one process, each at a
phase of its own. The same load on bare connections is the floor. The figures of a round are percentiles over all
frames of all its sessions; a figure reported is the median of the rounds, but for the worst frame, which is the worst
of all.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Awaitable, Callable

import attrs
import trio

from benchmarks.peer import FRAME_SECONDS, age_ms
from benchmarks.report import Result, middle
from benchmarks.subjects import listen_bare, open_floor, open_session
from trio_live.wire import AUDIO_INPUT_MIME, Blob, ClientMessage, RealtimeInput, encode_client_message

MICROPHONE_SECONDS = 0.020
MICROPHONE_FRAME = random.Random(2).randbytes(640)  # noqa: S311  # noise, no secret
"""20 ms of PCM16 at 16 kHz."""
WARM_UP_SECONDS = 1.0

Speaker = Callable[[bytes], Awaitable[None]]
Ages = list[float]


@attrs.frozen
class Round:
    """What one round showed: milliseconds, and the load of one core in percent."""

    p50: float
    p99: float
    worst: float
    cpu: float


async def speak(say: Speaker, phase: float) -> None:
    """Send a microphone frame every 20 ms."""
    due = trio.current_time() + MICROPHONE_SECONDS * phase
    while True:
        await trio.sleep_until(due)
        await say(MICROPHONE_FRAME)
        due += MICROPHONE_SECONDS


async def hold_floor(
    address: str, ages: Ages, phase: float, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """A bare connection that listens and speaks until it is cancelled."""

    def hear(sound: bytes) -> None:
        ages.append(age_ms(sound))

    async with open_floor(address) as connection, trio.open_nursery() as nursery:

        async def say(sound: bytes) -> None:
            message = ClientMessage(realtime_input=RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, sound)))
            await connection.send_message(encode_client_message(message).decode())

        nursery.start_soon(listen_bare, connection, hear)
        task_status.started()
        await speak(say, phase)


async def hold_session(
    address: str, ages: Ages, phase: float, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """A session that does the same."""

    def hear(sound: bytes) -> None:
        ages.append(age_ms(sound))

    async with open_session(address, hear) as session:
        task_status.started()
        await speak(session.send_audio, phase)


async def one_round(hold: Callable[..., Awaitable[None]], address: str, sessions: int, seconds: float) -> Round:
    """All sessions at once; what they heard after the warm-up."""
    ages: Ages = []
    phases = random.Random(3)  # noqa: S311  # the same phases in every round
    async with trio.open_nursery() as nursery:
        for _ in range(sessions):
            await nursery.start(hold, f"{address}/pace", ages, phases.random())
        gc.collect()
        await trio.sleep(WARM_UP_SECONDS)  # also over what waited while the collector ran
        ages.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        await trio.sleep(seconds)
        load = (time.process_time() - cpu) / (time.perf_counter() - wall)
        heard = sorted(ages)
        nursery.cancel_scope.cancel()
    expected = sessions * seconds / FRAME_SECONDS
    assert len(heard) > expected * 0.9, f"{len(heard)} frames were heard of {expected:.0f}"
    return Round(heard[len(heard) // 2], heard[len(heard) * 99 // 100], heard[-1], load * 100)


async def measure(address: str, *, quick: bool) -> list[Result]:
    """Floor and sessions in turns."""
    counts, rounds, seconds = ((1, 10), 2, 2.0) if quick else ((1, 10, 50), 5, 8.0)
    results = []
    for sessions in counts:
        floor: list[Round] = []
        ours: list[Round] = []
        for _ in range(rounds):
            floor.append(await one_round(hold_floor, address, sessions, seconds))
            ours.append(await one_round(hold_session, address, sessions, seconds))
        results += _results(sessions, floor, ours)
    return results


def _results(sessions: int, floor: list[Round], ours: list[Round]) -> list[Result]:
    def result(what: str, of: Callable[[Round], float], unit: str = "ms", limit: float | None = None) -> Result:
        samples = {"floor": [of(figures) for figures in floor], "ours": [of(figures) for figures in ours]}
        pick = max if what == "worst" else middle
        return Result(
            name=f"{sessions} session{'s' if sessions > 1 else ''} at the pace of speech: {what}",
            unit=unit,
            floor=pick(samples["floor"]),
            ours=pick(samples["ours"]),
            goal="" if limit is None else f"below {limit:g} ms",
            ours_at_most=limit,
            samples=samples,
        )

    return [
        result("p50", lambda figures: figures.p50),
        result("p99", lambda figures: figures.p99, limit=3.0),
        result("worst", lambda figures: figures.worst),
        result("load of one core", lambda figures: figures.cpu, "%"),
    ]
