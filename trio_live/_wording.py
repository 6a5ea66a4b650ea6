"""Words that somebody else wrote, made fit for a log and a terminal: they forge no line and steer no screen."""

from __future__ import annotations

__all__ = ["describe", "one_line", "shown"]


def describe(error: BaseException) -> str:
    """The words of an exception; its class where it has none, or fails to say them."""
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001  # somebody else's code
        return type(error).__name__


def one_line(text: str) -> str:
    """The words with everything escaped that is not to be seen: line ends, escape sequences, marks that turn the text."""
    return text if text.isprintable() else "".join(map(_visible, text))


def shown(text: str) -> str:
    """As `one_line`, for a screen: lines stay lines, and tabs tabs."""
    return text if text.isprintable() else "".join(c if c in "\n\t" else _visible(c) for c in text)


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
