"""The script of a server: what it says and does, in order, written down in the test itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import attrs

from trio_live._typing import Json, Seconds
from trio_live.testing._steps import (
    Asked,
    Asks,
    AwaitsAnswers,
    AwaitsText,
    Cancels,
    Closes,
    CompletesGeneration,
    CompletesTurn,
    Cuts,
    GoesAway,
    Hears,
    Interrupts,
    SendsFrame,
    Speaks,
    Stalls,
    Step,
    Thinks,
    Writes,
)

SECONDS_PER_WORD = 0.2
"""How long the sound of a word lasts unless the script says otherwise."""


@attrs.frozen
class Script:
    """A server's part of a conversation.

    Immutable: every method returns a longer script::

        script = (
            Script()
            .hears("A table for two, please.")
            .calls("book", guests=2)
            .speaks("You are booked.")
            .turn_complete()
        )
        run = await play(live, script)

    The server accepts the setup by itself, and begins when the session is open.
    """

    steps: tuple[Step, ...] = ()
    settle: Seconds = 0.2
    """How long it must be quiet before the script counts as played."""

    # What it says.

    def hears(self, text: str) -> Self:
        """The user was heard to say this (input transcript)."""
        return self.then(Hears(text))

    def speaks(self, text: str, *, lasting: Seconds | None = None) -> Self:
        """The model says this: output transcript and sound.

        Args:
            text: the words.
            lasting: seconds of sound; by default `SECONDS_PER_WORD` for each word. All of it is sent at once, as a
                server does that generates faster than anybody listens.
        """
        return self.then(Speaks(text, SECONDS_PER_WORD * len(text.split()) if lasting is None else lasting))

    def says(self, text: str) -> Self:
        """A whole turn in writing: the text, and the turn is complete."""
        return self.text(text).turn_complete()

    def text(self, text: str) -> Self:
        """A piece of an answer in writing."""
        return self.then(Writes(text))

    def thinks(self, text: str) -> Self:
        """A thought of the model."""
        return self.then(Thinks(text))

    def generation_complete(self) -> Self:
        """Nothing more will be said in this turn."""
        return self.then(CompletesGeneration())

    def turn_complete(self) -> Self:
        """The turn is over."""
        return self.then(CompletesTurn())

    def interrupts(self) -> Self:
        """The user speaks over the model. Open calls that the model waits for are given up, the others still want an answer."""
        return self.then(Interrupts())

    def go_away(self, seconds: Seconds) -> Self:
        """The server announces that it will close in so many seconds. It does not close by itself."""
        return self.then(GoesAway(seconds))

    def frame(self, raw: bytes | str | Mapping[str, Any]) -> Self:
        """A ``raw`` frame of your own: as it is, or a mapping that becomes JSON."""
        return self.then(SendsFrame(json.dumps(raw) if isinstance(raw, Mapping) else raw))

    # What it asks for.

    def calls(self, name: str, /, **args: Json) -> Self:
        """The model calls the function ``name``, and waits for the answer. Ids are ``call-1``, ``call-2``, … through a script."""
        return self.calls_together(Asked(name, args))

    def calls_meanwhile(self, name: str, /, **args: Json) -> Self:
        """The model calls the function ``name`` and goes on without the answer; see `awaits_answers`."""
        return self.then(self._asks(Asked(name, args)))

    def calls_together(self, *calls: Asked) -> Self:
        """The model calls several functions in one batch, and waits for all answers."""
        asks = self._asks(*calls)
        return self.then(asks).then(AwaitsAnswers(tuple(call.id for call in asks.calls)))

    def cancels(self, *ids: str) -> Self:
        """Answers to the calls with these ``ids`` are no longer wanted."""
        return self.then(Cancels(ids))

    def awaits_answers(self) -> Self:
        """Wait for the answers to everything asked so far."""
        return self.then(AwaitsAnswers())

    def awaits_text(self, containing: str = "") -> Self:
        """Wait until the client has sent a turn ``containing`` this text, a greeting for instance.

        A turn counts for one such step only.
        """
        return self.then(AwaitsText(containing))

    # What it does.

    def stall(self, seconds: Seconds) -> Self:
        """Say nothing for so long."""
        return self.then(Stalls(seconds))

    def close(self, code: int = 1000, reason: str = "") -> Self:
        """End the connection with a close frame. Nothing after it is played."""
        return self.then(Closes(code, reason))

    def cut(self) -> Self:
        """Let the connection break, without a close frame. Nothing after it is played."""
        return self.then(Cuts())

    def settle_after(self, seconds: Seconds) -> Self:
        """How long it must be quiet before the script counts as played; 0.2 s by default."""
        return attrs.evolve(self, settle=seconds)

    def then(self, *steps: Step) -> Self:
        """Add steps as values."""
        return attrs.evolve(self, steps=(*self.steps, *steps))

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every call in the script, in order."""
        return tuple(call for step in self.steps if isinstance(step, Asks) for call in step.calls)

    def _asks(self, *calls: Asked) -> Asks:
        first = len(self.asked) + 1
        return Asks(tuple(attrs.evolve(call, id=f"call-{first + offset}") for offset, call in enumerate(calls)))
