"""Words that somebody else wrote, made fit for a log and a terminal: they forge no line and steer no screen."""

from __future__ import annotations

__all__ = ["one_line", "shown"]


def one_line(text: str) -> str:
    """The words with everything escaped that is not to be seen: line ends, escape sequences, marks that turn the text."""
    return text if text.isprintable() else "".join(map(_visible, text))


def shown(text: str) -> str:
    """As `one_line`, for a screen: lines stay lines, and tabs tabs."""
    return text if text.isprintable() else "".join(c if c in "\n\t" else _visible(c) for c in text)


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
