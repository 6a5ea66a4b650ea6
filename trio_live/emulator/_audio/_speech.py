"""Lines of text as frames that are ready to be sent.

Encoding is what costs: base64 and pretty-printing of 25 frames for each second of speech. So a line is encoded once
for each way of speaking (`SpeechStyle`) and kept; fifty callers who hear the same line share the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._audio._babble import babble
from trio_live.emulator._persona import VoiceBank
from trio_live.emulator._service import Dialect
from trio_live.wire import AUDIO_OUTPUT_RATE, ServerMessage, encode_server_message

PART_SECONDS: Final[Seconds] = 0.04
"""Length of one piece of speech: 1920 bytes at 24 kHz."""
BYTES_PER_SECOND: Final = 2 * AUDIO_OUTPUT_RATE
PART_BYTES: Final = round(PART_SECONDS * BYTES_PER_SECOND)
LINE_GAP: Final = bytes(round(0.12 * AUDIO_OUTPUT_RATE) * 2)
"""Silence between two lines."""
KEPT_SPEECHES: Final = 64
"""About 70 kB for each second of speech: some 90 MB if all were answers of twenty seconds."""
_WORD: Final = re.compile(r"\s*\S+\s*$|\s*\S+")


@attrs.frozen
class Frame:
    """One encoded message."""

    data: bytes | str
    summary: str
    """What it is, for the log."""
    is_media: bool = False
    """Whether it is one of very many."""
    kinds: frozenset[str] = frozenset()
    """The fields the message has, and those of its content."""


@attrs.frozen
class SpeechChunk:
    """Frames that belong together: a piece of speech with the words that come with it."""

    frames: tuple[Frame, ...]
    audio_seconds: Seconds = 0.0


@attrs.frozen(kw_only=True)
class SpeechStyle:
    """A way of speaking: everything besides the lines that decides which frames they become."""

    dialect: Dialect
    aloud: bool = True
    """Speech; otherwise written text."""
    transcript: bool = True
    """Whether the words are sent along with the speech."""
    words_per_delta: int = 2


@attrs.frozen
class Speech:
    """Some lines, ready to be sent."""

    text: str
    chunks: tuple[SpeechChunk, ...]


class FrameEncoder:
    """Turns messages and lines into frames. One for an emulator, shared by its connections.

    Args:
        bank: recordings of lines.
        text_frames: make text frames.
        indent: pretty-print them.
        spoken: finds a line that a voice has spoken; without it, and where it finds none, lines are babbled.
    """

    def __init__(
        self,
        bank: VoiceBank,
        *,
        text_frames: bool,
        indent: int | None,
        spoken: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self._bank = bank
        self._spoken = spoken
        self._text_frames = text_frames
        self._indent = indent
        self.speech = lru_cache(KEPT_SPEECHES)(self._speech)
        """The frames of some lines in some style: `Speech`."""

    def unrecorded(self, lines: Iterable[str]) -> list[str]:
        """Those lines that somebody has to speak."""
        return [line for line in lines if self._bank.find(line) is None]

    def frame(self, message: ServerMessage, summary: str, *, is_media: bool = False) -> Frame:
        """Encode one message."""
        data = encode_server_message(message, indent=self._indent)
        return Frame(data.decode() if self._text_frames else data, summary, is_media, kinds_of(message))

    def _speech(self, lines: tuple[str, ...], style: SpeechStyle, lead: str = "") -> Speech:
        text = lead + " ".join(line.strip() for line in lines)
        deltas = pieces(text, style.words_per_delta)
        if not style.aloud:
            written = [self.frame(style.dialect.text(delta), f"text {delta!r}") for delta in deltas]
            return Speech(text, tuple(SpeechChunk((frame,)) for frame in written))
        if not style.transcript:
            return Speech(text, tuple(self._audio(lines, style.dialect)))
        if style.dialect.bundles_words:
            return Speech(text, self._bundled(lines, deltas, style.dialect))
        words = [self.frame(style.dialect.output_transcript(delta), f"says {delta!r}") for delta in deltas]
        return Speech(text, self._with_words(self._audio(lines, style.dialect), words, style.dialect))

    def _audio(self, lines: tuple[str, ...], dialect: Dialect) -> list[SpeechChunk]:
        return [self._chunk(dialect, part, None) for part in self._parts(lines)]

    def _bundled(self, lines: tuple[str, ...], deltas: list[str], dialect: Dialect) -> tuple[SpeechChunk, ...]:
        """Words in the frames of their speech; where there is less speech than words, they share frames."""
        parts = self._parts(lines) or [b""]
        bounds = [*(_ahead(index, len(deltas), len(parts)) for index in range(len(parts))), len(deltas)]
        bounds[0] = 0
        words = ["".join(deltas[first:last]) or None for first, last in pairwise(bounds)]
        return tuple(self._chunk(dialect, part, said) for part, said in zip(parts, words, strict=True))

    def _parts(self, lines: tuple[str, ...]) -> list[bytes]:
        pcm = LINE_GAP.join(self._pcm(line) for line in lines)
        return [pcm[start : start + PART_BYTES] for start in range(0, len(pcm), PART_BYTES)]

    def _pcm(self, line: str) -> bytes:
        spoken = None if self._spoken is None else self._spoken(line)
        return self._bank.find(line) or spoken or babble(line, rate=AUDIO_OUTPUT_RATE)

    def _chunk(self, dialect: Dialect, part: bytes, words: str | None) -> SpeechChunk:
        message = dialect.audio(part, words) if part or words is None else dialect.output_transcript(words)
        frame = self.frame(message, "audio" if words is None else f"says {words!r}", is_media=words is None)
        return SpeechChunk((frame,), len(part) / BYTES_PER_SECOND)

    def _with_words(self, audio: list[SpeechChunk], words: list[Frame], dialect: Dialect) -> tuple[SpeechChunk, ...]:
        """Words run a little ahead of their audio; with ``transcript_first``, all of them do."""
        if dialect.transcript_first:
            start = self.frame(dialect.output_transcript(), "transcript begins")
            finished = self.frame(dialect.output_transcript(finished=True), "transcript ends")
            end = (finished,) if dialect.transcripts_finished else ()
            return (SpeechChunk((start, *words, *end)), *audio)
        if not audio:
            return (SpeechChunk(tuple(words)),)
        bounds = [*(_ahead(index, len(words), len(audio)) for index in range(len(audio))), len(words)]
        bounds[0] = 0
        chunks = zip(audio, pairwise(bounds), strict=True)
        return tuple(
            SpeechChunk((*words[first:last], *chunk.frames), chunk.audio_seconds) for chunk, (first, last) in chunks
        )


def kinds_of(message: ServerMessage) -> frozenset[str]:
    """The fields a message has, and those of its content."""
    holders = (message, message.server_content)
    return frozenset(
        name
        for holder in holders
        if holder is not None
        for name in holder.__struct_fields__
        if getattr(holder, name) is not None
    )


def _ahead(index: int, words: int, parts: int) -> int:
    """How many words precede a part of the speech: a little more than fit."""
    return round(index * words / parts + 0.5)


def pieces(text: str, words: int) -> list[str]:
    """A text cut every so many words. Joined, they are the text; every piece but the first begins with its space."""
    found = _WORD.findall(text)
    return ["".join(found[start : start + words]) for start in range(0, len(found), max(1, words))]
