"""Mutated frames through the decoder and through a whole session without its socket."""

from __future__ import annotations

import resource
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator

import attrs

from tests.fuzz.corpus import frames
from tests.fuzz.mutation import Mutator
from trio_live.errors import RemoteProtocolError
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol
from trio_live.wire import Platform, Setup, decode_server_message, profile_for

FRAMES_OF_A_SESSION = 500
SUSPICIOUS_MS = 20.0


@attrs.define
class DecodingReport:
    """What came of some frames."""

    frames: int = 0
    refused: int = 0
    limits: Counter[str] = attrs.field(factory=Counter)
    slowest_ms: float = 0.0
    slowest: bytes | str = b""
    slowest_wall_ms: float = 0.0
    """By the clock on the wall, which also runs while others have the processor; of both readings together."""
    peak_mb: float = 0.0
    failures: list[str] = attrs.field(factory=list)

    def __str__(self) -> str:
        return (
            f"{self.frames:,} frames: {self.refused:,} refused by RemoteProtocolError, {len(self.failures)} other errors; "
            f"the slowest took {self.slowest_ms:.1f} ms of processor time, {self.slowest_wall_ms:.1f} ms by the clock ({self.slowest[:60]!r}…, {len(self.slowest):,} long); "
            f"peak memory {self.peak_mb:.0f} MB; limits met: {dict(self.limits)}"
        )


def fuzz_frames(seed: int, count: int, seconds: float = float("inf")) -> DecodingReport:
    """So many frames, or for so long; stops at nothing but that."""
    report, mutator, until = DecodingReport(), Mutator(seed, frames()), time.monotonic() + seconds
    protocol = _open_protocol()
    while report.frames < count and time.monotonic() < until:
        if report.frames % FRAMES_OF_A_SESSION == 0:
            protocol = _open_protocol()
        _one(mutator.frame(), protocol, report)
    report.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return report


def _one(frame: bytes | str, protocol: SessionProtocol, report: DecodingReport) -> None:
    report.frames += 1
    protocol.turns.now += 0.04
    began = time.perf_counter()
    try:
        took = _took(frame, protocol, report)
        report.slowest_wall_ms = max(report.slowest_wall_ms, 1000 * (time.perf_counter() - began))
        took = min(took, *again(lambda: _took(frame, _open_protocol(), DecodingReport()))) if is_slow(took) else took
    except Exception:  # noqa: BLE001  # what the report is for
        report.failures.append(f"{frame[:2000]!r}\n{traceback.format_exc()}")
        return
    if took > report.slowest_ms:
        report.slowest_ms, report.slowest = took, frame


def is_slow(milliseconds: float) -> bool:
    """Whether something is to be measured again."""
    return milliseconds > SUSPICIOUS_MS


def again(measure: Callable[[], float]) -> Iterator[float]:
    """Milliseconds of further attempts, until one is quick.

    A collection of garbage takes a while, and on a busy machine also the processor's own time is five times as much. What
    is slow by itself is so every time.
    """
    for _ in range(20):
        yield (took := measure())
        if not is_slow(took):
            return
        time.sleep(0.05)


def _took(frame: bytes | str, protocol: SessionProtocol, report: DecodingReport) -> float:
    """Milliseconds of CPU time that the slower of the two took."""
    begin = time.thread_time()
    try:
        decode_server_message(frame)
    except RemoteProtocolError as refusal:
        report.refused += 1
        report.limits[refusal.limit or "(none)"] += 1
    middle = time.thread_time()
    protocol.receive(frame)
    return 1000 * max(middle - begin, time.thread_time() - middle)


def _open_protocol() -> SessionProtocol:
    protocol = SessionProtocol(
        Setup(model="models/m"), profile_for("m", Platform.GOOGLE_AI), on_lost=lambda _: None, writes_speech=False
    )
    protocol.begin()
    protocol.receive(b'{"setupComplete": {}}')
    assert protocol.phase is SessionPhase.ACTIVE
    return protocol
