"""Answers in text from a model that only speaks: its words are what is transcribed, and its sound is not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trio_live import wire_events as wire


def as_text(events: Iterable[wire.SessionEvent]) -> Iterator[wire.SessionEvent]:
    """The events as a model that writes would have made them."""
    for event in events:
        match event:
            case wire.AudioData():
                pass
            case wire.OutputTranscription(text):
                if text:
                    yield wire.TextDelta(text)
            case _:
                yield event
