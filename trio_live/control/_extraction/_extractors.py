"""Running the extractors of a session: all that are due at once, then each is merged in its turn.

Runs on the control lane, so merges never interleave, and whatever comes next (computed values, guards, watchers) sees
all of them. A slow model therefore holds up the end of a turn, for as long as the extractor's time allows; sound,
interruptions and what the program sends are not held up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from math import inf

import attrs
import trio

from trio_live import events
from trio_live._tasks import within
from trio_live._typing import Json, Seconds
from trio_live._wording import describe
from trio_live.conversation import TranscriptBuffer, TranscriptWindow
from trio_live.errors import StateError
from trio_live.extraction import TurnExtractor
from trio_live.extraction._internal import Occasion, Schedule, merge, wants
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import Dispatcher
from trio_live.state import State
from trio_live.telemetry._internal import NO_TRACING, Tracing

logger = logging.getLogger("trio_live.extraction")


@attrs.define(eq=False)
class _Run:
    """One extractor at work, and what came of it."""

    extractor: TurnExtractor
    result: Json = None
    error: Exception | None = None

    @property
    def where(self) -> str:
        return f"extractor({self.extractor.name!r})"


class Extractors:
    """The extractors of one session.

    Args:
        extractors: in their order of registration.
        state: where facts are kept.
        transcript: what was said.
        dispatcher: calls user code.
        callbacks: the user's.
        publish: publishes a live event.
        report: told of a promotion rule that raised.
        tracing: draws a span for each run.
    """

    def __init__(
        self,
        extractors: Sequence[TurnExtractor],
        state: State,
        transcript: TranscriptBuffer,
        dispatcher: Dispatcher,
        *,
        callbacks: EventCallbacks,
        publish: Callable[[events.LiveEvent], None],
        report: Callable[[str, Exception], None],
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._tracing = tracing
        self._state = state
        self._transcript = transcript
        self._dispatcher = dispatcher
        self._callbacks = callbacks
        self._publish = publish
        self._report = report
        self._schedule = Schedule(extractors)

    @property
    def wait_for_calls(self) -> bool:
        """Whether any of them ever runs when calls have been answered."""
        return self._schedule.waits_for(Occasion.TOOL_CALL)

    async def warm_up(self) -> None:
        """Let each make its first run quick. Cancellation: harmless."""
        async with trio.open_nursery() as nursery:
            for extractor in self._schedule.extractors:
                nursery.start_soon(self._dispatcher.run, f"extractor({extractor.name!r}).warm_up", extractor.warm_up)

    async def turn_ended(self) -> None:
        """A turn is over, and its words are in the transcript. Cancellation: as `run`."""
        await self.run(Occasion.TURN_END)

    async def phase_changed(self) -> None:
        """The talk has moved. Cancellation: as `run`."""
        await self.run(Occasion.PHASE_CHANGE)

    async def calls_answered(self) -> None:
        """A batch of function calls has its answers. Cancellation: as `run`."""
        await self.run(Occasion.TOOL_CALL)

    async def generation_completed(self) -> None:
        """The model has finished an answer. Cancellation: as `run`."""
        await self.run(Occasion.GENERATION_COMPLETE)

    @property
    def refreshes(self) -> bool:
        """Whether any of them ever runs before a call is refused."""
        return self._schedule.waits_for(Occasion.GUARDED_CALL)

    async def refresh(self, at_most: Seconds) -> list[str]:
        """A call is about to be refused: look at the running turn. Returns what failed, in words. Cancellation: as `run`.

        Args:
            at_most: seconds that each may take, if it does not take less.
        """
        return await self.run(Occasion.GUARDED_CALL, at_most)

    async def run(self, occasion: Occasion, at_most: Seconds = inf) -> list[str]:
        """Run those that are due, wait for all of them, and merge what they found.

        Args:
            occasion: what has happened.
            at_most: seconds that each may take, whatever it says itself.

        Returns:
            Which have failed, and why.

        Cancellation: those that run are cancelled, and nothing is told of them.
        """
        turn_count: int = self._state.get("session:turn_count", 0)
        due = [*self._schedule.due(occasion, turn_count)]
        if not due:
            return []
        runs: list[_Run] = []
        async with trio.open_nursery() as nursery:
            for extractor in due:
                run, window = _Run(extractor), self._window(extractor, occasion)
                try:
                    if not wants(extractor, window):
                        continue
                except Exception as error:  # noqa: BLE001 - a user's function; told as an error of its extractor
                    run.error = error
                else:
                    self._schedule.started(extractor, turn_count)
                    nursery.start_soon(self._look, run, window, at_most)
                runs.append(run)
        for run in runs:
            await self._take(run)
        return [f"{run.extractor.name}: {describe(run.error)}" for run in runs if run.error is not None]

    def _window(self, extractor: TurnExtractor, occasion: Occasion) -> TranscriptWindow:
        if occasion.shows_running_turn:
            return self._transcript.snapshot_window_with_current(extractor.window_size, trio.current_time())
        return self._transcript.snapshot_window(extractor.window_size)

    async def _look(self, run: _Run, window: TranscriptWindow, at_most: Seconds) -> None:
        extractor = run.extractor
        limit = at_most if extractor.timeout is None else min(at_most, extractor.timeout)
        try:
            with self._tracing.extraction(extractor.name):
                run.result = await self._dispatcher.attempt(
                    run.where, within, None if limit == inf else limit, extractor.extract, window
                )
        except Exception as error:  # noqa: BLE001 - told as an error of its extractor; the others go on
            run.error = error

    async def _take(self, run: _Run) -> None:
        if run.error is None:
            try:
                await self._merge(run)
            except StateError as refused:  # it is not JSON
                run.error = refused
        if run.error is not None:
            await self._tell_failed(run, run.error)

    async def _merge(self, run: _Run) -> None:
        for event in merge(run.extractor, run.result, self._state, self._report):
            self._publish(event)
        callback, mode = self._callbacks.on_extracted, self._callbacks.on_extracted_mode
        await self._dispatcher.run("on_extracted", callback, run.extractor.name, run.result, mode=mode)

    async def _tell_failed(self, run: _Run, error: Exception) -> None:
        name, words = run.extractor.name, describe(error)
        logger.warning("%s failed: %s", run.where, words)
        self._publish(events.ExtractionError(name, words))
        callback, mode = self._callbacks.on_extraction_error, self._callbacks.on_extraction_error_mode
        await self._dispatcher.run("on_extraction_error", callback, name, words, mode=mode)
