"""PocketSphinx: hears the phrases of a persona, and nothing else, while they are being said (package ``pocketsphinx``).

Its English model comes in its wheel. It follows a grammar, so what it hears is a phrase of the persona or other speech, and
how much of the sound the phrases explain tells how sure it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final

from trio_live.emulator._engines._grammar import is_other, is_silence, other_words, spelling, transitions_of
from trio_live.emulator._engines._phrases import Expected
from trio_live.emulator._engines._recognition import Recognition

AT_ONCE: Final = 640
"""Bytes, 20 ms: it keeps Python's lock while it searches, so between such pieces the other threads have their turn."""
KEPT_GRAMMARS: Final = 8
"""Of one decoder: one for each state of a persona that is talked with just now."""
SEARCH: Final = {"beam": 1e-20, "pbeam": 1e-20, "wbeam": 1e-12, "maxhmmpf": 1_000, "topn": 2}
"""How widely it looks. Its own settings are for large vocabularies: with other speech in the grammar they take ten seconds
for one, and find the same words."""


class SphinxRecogniser:
    """Keeps decoders: each utterance needs one while it is said, and leaves it to the next."""

    def __init__(self) -> None:
        self._idle = [_Decoder()]
        self._lock = Lock()

    def begin(self, expected: Expected) -> SphinxUtterance:
        """Somebody begins to speak."""
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or _Decoder()
        decoder.begin(expected.phrases)
        return SphinxUtterance(decoder, self._take_back)

    def _take_back(self, decoder: _Decoder) -> None:
        with self._lock:
            self._idle.append(decoder)


class SphinxUtterance:
    """One utterance."""

    def __init__(self, decoder: _Decoder, give_back: Callable[[_Decoder], None]) -> None:
        self._decoder = decoder
        self._give_back = give_back

    def take(self, pcm: bytes) -> None:
        """Take the next piece."""
        self._decoder.take(pcm)

    def guess(self) -> Recognition:
        """The words so far."""
        return recognition_of(self._decoder.segments())

    def finish(self) -> Recognition:
        """The words, and the share of the speech that they are."""
        self._decoder.end()
        found = recognition_of(self._decoder.segments())
        self._give_back(self._decoder)
        return found


class _Decoder:
    """A decoder with the grammars it was given last."""

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder: Any = pocketsphinx.Decoder(lm=None, loglevel="FATAL", samprate=16_000, **SEARCH)
        for word, sound in other_words().items():
            self._decoder.add_word(word, sound, False)
        self._grammars: deque[tuple[str, ...]] = deque()

    def begin(self, phrases: tuple[str, ...]) -> None:
        name = str(hash(phrases))
        if phrases not in self._grammars:
            if len(self._grammars) == KEPT_GRAMMARS:
                self._decoder.remove_search(str(hash(self._grammars.popleft())))
            transitions = transitions_of(phrases, lambda word: self._decoder.lookup_word(word) is not None)
            self._decoder.add_fsg(name, self._decoder.create_fsg(name, 0, 0, list(transitions)))
            self._grammars.append(phrases)
        self._decoder.activate_search(name)
        self._decoder.start_utt()

    def take(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), AT_ONCE):
            self._decoder.process_raw(pcm[start : start + AT_ONCE], False, False)

    def end(self) -> None:
        self._decoder.end_utt()

    def segments(self) -> list[tuple[str, int]]:
        """The words so far, each with its length in frames."""
        found = self._decoder.seg() if self._decoder.hyp() is not None else ()
        return [(each.word, each.end_frame - each.start_frame + 1) for each in found or ()]


def recognition_of(segments: Iterable[tuple[str, int]]) -> Recognition:
    """What some segments say, each a word with its length.

    The confidence is the share of the sound, silence left out, that was said in words of phrases.
    """
    voiced = [(word, length) for word, length in segments if not is_silence(word)]
    words = [(spelling(word), length) for word, length in voiced if not is_other(word)]
    spoken = sum(length for _, length in words)
    return Recognition(" ".join(word for word, _ in words), spoken / max(1, sum(length for _, length in voiced)))
