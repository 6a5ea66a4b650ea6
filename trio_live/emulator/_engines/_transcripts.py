"""A transcript that grows while somebody speaks, for clients that append what they are sent.

What was sent cannot be taken back. So a word is sent when two guesses in a row have agreed on it and another word follows:
the last word is what most often changes when more is heard.
"""

from __future__ import annotations

from itertools import takewhile

from trio_live.emulator._persona import normalised


class GrowingTranscript:
    """The transcript of one utterance, as pieces to append."""

    def __init__(self) -> None:
        self._sent: list[str] = []
        self._last: list[str] = []

    def guess(self, text: str) -> str:
        """What can be sent now that this is what was understood so far; mostly nothing or a word or two."""
        words = text.split()
        agreed = len(list(takewhile(_are_the_same, zip(self._last, words, strict=False))))
        self._last = words
        return self._send(words[: min(agreed, len(words) - 1)])

    def finish(self, text: str) -> str:
        """The rest, now that it is known what was said."""
        return self._send(text.split())

    def _send(self, words: list[str]) -> str:
        fresh = words[len(self._sent) :]
        lead = " " if self._sent else ""
        self._sent += fresh
        return lead + " ".join(fresh) if fresh else ""


def _are_the_same(pair: tuple[str, str]) -> bool:
    return normalised(pair[0]) == normalised(pair[1])
