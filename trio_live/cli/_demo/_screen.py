"""The call on the terminal, as it happens: who speaks, words, function calls, the interruption, figures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from trio_live import events
from trio_live._typing import JsonObject, Seconds
from trio_live._wording import shown

_STYLES = {
    "caller": "bold cyan",
    "desk": "bold green",
    "tool": "magenta",
    "fact": "cyan",
    "phase": "blue",
    "note": "dim",
    "!": "bold yellow",
}
_LABEL_WIDTH = 18


class Screen:
    """Prints a call.

    Args:
        console: where to.
        clock: seconds since the call began.
    """

    def __init__(self, console: Console, clock: Callable[[], Seconds]) -> None:
        self._console = console
        self._clock = clock
        self._open: str | None = None
        self._column = 0
        self.transcript: list[str] = []
        """The finished lines, without colours."""
        self._words = ""
        self._of_turn: list[int] = []
        self._was_interrupted = False

    def words(self, who: str, text: str) -> None:
        """A piece of what somebody says; goes on in the same line."""
        if self._open != who:
            self._begin(who)
        self._words += text
        for word in text.split(" "):
            self._put(word)

    def line(self, who: str, text: str) -> None:
        """A whole line."""
        self._begin(who)
        self._words = text
        for word in text.split(" "):
            self._put(word, _STYLES[who])
        self._console.print()
        self._keep()

    def _begin(self, who: str) -> None:
        self.end()
        self._open = who
        stamp = f"{self._clock():6.1f} s"
        self._console.print(f"[dim]{stamp}[/]  [{_STYLES[who]}]{who:>6}[/]  ", end="")
        self._column = _LABEL_WIDTH
        self._words = ""

    def _put(self, word: str, style: str | None = None) -> None:
        if self._column > _LABEL_WIDTH and self._column + 1 + len(word) > self._console.width:
            self._console.print()
            self._console.print(" " * _LABEL_WIDTH, end="")
            self._column = _LABEL_WIDTH
        elif self._column > _LABEL_WIDTH and word:
            self._console.print(" ", end="")
            self._column += 1
        self._console.print(shown(word), end="", markup=False, highlight=False, style=style)
        self._column += len(word)

    def end(self) -> None:
        """Finish the line that is open."""
        if self._open is not None and self._words:
            self._console.print()
            self._keep()

    def _keep(self) -> None:
        if self._open == "desk":
            self._of_turn.append(len(self.transcript))
        self.transcript.append(f"{self._clock():6.1f} s  {self._open or '':>6}  {self._words.strip()}")
        self._open = None
        self._words = ""

    def show(self, event: events.LiveEvent) -> None:
        """One event of the session. The caller's words are shown as they are said, not as they are heard."""
        match event:
            case events.OutputTranscript(text, is_final=False):
                self.words("desk", text)
            case events.ToolExecution(name, args, result):
                inside = ", ".join(f"{key}={value!r}" for key, value in args.items())
                self.line("tool", f"{name}({inside}) → {result}")
            case events.StatePromotion(extractor, _, key, accepted=True, value=value):
                self.line("fact", f"{key} = {value!r}, found by {extractor!r}")
            case events.PhaseTransition(from_, to, reason):
                self.line("phase", f"{from_} → {to}: {reason}")
            case events.Interrupted():
                self.line("!", "the caller interrupts; what was not played yet is dropped")
                self._was_interrupted = True
            case events.OutputTranscript(text, is_final=True) if self._was_interrupted:
                self._keep_heard(text)
            case events.TurnComplete():
                self.end()
                if self._was_interrupted and self._of_turn:
                    self._keep_heard("")
                self._of_turn.clear()
            case events.Error(message):
                self.line("!", message)
            case _:
                pass

    def _keep_heard(self, text: str) -> None:
        """Of an interrupted turn the transcript keeps what was heard: nobody can answer to the rest."""
        self.end()
        for number, at in enumerate(self._of_turn):
            start, _, _ = self.transcript[at].partition("desk  ")
            self.transcript[at] = f"{start}desk  {text} —" if number == 0 else ""
        self.transcript = [line for line in self.transcript if line]
        self._of_turn.clear()
        self._was_interrupted = False
        self.line("note", f"of this turn the caller has heard: “{text}”" if text else "of this turn nothing was heard")

    def log_handler(self) -> logging.Handler:
        """Shows log lines of the library as notes of the call."""
        screen = self

        class Notes(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                screen.line("note", record.getMessage())

        return Notes(logging.INFO)

    def summary(self, rows: JsonObject) -> None:
        """The figures of the whole call."""
        self.end()
        table = Table(title="The call", title_justify="left", show_header=False, pad_edge=False)
        table.add_column(style="dim")
        table.add_column()
        for name, value in rows.items():
            table.add_row(name, _figure(value))
        self._console.print()
        self._console.print(table)


def _figure(value: Any) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
