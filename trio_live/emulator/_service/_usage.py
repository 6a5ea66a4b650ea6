"""What a conversation would cost: tokens, estimated as plainly as they can be.

The whole context is billed again with every turn, so the meter keeps two sums: what stands in the context, and what
the running turn has added to it.
"""

from __future__ import annotations

import math
import sys
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.wire import ContextWindowCompression
from trio_live.wire._internal import int64

CHARACTERS_PER_TOKEN: Final = 4
"""The usual rule of thumb for English."""
AUDIO_TOKENS_PER_SECOND: Final = 25
"""For audio in both directions, as Google documents it."""
TRIGGER_SHARE: Final = 0.8
"""Of the window, when the client names no trigger for compression."""
IMAGE_TOKENS: Final = 258
"""One picture at medium resolution, with its two marks."""


@attrs.frozen(kw_only=True)
class Usage:
    """Tokens of one turn."""

    prompt_text: int = 0
    prompt_audio: int = 0
    prompt_image: int = 0
    response_text: int = 0
    response_audio: int = 0
    thoughts: int = 0

    @property
    def prompt(self) -> int:
        """The whole context that was read."""
        return self.prompt_text + self.prompt_audio + self.prompt_image

    @property
    def response(self) -> int:
        """Everything that was said."""
        return self.response_text + self.response_audio


@attrs.frozen(kw_only=True)
class Context:
    """Tokens that stand in the context. Survives a resumed session."""

    text: int = 0
    audio: int = 0
    image: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.text + self.audio + self.image

    def cut_to(self, target: int, kept: int) -> Context:
        """What is left when the oldest turns are dropped.

        Args:
            target: as many tokens are to be left.
            kept: tokens of text that are never dropped: the system instruction.
        """
        share = max(0, target - kept) / max(1, self.total - kept)
        return Context(
            text=kept + int((self.text - kept) * share), audio=int(self.audio * share), image=int(self.image * share)
        )


@attrs.frozen
class Window:
    """How much context there is, and when the oldest of it is dropped."""

    size: int
    """More than that ends the session."""
    trigger: int | None = None
    """With so many tokens the context is compressed; ``None``: never."""
    target: int = 0
    """And so many are left."""


def window_for(size: int, compression: ContextWindowCompression | None) -> Window:
    """The window of a model of some size, under a client's settings."""
    if compression is None:
        return Window(size)
    sliding = compression.sliding_window
    trigger = int64(compression.trigger_tokens) or round(size * TRIGGER_SHARE)
    return Window(size, trigger, (int64(sliding.target_tokens) if sliding else None) or trigger // 2)


class Meter:
    """Counts one conversation."""

    def __init__(self, context: Context | None = None, window: Window | None = None) -> None:
        self.context = context or Context()
        self.window = window or Window(sys.maxsize)
        self._kept = 0
        self._said = Usage()

    def read(self, text: str) -> None:
        """Text came into the context."""
        self.context = attrs.evolve(self.context, text=self.context.text + text_tokens(text))

    def instructed(self, text: str) -> None:
        """The system instruction came into the context, to stay."""
        self._kept = text_tokens(text)
        self.read(text)

    @property
    def is_full(self) -> bool:
        """Whether there is more context than the model can hold."""
        return self.context.total > self.window.size

    def compress(self) -> bool:
        """Drop the oldest of the context where the client wants that and it is time; tells whether it was."""
        trigger = self.window.trigger
        if trigger is None or self.context.total < trigger:
            return False
        self.context = self.context.cut_to(self.window.target, self._kept)
        return True

    def heard(self, length: Seconds) -> None:
        """Audio came into the context."""
        self.context = attrs.evolve(self.context, audio=self.context.audio + audio_tokens(length))

    def saw(self) -> None:
        """A picture came into the context."""
        self.context = attrs.evolve(self.context, image=self.context.image + IMAGE_TOKENS)

    def wrote(self, text: str) -> None:
        """Text was generated: an answer, or a function call."""
        self._said = attrs.evolve(self._said, response_text=self._said.response_text + text_tokens(text))

    def spoke(self, length: Seconds) -> None:
        """Audio was generated."""
        self._said = attrs.evolve(self._said, response_audio=self._said.response_audio + audio_tokens(length))

    def thought(self, text: str) -> None:
        """Something was thought."""
        self._said = attrs.evolve(self._said, thoughts=self._said.thoughts + text_tokens(text))

    def bill(self) -> Usage:
        """What the running turn has cost so far."""
        context = self.context
        return attrs.evolve(
            self._said, prompt_text=context.text, prompt_audio=context.audio, prompt_image=context.image
        )

    def close_turn(self) -> Usage:
        """The bill of the running turn. What was said joins the context, thoughts do not."""
        bill, context, said, self._said = self.bill(), self.context, self._said, Usage()
        self.context = attrs.evolve(
            context, text=context.text + said.response_text, audio=context.audio + said.response_audio
        )
        return bill


def text_tokens(text: str) -> int:
    """Tokens of a text; at least one unless it is empty."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def audio_tokens(length: Seconds) -> int:
    """Tokens of so much audio."""
    return round(length * AUDIO_TOKENS_PER_SECOND)
