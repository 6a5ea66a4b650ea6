"""From a recording, and whatever else is known of a call, to its timeline."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.timeline._model._board import Board
from trio_live.timeline._model._control import Control
from trio_live.timeline._model._talk import Talk
from trio_live.timeline._model._values import LONGEST, Frame, Note, Span, Timeline


class TimelineBuilder:
    """Takes what happened, in its order, and shows it as a timeline at any time.

    Args:
        began: the instant 0, in seconds since the epoch.
        limit: so many spans that are over are kept, the newest; ``None``: all.
    """

    def __init__(self, began: Seconds, *, limit: int | None = None) -> None:
        self.began = began
        self.now: Seconds = 0.0
        """The newest instant. A clock that was set back stands still."""
        self.board = Board(limit)
        self.talk = Talk(self.board)
        self.control = Control(self.board, self.talk, lambda at: at - began, limit)
        self.sources: set[str] = set()
        """``wire``, and the kinds of notes that came."""

    def frame(self, frame: Frame, hidden: bytes | None = None) -> None:
        """Take a frame.

        Args:
            frame: of the recording.
            hidden: the same frame as it may be shown; ``None``: as it is.

        Raises:
            ConfigError: its time is no time of this call.
        """
        self.sources.add("wire")
        self.talk.read(frame, self._at(frame.ts_ms / 1000), hidden)

    def note(self, note: Note) -> None:
        """Take a note; errors as `frame`."""
        self.sources.add(note.kind)
        self.control.read(note, self._at(note.at))

    def finish(self) -> Timeline:
        """The whole call. Nothing more may be taken afterwards."""
        self.now = max(self.now, self.talk.finish(self.now))
        return self.timeline()

    def open_spans(self) -> Iterator[Span]:
        """What is not over."""
        yield from self.board.open_spans(self.now)
        yield from self.talk.running_sound()

    def timeline(self) -> Timeline:
        """The call as it stands now."""
        control, sound = self.control, self.talk.sound
        return Timeline(
            began=self.began,
            length=self.now,
            spans=tuple(sorted([*self.board.over(), *self.open_spans()], key=lambda span: span.begins)),
            levels={
                "user": bytes(self.talk.user_level.line),
                "played": bytes(sound.played.line),
                "unheard": bytes(sound.unheard.line),
                "buffered": bytes(sound.buffered.line),
            },
            turns=tuple(turn.figures() for turn in self.talk.turns),
            changes=tuple(control.changes),
            explanations=tuple(control.explanations),
            samples=tuple(control.samples),
            contract=control.contract,
            played_is_measured=control.played_is_measured,
            sources=tuple(sorted(self.sources)),
            forgotten=self.board.forgotten,
        )

    def _at(self, epoch: Seconds) -> Seconds:
        at = epoch - self.began
        if at > LONGEST:
            raise ConfigError(
                f"{at / 3600:.0f} hours lie between two of its times; a timeline shows {LONGEST / 3600:.0f}"
            )
        self.now = max(self.now, at)
        return self.now


def timeline_of(
    frames: Sequence[Frame],
    notes: Sequence[Note] = (),
    *,
    shown: Iterable[bytes] | None = None,
) -> Timeline:
    """The timeline of a call.

    Args:
        frames: of its recording, in order.
        notes: what is known besides, in order.
        shown: the payloads of the frames as they may be shown, in the same order; ``None``: as they are.

    Raises:
        ConfigError: there is nothing to show, or its times make no call.
    """
    if not frames and not notes:
        raise ConfigError("there is nothing to draw a timeline of")
    began = min([*(frames[0].ts_ms / 1000 for _ in frames[:1]), *(note.at for note in notes[:1])])
    builder = TimelineBuilder(began)
    for what, hidden in _in_order(frames, notes, shown):
        if isinstance(what, Note):
            builder.note(what)
        else:
            builder.frame(what, hidden)
    return builder.finish()


def _in_order(
    frames: Sequence[Frame], notes: Sequence[Note], shown: Iterable[bytes] | None
) -> Iterator[tuple[Frame | Note, bytes | None]]:
    """Frames come first: what is noted at the same instant follows from them."""
    hidden: Iterator[bytes | None] = iter([None] * len(frames)) if shown is None else iter(shown)
    rest = deque(notes)
    for frame, payload in zip(frames, hidden, strict=True):
        while rest and rest[0].at < frame.ts_ms / 1000:
            yield rest.popleft(), None
        yield frame, payload
    for note in rest:
        yield note, None
