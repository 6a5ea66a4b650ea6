"""Answers in text from a model that only speaks: its words are what is transcribed, and its sound is not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trio_live import wire_events


def as_text(events: Iterable[wire_events.SessionEvent]) -> Iterator[wire_events.SessionEvent]:
    """The events as a model that writes would have made them."""
    for event in events:
        match event:
            case wire_events.AudioData():
                pass
            case wire_events.OutputTranscription(text):
                if text:
                    yield wire_events.TextDelta(text)
            case _:
                yield event
