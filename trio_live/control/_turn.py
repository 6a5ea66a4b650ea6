"""The end of a turn, as a list of steps. Reordering them is a one-line change that a reviewer sees.

Every step runs for every turn the server completes, also for one in which nobody said anything.
"""

from __future__ import annotations

from trio_live import events
from trio_live.events import SessionWriter
from trio_live.lanes import Dispatcher, Runtime, TranscriptCallback


class TurnPipeline:
    """Collects a turn and closes it.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        writer: the raw writer, for ``on_turn_boundary``.
    """

    def __init__(self, runtime: Runtime, dispatcher: Dispatcher, writer: SessionWriter) -> None:
        self._runtime = runtime
        self._callbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._writer = writer
        self._user: list[str] = []
        self._model: list[str] = []

    def heard(self, text: str) -> None:
        """A piece of what the user said or typed."""
        self._user.append(text)

    def said(self, text: str) -> None:
        """A piece of what the model said."""
        self._model.append(text)

    def interrupted(self) -> None:
        """What the model was saying was cut off, and nobody knows how much of it was heard."""
        self._model.clear()

    async def complete(self) -> None:
        """Run the steps."""
        for step in STEPS:
            await step(self)

    async def final_transcripts(self) -> None:
        """Exactly one final text a turn and side: the model's, then the user's."""
        model, user = "".join(self._model), "".join(self._user)
        self._model.clear()
        self._user.clear()
        if model:
            self._call_transcript("on_output_transcript", self._callbacks.on_output_transcript, model)
            self._runtime.events.publish(events.OutputTranscript(model, is_final=True))
        if user:
            self._call_transcript("on_input_transcript", self._callbacks.on_input_transcript, user)
            self._runtime.events.publish(events.InputTranscript(user, is_final=True))

    async def turn_boundary(self) -> None:
        """The developer's chance to step in."""
        callback = self._callbacks.on_turn_boundary
        await self._dispatcher.run("on_turn_boundary", callback, self._runtime.state, self._writer)

    async def turn_complete(self) -> None:
        """``on_turn_complete``, by its mode."""
        callbacks = self._callbacks
        await self._dispatcher.run("on_turn_complete", callbacks.on_turn_complete, mode=callbacks.on_turn_complete_mode)

    async def count(self) -> None:
        """From here on the next turn is the current one."""
        self._runtime.state.modify("session:turn_count", 0, lambda turns: turns + 1)

    async def publish(self) -> None:
        """Last of all: whoever sees this event knows that all the rest is done."""
        self._runtime.events.publish(events.TurnComplete())

    def _call_transcript(self, name: str, callback: TranscriptCallback | None, text: str) -> None:
        self._dispatcher.ask_now(name, callback, text, True)


STEPS = (
    TurnPipeline.final_transcripts,
    TurnPipeline.turn_boundary,
    TurnPipeline.turn_complete,
    TurnPipeline.count,
    TurnPipeline.publish,
)
