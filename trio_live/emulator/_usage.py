"""What a conversation would cost: tokens, estimated as plainly as they can be.

The whole context is billed again with every turn, so the meter keeps two sums: what stands in the context, and what
the running turn has added to it.
"""

from __future__ import annotations

import math
from typing import Final

import attrs

from trio_live._typing import Seconds

CHARACTERS_PER_TOKEN: Final = 4
"""The usual rule of thumb for English."""
AUDIO_TOKENS_PER_SECOND: Final = 25
"""For audio in both directions, as Google documents it."""
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


class Meter:
    """Counts one conversation."""

    def __init__(self, context: Context | None = None) -> None:
        self.context = context or Context()
        self._said = Usage()

    def read(self, text: str) -> None:
        """Text came into the context."""
        self.context = attrs.evolve(self.context, text=self.context.text + text_tokens(text))

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

    def close_turn(self) -> Usage:
        """The bill of the running turn. What was said joins the context, thoughts do not."""
        context, said, self._said = self.context, self._said, Usage()
        self.context = attrs.evolve(
            context, text=context.text + said.response_text, audio=context.audio + said.response_audio
        )
        return attrs.evolve(said, prompt_text=context.text, prompt_audio=context.audio, prompt_image=context.image)


def text_tokens(text: str) -> int:
    """Tokens of a text; at least one unless it is empty."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def audio_tokens(length: Seconds) -> int:
    """Tokens of so much audio."""
    return round(length * AUDIO_TOKENS_PER_SECOND)
