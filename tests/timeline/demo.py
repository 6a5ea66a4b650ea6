"""The demo's call on virtual time: the same agent, caller, speakers and emulator, without a socket."""

from __future__ import annotations

import io
from collections.abc import Callable

import attrs
import trio
from rich.console import Console
from trio.testing import MockClock

from trio_live import Live, State
from trio_live._tasks import open_service_nursery
from trio_live.audio import open_paced_device
from trio_live.cli._demo._call import DemoCall
from trio_live.cli._demo._caller import LINES, Caller
from trio_live.cli._demo._tape import Tape
from trio_live.emulator import Emulation
from trio_live.live._internal import compile_plan, open_live
from trio_live.recording import MemoryWireRecorder, WireEntry
from trio_live.timeline import Note
from trio_live.transport import GoogleAI

EPOCH = 1_700_000_000.0


class Notes:
    def __init__(self) -> None:
        self.notes: list[Note] = []

    def note(self, note: Note) -> None:
        self.notes.append(note)


@attrs.frozen
class Held:
    """A demo call that was held."""

    entries: list[WireEntry]
    notes: list[Note]
    tape: Tape
    sound_began: float
    """When the tape began, in seconds since the epoch."""


def hold_demo(change: Callable[[Live], Live] = lambda live: live) -> Held:
    return trio.run(_hold, change, clock=MockClock(autojump_threshold=0))


async def _hold(change: Callable[[Live], Live]) -> Held:
    caller, tape, recorder, notes = Caller(), Tape(), MemoryWireRecorder(), Notes()
    calls: list[DemoCall] = []
    began: list[float] = []

    def record(said: bytes, played: bytes) -> None:
        if not began:
            began.append(EPOCH + trio.current_time())
        tape.record(said, played)
        for call in calls:
            call.heard_so_far()

    async with open_paced_device(caller.source, record) as device:
        call = DemoCall(Console(file=io.StringIO()), device, caller, tape, scale=1.0)
        live = change(call.agent())
        state = live.spec.state or State()
        state.clock = lambda: EPOCH + trio.current_time()
        spec = attrs.evolve(live.spec, recording=recorder, notes=notes, state=state)
        dialer = Emulation().dialer()
        endpoint = GoogleAI("-")
        async with (
            open_live(spec, lambda spec: compile_plan(spec, endpoint, dialer)) as session,
            session.events() as stream,
            session.subscribe() as calls_stream,
            open_service_nursery("the call is over") as nursery,
        ):
            nursery.start_soon(call.watch, stream, session)
            nursery.start_soon(call.watch_calls, calls_stream)
            nursery.start_soon(device.talk, session)
            calls.append(call)
            await call.hold(LINES)
            calls.clear()
    return Held(recorder.entries(), notes.notes, tape, began[0])
