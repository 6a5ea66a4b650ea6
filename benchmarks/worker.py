"""One load on one subject of Trio's world: ``python -m benchmarks.worker SUBJECT LOAD`` prints its figures.

`benchmarks.official` says the same in asyncio's words.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from statistics import median

import trio

from benchmarks.loads import (
    ASKED,
    MICROPHONE_FRAME,
    MICROPHONE_SECONDS,
    SETTLE_SECONDS,
    WARM_UP_FRAMES,
    WARM_UP_SECONDS,
    Ages,
    Countdown,
    Ears,
    Figures,
    Load,
    Stopwatch,
    heard,
    phases,
    tune_collector,
)
from benchmarks.subjects import Opener, Voice, opener


async def settle() -> None:
    """Until everything that came in has been handled by everybody."""
    from trio.testing import wait_all_tasks_blocked

    await wait_all_tasks_blocked(SETTLE_SECONDS)


async def ask(load: Load, subject: Opener) -> Figures:
    """Rounds of one message and all that follows from it. The first round warms up."""
    asked, countdown = ASKED[load.kind], Countdown()
    cpu, wall = [], []
    async with subject(load.at(asked.plan), countdown.ears) as voice:
        await settle()
        for number in range(load.count + 1):
            done = trio.Event()
            countdown.start(asked.heard, done.set)
            gc.collect()
            watch = Stopwatch()
            await voice.ask("go")
            await done.wait()
            wall.append(watch.wall_us(asked.units))
            await settle()
            cpu.append(watch.cpu_us(asked.units))
            check(voice, asked.audio * (number + 1))
    return {"cpu": median(cpu[1:]), "wall": median(wall[1:])}


def check(voice: Voice, frames: int) -> None:
    """Everybody knows of every audio frame."""
    for known in voice.known():
        assert known == frames, f"{known} frames of {frames} are known of"


async def listen(load: Load, subject: Opener) -> Figures:
    """Hear ``count`` frames at the peer's pace."""
    ages, countdown = Ages(), Countdown()

    def hear(sound: bytes) -> None:
        ages.hear(sound)
        countdown.hear()

    async def hear_frames(count: int) -> None:
        done = trio.Event()
        countdown.start(count, done.set)
        await done.wait()

    async with subject(load.pace, Ears(audio=hear)) as voice:
        await voice.ask("go")
        return await heard(load, ages, hear_frames)


async def stream(load: Load, subject: Opener) -> Figures:
    """Send ``count`` microphone frames, one after the other as fast as they are taken."""
    async with subject(load.at("idle"), Ears()) as voice:
        for _ in range(WARM_UP_FRAMES):
            await voice.say(MICROPHONE_FRAME)
        await settle()
        gc.collect()
        watch = Stopwatch()
        for _ in range(load.count):
            await voice.say(MICROPHONE_FRAME)
        wall = watch.wall_us(load.count)
        await settle()
        return {"cpu": watch.cpu_us(load.count), "wall": wall}


async def alternate(load: Load, subject: Opener) -> Figures:
    """Send a frame and hear one, ``count`` times: one wake-up for each, however busy the machine is."""
    countdown = Countdown()
    async with subject(load.at("burst-1"), countdown.ears) as voice:
        watch = Stopwatch()
        for number in range(WARM_UP_FRAMES + load.count):
            if number == WARM_UP_FRAMES:
                gc.collect()
                watch = Stopwatch()
            done = trio.Event()
            countdown.start(1, done.set)
            await voice.say(MICROPHONE_FRAME)
            await done.wait()
        return {"cpu": watch.cpu_us(load.count)}


async def speak(load: Load, subject: Opener) -> Figures:
    """Send ``count`` microphone frames at a pace."""
    async with subject(load.at("idle"), Ears()) as voice:
        await say_frames(voice, load.interval, WARM_UP_FRAMES)
        gc.collect()
        watch = Stopwatch()
        await say_frames(voice, load.interval, load.count)
        return {"cpu": watch.cpu_us(load.count)}


async def say_frames(voice: Voice, interval: float, count: int) -> None:
    """As many frames, one each interval."""
    due = trio.current_time()
    for _ in range(count):
        due += interval
        await trio.sleep_until(due)
        await voice.say(MICROPHONE_FRAME)


async def hold_calls(load: Load, subject: Opener) -> Figures:
    """All sessions at once, listening and speaking; what they heard after the warm-up."""
    ages, everybody = Ages(), trio.Event()
    tune_collector()

    async def hold(phase: float, *, task_status: trio.TaskStatus[None]) -> None:
        async with subject(load.pace, Ears(audio=ages.hear)) as voice:
            task_status.started()
            await everybody.wait()
            due = trio.current_time() + MICROPHONE_SECONDS * phase
            while True:
                await trio.sleep_until(due)
                await voice.say(MICROPHONE_FRAME)
                ages.sent(trio.current_time() - due)
                due += MICROPHONE_SECONDS

    async with trio.open_nursery() as nursery:
        for phase in phases(load.sessions):
            await nursery.start(lambda phase=phase, **status: hold(phase, **status))
        everybody.set()
        gc.collect()
        await trio.sleep(WARM_UP_SECONDS)  # also over what waited while the collector ran
        ages.clear()
        watch = Stopwatch()
        await trio.sleep(load.seconds)
        figures = {**watch.loads(), **ages.figures()}
        nursery.cancel_scope.cancel()
    return figures


async def connect(load: Load, subject: Opener) -> Figures:
    """The first connection, counted from the start of the process, and how long one takes when everything is warm."""
    taken = []
    spawned = 0.0
    for _ in range(load.count + 1):
        watch = Stopwatch()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(subject(load.at("idle"), Ears()))
            taken.append(watch.wall_us(1000))
            spawned = spawned or (time.monotonic() - load.started) * 1e3
    return {"spawned": spawned, "warm": median(taken[1:])}


LOADS: dict[str, Callable[[Load, Opener], Awaitable[Figures]]] = {
    **dict.fromkeys(ASKED, ask),
    "paced": listen,
    "alternating": alternate,
    "microphone": stream,
    "speech": speak,
    "calls": hold_calls,
    "connect": connect,
}


async def main(load: Load, subject: str) -> Figures:
    """The load, on the subject."""
    return await LOADS[load.kind](load, opener(subject, load.kind))


if __name__ == "__main__":
    print(json.dumps(trio.run(main, Load.told(sys.argv[2]), sys.argv[1])))
