"""What one audio frame costs, from the socket to ``on_audio``, when many come at once."""

from __future__ import annotations

import gc
import time
from collections.abc import Awaitable, Callable
from functools import partial

import attrs
import trio
import trio.testing

from benchmarks.report import Result, middle
from benchmarks.subjects import listen_bare, listen_in_batches, open_floor, open_session, open_transport
from trio_live import LiveHandle, events

FRAMES = 2000
"""Fewer than a subscriber's queue holds, so that none is lost however late it is woken."""


@attrs.frozen
class Cost:
    """Of one burst, per frame."""

    cpu_us: float
    wall_us: float


class Countdown:
    """Counts calls, and tells when there were enough."""

    def __init__(self) -> None:
        self._left = 0
        self.done = trio.Event()

    def start(self, count: int) -> None:
        """Expect ``count`` calls from now on."""
        self._left = count
        self.done = trio.Event()

    def hear(self, _: object) -> None:
        """One more."""
        self._left -= 1
        if not self._left:
            self.done.set()


@attrs.define
class Stopwatch:
    """Time of this process, and of the clock on the wall."""

    cpu: float = attrs.field(factory=time.process_time)
    wall: float = attrs.field(factory=time.perf_counter)

    def per(self, frames: int) -> Cost:
        """What each of ``frames`` took since the start."""
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        return Cost(cpu / frames * 1e6, wall / frames * 1e6)


async def floor_burst(address: str, rounds: int) -> list[Cost]:
    """Bursts into a bare connection."""
    heard = Countdown()
    async with open_floor(f"{address}/burst-{FRAMES}") as connection, trio.open_nursery() as nursery:
        nursery.start_soon(listen_bare, connection, heard.hear)
        costs = [await one_burst(partial(connection.send_message, "go"), heard) for _ in range(rounds)]
        nursery.cancel_scope.cancel()
    return costs


async def transport_burst(address: str, rounds: int) -> list[Cost]:
    """Bursts into our transport, without a session."""
    heard = Countdown()
    async with open_transport(f"{address}/burst-{FRAMES}") as transport, trio.open_nursery() as nursery:
        nursery.start_soon(listen_in_batches, transport, heard.hear)
        costs = [await one_burst(partial(transport.send, ["go"]), heard) for _ in range(rounds)]
        nursery.cancel_scope.cancel()
    return costs


async def one_burst(ask: Callable[[], Awaitable[None]], *listeners: Countdown) -> Cost:
    """Ask for a burst; what it cost until all listeners had all of it."""
    for listener in listeners:
        listener.start(FRAMES)
    gc.collect()
    watch = Stopwatch()
    await ask()
    for listener in listeners:
        await listener.done.wait()
    return watch.per(FRAMES)


async def full_burst(address: str, rounds: int) -> list[Cost]:
    """Bursts into a session whose events one task reads. A burst is over when callback and reader have all of it."""
    costs = []
    heard, read = Countdown(), Countdown()

    async def read_events(session: LiveHandle) -> None:
        async with session.events() as stream:
            async for event in stream:
                if type(event) is events.Audio:
                    read.hear(event)

    async with open_session(f"{address}/burst-{FRAMES}", heard.hear) as session, trio.open_nursery() as nursery:
        nursery.start_soon(read_events, session)
        await trio.testing.wait_all_tasks_blocked()
        for number in range(1, rounds + 1):
            costs.append(await one_burst(partial(session.send_text, "go"), heard, read))
            await trio.testing.wait_all_tasks_blocked()
            counted = session.telemetry.snapshot()["audio_chunks_out"]
            assert counted == number * FRAMES, f"telemetry counted {counted} frames of {number * FRAMES}"
        nursery.cancel_scope.cancel()
    return costs


async def measure(address: str, *, quick: bool) -> list[Result]:
    """All in turns; the first burst of each connection warms it up and is not counted."""
    turns, rounds = (2, 3) if quick else (5, 7)
    subjects = {"floor": floor_burst, "transport": transport_burst, "ours": full_burst}
    costs: dict[str, list[Cost]] = {name: [] for name in subjects}
    for _ in range(turns):
        for name, subject in subjects.items():
            costs[name] += (await subject(address, rounds + 1))[1:]
    cpu = {name: [cost.cpu_us for cost in figures] for name, figures in costs.items()}
    wall = {name: [cost.wall_us for cost in figures] for name, figures in costs.items()}
    return [
        _result("burst: CPU per audio frame", cpu["floor"], cpu["ours"], limit=8.0),
        _result("burst: time per audio frame", wall["floor"], wall["ours"]),
        _result("burst: CPU per audio frame, our transport alone", cpu["floor"], cpu["transport"]),
        _result("burst: CPU per audio frame, session over transport", cpu["transport"], cpu["ours"], limit=8.0),
    ]


def _result(name: str, floor: list[float], ours: list[float], limit: float | None = None) -> Result:
    return Result(
        name=name,
        unit="µs",
        floor=middle(floor),
        ours=middle(ours),
        goal="" if limit is None else f"adds at most {limit:g} µs",
        added_at_most=limit,
        samples={"floor": floor, "ours": ours},
    )
