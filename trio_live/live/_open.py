"""From a plan to a running session with its handle."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from trio_live.control import ControlPlane
from trio_live.events import SendText
from trio_live.lanes import Dispatcher, EventHandler, RawWriter, Runtime, SessionPlan, open_session
from trio_live.live._handle import LiveHandle
from trio_live.live._spec import LiveSpec


@asynccontextmanager
async def open_live(spec: LiveSpec, make_plan: Callable[[], SessionPlan]) -> AsyncGenerator[LiveHandle, None]:
    """A session and its handle: connected when entered, finished when left. See `Live.connect_google_ai`."""
    plan = make_plan()
    writers: list[RawWriter] = []

    def make_handler(runtime: Runtime, dispatcher: Dispatcher) -> EventHandler:
        writers.append(RawWriter(runtime))
        return ControlPlane(runtime, dispatcher, writers[0])

    async with open_session(plan, make_handler) as runtime:
        if spec.greeting is not None:
            # Straight to the queue: a greeting is no words of the user, and so not part of the transcript.
            await runtime.outbound.submit(SendText(spec.greeting))
        yield LiveHandle(runtime, writers[0])
