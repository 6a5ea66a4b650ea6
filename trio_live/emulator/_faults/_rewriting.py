"""Frames that differ from what was put: the faults of the family ``FRAMES``, and the frames nobody expects.

A `Rewriter` is a function of frames with a memory: it may hold a frame back until another one has passed. Frames are
opened as plain JSON, changed, and closed again; only connections with such a fault pay for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from trio_live._typing import JsonObject
from trio_live.emulator._audio import Frame

Rewriter: TypeAlias = Callable[[Frame], Sequence[Frame]]
"""A frame that was put → the frames to be sent instead."""

_CONTENT: Final = "serverContent"
_USAGE: Final = "usageMetadata"
_WORDS: Final = frozenset({"output_transcription", "input_transcription"})
_ORDER: Final = (
    "interrupted",
    "inputTranscription",
    "outputTranscription",
    "modelTurn",
    "groundingMetadata",
    "generationComplete",
    "turnComplete",
    "interactionStatus",
)
_STAYS: Final = {"groundingMetadata", "interactionStatus"}
"""Fields that say nothing without the one they came with."""
OVERSIZED_BYTES: Final = 33 * 1024 * 1024
"""More than any sane client takes in one message."""


def split_fields(frame: Frame) -> list[Frame]:
    """A frame for each field of the content; the bill stays with the end of the turn."""
    tree = _opened(frame)
    content = tree.get(_CONTENT)
    if not isinstance(content, dict) or not content:
        return [frame]
    names = sorted(content, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    heads = [name for name in names if name not in _STAYS] or names
    rest = {name: content[name] for name in names if name not in heads}
    parts: list[JsonObject] = [{_CONTENT: {name: content[name]}} for name in heads]
    parts[-1] = {**{key: value for key, value in tree.items() if key != _CONTENT}, **parts[-1]}
    parts[-1][_CONTENT] = {**parts[-1][_CONTENT], **rest}
    return [_closed(frame, part) for part in parts]


def in_text(frame: Frame) -> list[Frame]:
    """The same as a text frame."""
    data = frame.data
    return [_with(frame, data.decode() if isinstance(data, bytes) else data)]


def with_unknowns(frame: Frame) -> list[Frame]:
    """Fields and enum strings of the future, wherever they can be."""
    tree = _opened(frame)
    tree["weather"] = {"sky": "CLEAR"}
    match tree:
        case {"serverContent": dict() as content}:
            content["mood"] = "SERENE"
            if "turnComplete" in content:
                content["turnCompleteReason"] = "REASON_OF_THE_FUTURE"
        case {"voiceActivity": dict() as activity}:
            activity["type"] = "ACTIVITY_OF_THE_FUTURE"
        case _:
            pass
    for detail in tree.get(_USAGE, {}).get("promptTokensDetails", ()):
        detail["modality"] = "SMELL"
    return [_closed(frame, tree)]


def twice(frame: Frame) -> list[Frame]:
    """Pieces of transcripts double."""
    return [each for part in _words_apart(frame) for each in ([part, part] if part.kinds & _WORDS else [part])]


class Swapped:
    """Every second piece of a transcript overtakes the one before it."""

    def __init__(self) -> None:
        self._held: Frame | None = None

    def __call__(self, frame: Frame) -> list[Frame]:
        """Pass a frame."""
        return [each for part in _words_apart(frame) for each in self._pass(part)]

    def _pass(self, frame: Frame) -> list[Frame]:
        held = self._held
        if frame.kinds & _WORDS:
            self._held = frame if held is None else None
            return [] if held is None else [frame, held]
        if held is not None and frame.kinds & {"generation_complete", "interrupted", "tool_call"}:
            self._held = None
            return [held, frame]
        return [frame]


class Late:
    """Transcripts wait until their turn is over."""

    def __init__(self) -> None:
        self._held: list[Frame] = []

    def __call__(self, frame: Frame) -> list[Frame]:
        """Pass a frame."""
        passing: list[Frame] = []
        for part in _words_apart(frame):
            (self._held if part.kinds & _WORDS else passing).append(part)
        if "turn_complete" in frame.kinds:
            passing += self._held
            self._held = []
        return passing


class Merged:
    """Words wait for the next frame of content, and the end of the generation for the end of the turn."""

    def __init__(self) -> None:
        self._held: Frame | None = None

    def __call__(self, frame: Frame) -> list[Frame]:
        """Pass a frame."""
        held, self._held = self._held, None
        passing: list[Frame] = []
        if held is not None:
            joined = _joined(held, frame)
            if joined is None:
                passing.append(held)
            else:
                frame = joined
        if frame.kinds in _MERGEABLE:
            self._held = frame
            return passing
        return [*passing, frame]


_MERGEABLE: Final = (
    frozenset({"server_content", "output_transcription"}),
    frozenset({"server_content", "generation_complete"}),
)

REWRITERS: Final[dict[str, Callable[[], Rewriter]]] = {
    "duplicate_transcripts": lambda: twice,
    "reorder_transcripts": Swapped,
    "late_transcripts": Late,
    "split_fields": lambda: split_fields,
    "merge_fields": Merged,
    "text_frames": lambda: in_text,
    "unknown_enums": lambda: with_unknowns,
}
"""Fault → a new rewriter."""

INJECTIONS: Final[dict[str, Callable[[], bytes]]] = {
    "unknown_message": lambda: b'{"holographicTurn": {"beam": "WIDE", "frames": [1, 2, 3]}}',
    "empty_frame": lambda: b"",
    "empty_content": lambda: b'{"serverContent": {}}',
    "empty_turn": lambda: b'{"serverContent": {"turnComplete": true}}',
    "phantom_interrupted": lambda: b'{"serverContent": {"interrupted": true}}',
    "garbage": lambda: b"\xff\xfe<html>502 Bad Gateway</html>",
    "oversized": lambda: b'{"padding": "' + b"x" * OVERSIZED_BYTES + b'"}',
}
"""Fault → the frame."""


def injected(fault: str) -> Frame:
    """The frame that a fault of the family ``INJECTION`` sends."""
    return Frame(INJECTIONS[fault](), f"injects: {fault.replace('_', ' ')}")


def _words_apart(frame: Frame) -> list[Frame]:
    """Transcripts that share a frame with something else get one of their own, in front of it."""
    return split_fields(frame) if frame.kinds & _WORDS else [frame]


def _joined(first: Frame, second: Frame) -> Frame | None:
    """Both frames as one, where nothing stands in both."""
    one, two = _opened(first), _opened(second)
    if not isinstance(two.get(_CONTENT), dict) or set(one[_CONTENT]) & set(two[_CONTENT]):
        return None
    tree = {**two, _CONTENT: {**one[_CONTENT], **two[_CONTENT]}}
    return _with(second, _encoded(tree, second), first.kinds | second.kinds, f"{first.summary}; {second.summary}")


def _opened(frame: Frame) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(frame.data)
    return tree


def _closed(frame: Frame, tree: JsonObject) -> Frame:
    content = tree.get(_CONTENT)
    names = {*tree, *(content if isinstance(content, dict) else ())}
    kinds = frozenset(kind for kind in frame.kinds if _camel(kind) in names)
    return _with(frame, _encoded(tree, frame), kinds, frame.summary)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _encoded(tree: JsonObject, like: Frame) -> bytes | str:
    text = json.dumps(tree, ensure_ascii=False)
    return text if isinstance(like.data, str) else text.encode()


def _with(frame: Frame, data: bytes | str, kinds: frozenset[str] | None = None, summary: str | None = None) -> Frame:
    return Frame(data, summary or frame.summary, frame.is_media, frame.kinds if kinds is None else kinds)
