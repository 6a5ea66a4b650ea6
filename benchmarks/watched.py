"""The session of `benchmarks.subjects`, watched more closely, or less, than usual."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.loads import Ears
from benchmarks.subjects import Voice, open_changed_session


@asynccontextmanager
async def open_recorded_session(address: str, ears: Ears) -> AsyncGenerator[Voice, None]:
    """Every frame goes into a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "call.jsonl")
        async with open_changed_session(address, ears, lambda live: live.record_wire(path)) as voice:
            yield voice


@asynccontextmanager
async def open_uncounted_session(address: str, ears: Ears) -> AsyncGenerator[Voice, None]:
    """No event reaches the telemetry lane. There is no such setting: the table of lanes is changed."""
    from trio_live.session import LANES, Lane

    for kind, lanes in LANES.items():
        LANES[kind] = lanes & ~Lane.TELEMETRY
    async with open_changed_session(address, ears, lambda live: live, is_counted=False) as voice:
        yield voice


@asynccontextmanager
async def open_traced_session(address: str, ears: Ears) -> AsyncGenerator[Voice, None]:
    """Its spans are made, and nobody exports them."""
    from opentelemetry.sdk.trace import TracerProvider

    async with open_changed_session(address, ears, lambda live: live.tracing(TracerProvider())) as voice:
        yield voice
