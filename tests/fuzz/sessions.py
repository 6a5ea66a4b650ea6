"""Sessions against the hostile server: how each came out, what it left behind, and how long leaving took."""

from __future__ import annotations

import random
import resource
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs
import trio
import trio.testing
import trio_websocket  # noqa: F401  # at once, and not in the middle of the first session

from tests.fuzz.hostile import HostileServer, open_hostile_server
from tests.fuzz.steps import Steps
from trio_live import FunctionCall, FunctionResponse, Live, LiveError, LiveHandle, State, TransportKind
from trio_live.lanes import CLOSING
from trio_live.resilience import ReconnectPolicy

LEAVING_WITHIN: Final = sum(CLOSING.values())
"""No end may take longer than its deadlines together."""
AT_ONCE: Final = 20
FURTHER: Final = 10_000_019
"""So far apart are the seeds of two connections of one session."""
HASTY: Final = ReconnectPolicy(attempts=8, first_delay=0.01, longest_delay=0.05, within=10.0)


@attrs.define
class SessionsReport:
    """What came of some sessions."""

    sessions: int = 0
    redials: int = 0
    """Connections after the first one of their session."""
    ends: Counter[str] = attrs.field(factory=Counter)
    leaving: list[tuple[float, int, str]] = attrs.field(factory=list)
    """Seconds, the seed, and what carried the frames."""
    in_both: list[str] = attrs.field(factory=list)
    answered: int = 0
    cancelled: int = 0
    failures: list[str] = attrs.field(factory=list)
    left_behind: dict[str, int] = attrs.field(factory=dict)
    longest_step_ms: float = 0.0
    longest_step: str = ""
    peak_mb: float = 0.0

    @property
    def leaving_p99(self) -> float:
        return self._leaving(0.99)

    def _leaving(self, share: float) -> float:
        return sorted(self.leaving)[int(len(self.leaving) * share)][0] if self.leaving else 0.0

    def __str__(self) -> str:
        return (
            f"{self.sessions:,} sessions, {self.redials:,} redials: {dict(self.ends)}; {len(self.failures)} untyped errors; left behind: "
            f"{self.left_behind}; {self.answered:,} calls answered, {self.cancelled:,} cancelled, {len(self.in_both)} both; "
            f"leaving p50 {self._leaving(0.5):.3f} s, p99 {self.leaving_p99:.3f} s, "
            f"max {max(self.leaving, default=None)}; longest step {self.longest_step_ms:.1f} ms in {self.longest_step}; "
            f"peak memory {self.peak_mb:.0f} MB"
        )


async def fuzz_sessions(
    first_seed: int, count: int, seconds: float = float("inf"), at_once: int = AT_ONCE
) -> SessionsReport:
    """So many sessions, or for so long."""
    report, until = SessionsReport(), time.monotonic() + seconds
    before = _things()
    steps = Steps(leaves_out="hostile")
    seeds = iter(range(first_seed, first_seed + count))

    async def worker(server: HostileServer) -> None:
        for seed in seeds:
            if time.monotonic() > until:
                return
            await _one(seed, server, report)

    async with open_hostile_server() as server:
        trio.lowlevel.add_instrument(steps)
        async with trio.open_nursery() as nursery:
            for _ in range(at_once):
                nursery.start_soon(worker, server)
        trio.lowlevel.remove_instrument(steps)
    await trio.testing.wait_all_tasks_blocked(0.05)
    after = _things()
    report.left_behind = {name: after[name] - before[name] for name in after if after[name] > before[name]}
    report.longest_step_ms, report.longest_step = steps.longest_ms, steps.name
    report.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return report


def _things() -> dict[str, int]:
    return {
        "tasks": trio.lowlevel.current_statistics().tasks_living,
        "threads": threading.active_count(),
        "files": len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0,
    }


async def _one(seed: int, server: HostileServer, report: SessionsReport) -> None:
    pick = random.Random(seed * 7 + 1)  # noqa: S311  # no secret
    cancelled: list[str] = []
    left_at: list[float] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
        await trio.sleep(pick.choice((0, 0, 0.002, 0.05)))
        return [FunctionResponse.of(call, {"ok": True}) for call in calls]

    async def note(ids: Sequence[str]) -> None:
        cancelled.extend(ids)

    kind = TransportKind.LEAN if pick.random() < 0.8 else TransportKind.TRIO_WEBSOCKET
    live = Live.builder().model("gemini-3.8-live").on_tool_call(answer).on_tool_cancelled(note).transport(kind)
    live = live.timeouts(connect=1, setup=1).reconnect(False)
    redials = pick.random() < 0.5
    if redials:
        live = attrs.evolve(live, spec=attrs.evolve(live.spec, reconnect=HASTY))
    seeds: list[int] = []

    def key() -> str:
        """Each connection of a session has a seed of its own, which its server reads from the credential."""
        seeds.append(seed + len(seeds) * FURTHER)
        return f"seed-{seeds[-1]}-"

    report.sessions += 1
    try:
        async with live.connect_google_ai(key, base_url=server.url) as session:
            await _body(session, pick)
            left_at.append(trio.current_time())
        report.ends["left"] += 1
    except LiveError as error:
        report.ends[type(error).__name__] += 1
        if type(error).__name__ == "SessionFailed":
            report.failures.append(f"seed {seed}\n{traceback.format_exc()}")
    except Exception:  # noqa: BLE001  # what the report is for
        report.failures.append(f"seed {seed}\n{traceback.format_exc()}")
    report.leaving += [(trio.current_time() - at, seed, kind.name) for at in left_at]
    heard = [each for number in seeds if (each := server.answers.pop(number, None)) is not None]
    answered = {id_ for each in heard for id_ in each.ids}
    report.redials += max(0, len(seeds) - 1)
    report.answered += len(answered)
    report.cancelled += len(cancelled)
    if not redials:  # in another connection an id may be another call
        report.in_both += [f"{seed}: {key}" for key in answered & set(cancelled)]


async def _body(session: LiveHandle, pick: random.Random) -> None:
    with trio.move_on_after(pick.choice((0, 0.01, 0.05, 0.2, 1.0))):
        if pick.random() < 0.5:
            await session.send_text("hello")
        while pick.random() < 0.9:
            await session.send_audio(bytes(640))
        await session.done()
