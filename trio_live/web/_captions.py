"""The conversation as a page shows it: lines that grow, become final, and lose what was never heard.

Pieces of a turn become lines: a new one whenever the other side, or a function, came between. At the end of the turn the
session says what the whole of each side was; that is shared out among its lines again. Of an interrupted turn it says what was
*heard*, so what is left of the lines then was not, and stays behind as ``unheard``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from trio_live import events
from trio_live._typing import JsonObject
from trio_live.events import Speaker, Stability

MOST_LINES: Final = 400
"""So many lines are kept for a page that is loaded again."""
_MOST_RESULT: Final = 120
"""Characters of what a function returned."""


@attrs.define
class Line:
    """One line."""

    id: int
    who: str
    """``user``, ``model`` or ``tool``."""
    text: str = ""
    guess: str = ""
    """What may still be replaced, at the end."""
    unheard: str = ""
    """What was said and not heard, at the end."""
    is_final: bool = False
    turn: int = -1

    def to_json(self) -> JsonObject:
        """As a page gets it."""
        return {
            "id": self.id,
            "who": self.who,
            "text": self.text.strip(),
            "guess": self.guess.strip(),
            "unheard": self.unheard.strip(),
            "final": self.is_final,
        }


class Captions:
    """The lines of one call."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=MOST_LINES)
        self._count = 0
        self._open: dict[str, list[Line]] = {"user": [], "model": []}
        """The lines of the running turn by side, oldest first."""
        self._was_cut = False

    @property
    def lines(self) -> list[JsonObject]:
        """All of them, oldest first."""
        return [line.to_json() for line in self._lines]

    def typed(self, text: str) -> list[JsonObject]:
        """The user typed something; no event tells of it."""
        return [self._add(Line(self._count, "user", text, is_final=True)).to_json()]

    def see(self, event: events.LiveEvent) -> list[JsonObject]:
        """Take in an event; returns the lines that it has changed."""
        match event:
            case events.InputTranscript():
                changed = self._hear("user", event)
            case events.OutputTranscript():
                changed = self._hear("model", event)
            case events.TextDelta(text):
                changed = [self._grow("model", text)]
            case events.TextComplete(text):
                changed = self._finish("model", text, cut=False)
            case events.ToolExecution(name, args, result):
                changed = [self._add(Line(self._count, "tool", _told(name, args, result), is_final=True))]
            case events.Interrupted():
                self._was_cut = True
                changed = []
            case events.TranscriptAmended(turn, speaker, text):
                changed = self._amend("user" if speaker is Speaker.USER else "model", turn, text)
            case events.TurnComplete():
                changed = self._finish("model", "", cut=True) if self._was_cut else []
                self._was_cut = False
            case _:
                changed = []
        return [line.to_json() for line in changed]

    def _hear(self, who: str, event: events.InputTranscript | events.OutputTranscript) -> Sequence[Line]:
        match event.stability:
            case Stability.FINAL:
                cut = who == "model" and self._was_cut
                return self._finish(who, event.text, cut=cut, turn=event.turn)
            case Stability.PARTIAL:
                line = self._current(who)
                line.guess = event.text
                return [line]
            case Stability.STABLE:
                return [self._grow(who, event.text)]

    def _grow(self, who: str, text: str) -> Line:
        line = self._current(who)
        line.text += text
        line.guess = ""
        return line

    def _current(self, who: str) -> Line:
        """The line that goes on: the last one, if it is of this side and its turn still runs."""
        mine = self._open[who]
        if mine and self._lines and self._lines[-1] is mine[-1]:
            return mine[-1]
        line = self._add(Line(self._count, who))
        mine.append(line)
        return line

    def _add(self, line: Line) -> Line:
        self._count += 1
        self._lines.append(line)
        return line

    def _finish(self, who: str, text: str, *, cut: bool, turn: int = -1) -> Sequence[Line]:
        """Share out the whole of a side in a turn among its lines, which are final then."""
        mine = self._open[who]
        done, left = share_out(text, mine, cut=cut)
        if not mine and text.strip():
            done = [self._add(Line(self._count, who, text))]
        for line in done:
            line.is_final, line.guess, line.turn = True, "", turn
        self._open[who] = left
        return done

    def _amend(self, who: str, turn: int, text: str) -> Sequence[Line]:
        mine = [line for line in self._lines if line.who == who and line.turn == turn and line.is_final]
        if not mine:
            return []
        before = _joined(mine[:-1])
        mine[-1].text = text.removeprefix(before)
        return mine[-1:]


def share_out(whole: str, lines: list[Line], *, cut: bool) -> tuple[list[Line], list[Line]]:
    """Give the words of a side to its lines.

    Args:
        whole: what the side said in the turn; where it was ``cut``, what was heard of that.
        lines: its lines, as its pieces made them.
        cut: whether the rest of the lines was not heard; otherwise it belongs to the next turn.

    Returns:
        The lines of this turn, and those that stay open.
    """
    words, at = whole.strip(), 0
    for number, line in enumerate(lines):
        text = line.text.strip()
        heard = _common(text, words[at:])
        if cut:
            line.text, line.unheard = text[:heard], text[heard:]
        elif heard < len(text):
            if number == 0:  # put otherwise than in its pieces: what was said in the end holds
                line.text = whole
            return lines[: max(number, 1)], lines[max(number, 1) :]
        at = _after_spaces(words, at + heard)
        if at >= len(words) and not cut:
            return lines[: number + 1], lines[number + 1 :]
    return lines, []


def _common(text: str, words: str) -> int:
    """How many characters of a line the words begin with: all, or as many as there are words."""
    if words.startswith(text):
        return len(text)
    return len(words) if text.startswith(words) else 0


def _after_spaces(words: str, at: int) -> int:
    while at < len(words) and words[at].isspace():
        at += 1
    return at


def _joined(lines: Iterable[Line]) -> str:
    return "".join(f"{line.text.strip()} " for line in lines)


def _told(name: str, args: JsonObject, result: object) -> str:
    inside = ", ".join(f"{key}={given!r}" for key, given in args.items())
    shown = str(result)
    return f"{name}({inside}) → {shown if len(shown) <= _MOST_RESULT else shown[:_MOST_RESULT] + '…'}"
