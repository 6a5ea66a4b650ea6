"""One turn of the model: a task that performs what was decided, at the pace of a server.

::

    decide ─▶ think, say, … ─▶ generationComplete ─▶ (a listener hears it to the end) ─▶ turnComplete
                  │      ▲
                  ▼      │ answers
               toolCall ─┘

Speech is sent faster than it is heard, so the turn keeps a clock of the listener: when everything sent so far will
have been played. The turn lasts until then, which is what makes it possible to interrupt an answer that was
generated long ago.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Protocol

import attrs
import trio

from trio_live._typing import Seconds
from trio_live.emulator._audio import Frame, FrameEncoder, SpeechStyle
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Action, Ask, Decision, Say, Think, Wait
from trio_live.emulator._service import Meter, SessionSettings
from trio_live.emulator._session._outbox import Outbox
from trio_live.emulator._session._responder import Responder
from trio_live.emulator._session._thoughts import Thoughts, with_thoughts
from trio_live.emulator._session._tool_batches import ToolBatches
from trio_live.emulator._session._tool_waits import ToolBatch, wait_answers
from trio_live.emulator._speech import SpeechSynthesis

BURST_CHUNKS = 2
"""Pieces of speech sent together: half the wake-ups, and still finer than anybody can hear."""


class TurnOwner(Protocol):
    """What a turn tells the queue that began it."""

    def begins(self, decision: Decision) -> Decision:
        """Open the turn; returns what is to be done in it."""
        ...

    def turn_is_over(self) -> None:
        """Bill the turn and make room for the next."""
        ...

    def turn_vanishes(self) -> None:
        """Make room for the next turn, as if this one had not been."""
        ...


@attrs.frozen(kw_only=True)
class TurnContext:
    """What a turn works with."""

    outbox: Outbox
    encoder: FrameEncoder
    options: EmulatorOptions
    style: SpeechStyle
    meter: Meter
    responder: Responder
    thoughts: Thoughts
    settings: SessionSettings
    synthesis: SpeechSynthesis | None = None
    """Who speaks lines without a recording; ``None`` where they are babbled."""
    may_be_silent: bool = True
    """Whether a turn in which nothing is said may be no turn at all; otherwise it is an empty one."""


class Turn:
    """One turn, from its first frame to ``turnComplete``."""

    def __init__(self, owner: TurnOwner, tools: ToolBatches, turn_context: TurnContext) -> None:
        self._owner = owner
        self._tools = tools
        self._responder = turn_context.responder
        self._with = turn_context
        self._dialect = turn_context.style.dialect
        self._heard_until: Seconds = 0.0
        self._lead = ""
        self.scope = trio.CancelScope()
        self.has_begun = False
        """Whether anything was decided. Until then the turn can vanish without a trace."""
        self.batch: ToolBatch | None = None
        """The calls whose answers the model is waiting for."""
        self.lingering: ToolBatch | None = None
        """The calls for whose answers the model keeps its turn open for a while, and could do without."""

    def begin(self, decide: Callable[[], Decision]) -> Callable[[], Decision]:
        """Decide at once; what `run` is then given only performs."""
        decision = decide()
        self.has_begun = not self._is_silent(decision)
        return lambda: decision

    def _is_silent(self, decision: Decision) -> bool:
        return decision.silent and self._with.may_be_silent

    async def run(self, decide: Callable[[], Decision], since: float | None = None) -> None:
        """Give the turn.

        Args:
            decide: called after a moment of hesitation; returns what to do.
            since: the instant from which that moment is counted; ``None`` for now.

        Cancellation: through `scope`. The rest of the turn is not sent; who cancels tells the client.
        """
        with self.scope:
            begun = trio.current_time() if since is None else since
            await self._pause_until(begun + self._with.options.first_word_after / self._with.options.time_scale)
            decision = decide()
            if self._is_silent(decision):
                self._owner.turn_vanishes()
                return
            self.has_begun = True
            await self._perform(self._owner.begins(decision).actions, opens=True)
            await self._with.outbox.wait_flow()
            if not self._with.settings.ends_quietly:
                self._put(self._with.encoder.frame(self._dialect.generation_complete(), "generation complete"))
            if self._with.options.realtime_playback:
                await self._pause_until(self._heard_until)
            self._owner.turn_is_over()

    async def _perform(self, actions: Sequence[Action], *, opens: bool = False) -> None:
        for action in with_thoughts(actions, self._with.thoughts, opens=opens):
            match action:
                case Wait(seconds):
                    await self._pause(seconds)
                case Think(text):
                    self._think(text)
                case Say(lines, words):
                    await self._say(lines, words)
                case Ask():
                    await self._ask(action)

    def _think(self, text: str) -> None:
        self._with.meter.thought(text)
        self._put(self._with.encoder.frame(self._dialect.thought(text), f"thinks {text!r}"))

    async def _say(self, lines: tuple[str, ...], words_per_delta: int | None) -> None:
        style, lead, self._lead = self._with.style, self._lead, " "
        if words_per_delta is not None:
            style = attrs.evolve(style, words_per_delta=words_per_delta)
        if style.aloud and self._with.synthesis is not None:
            await self._with.synthesis.prepare(self._with.encoder.unrecorded(lines))
            await trio.lowlevel.checkpoint_if_cancelled()
        speech = self._with.encoder.speech(lines, style, lead)
        options, sent, started = self._with.options, 0.0, trio.current_time()
        if self._dialect.candidates or not self._with.style.aloud:
            self._with.meter.wrote(speech.text)
        for start in range(0, len(speech.chunks), BURST_CHUNKS):
            if options.pace and sent > options.head_start:
                due = (sent - options.head_start) / options.pace / options.time_scale
                await self._pause_until(started + due)
            await self._with.outbox.wait_flow()
            burst = speech.chunks[start : start + BURST_CHUNKS]
            self._put(*(frame for chunk in burst for frame in chunk.frames))
            length = sum(chunk.audio_seconds for chunk in burst)
            sent += length
            self._with.meter.spoke(length)
            now = trio.current_time()
            self._heard_until = max(self._heard_until, now) + length / options.time_scale
        if self._with.settings.behaviour.bills_often:
            bill = self._dialect.empty_content(self._with.meter.bill())
            self._put(self._with.encoder.frame(bill, "the bill so far"))

    async def _ask(self, ask: Ask) -> None:
        names = [call.tool for call in ask.calls]
        if self._with.settings.speaks_plan(names):
            await self._say((f"I will call {' and '.join(names)} now.",), None)
        batch = self._tools.ask(ask)
        for call in ask.calls:
            self._with.meter.wrote(f"{call.tool} {json.dumps(call.args)}")
        if self._dialect.transcript_first and self._with.style.transcript:
            self._put(self._with.encoder.frame(self._dialect.output_transcript(), "transcript begins"))
        listed = ", ".join(f"{call.tool} {json.dumps(call.args)}" for call in ask.calls)
        self._put(self._with.encoder.frame(self._dialect.tool_call(batch.function_calls), f"calls {listed}"))
        wait = self._tools.wait_of(ask)
        if wait is not None:
            self._tools.set_aside(batch)
            await self._linger(batch, wait)
            return
        self.batch = batch
        await wait_answers(batch, lambda: self._perform(self._responder.meanwhile(batch).actions))
        await trio.lowlevel.checkpoint_if_cancelled()
        self.batch = None
        if batch.missing:
            self._tools.give_up(batch)
        if self._dialect.closes_calling_turn:
            self._close_calling_turn()
        await self._perform(self._responder.go_on(batch).actions)

    async def _linger(self, batch: ToolBatch, wait: Seconds) -> None:
        """Keep the turn open for answers that may come soon."""
        self.lingering = batch
        until = max(trio.current_time(), self._heard_until) + wait / self._with.options.time_scale
        if wait:
            with trio.move_on_at(until):
                await batch.complete.wait()
            await trio.lowlevel.checkpoint_if_cancelled()
        self.lingering = None
        if batch.is_claimed:
            await self._perform(self._responder.go_on(batch).actions)

    def _close_calling_turn(self) -> None:
        self._lead = ""
        frame = self._with.encoder.frame
        if self._with.style.transcript and self._dialect.transcripts_finished:
            self._put(frame(self._dialect.output_transcript(finished=True), "transcript ends"))
        self._put(
            frame(self._dialect.generation_complete(), "generation complete"),
            frame(self._dialect.turn_complete(self._with.meter.close_turn()), "turn complete"),
        )

    def _put(self, *frames: Frame) -> None:
        self._with.outbox.put(*frames)

    async def _pause(self, length: Seconds) -> None:
        await self._pause_until(trio.current_time() + length / self._with.options.time_scale)

    async def _pause_until(self, instant: Seconds) -> None:
        await trio.sleep_until(instant)
        # A turn that was cancelled after its alarm rang and before it ran would otherwise say one thing more.
        await trio.lowlevel.checkpoint_if_cancelled()
