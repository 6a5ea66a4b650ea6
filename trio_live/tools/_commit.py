"""`CommitGuard`: a tool that changes the world does it once, and what went wrong half-way is undone."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

import attrs

from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.state import State


def _template(key: str) -> str:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(key) if name is not None]
    except ValueError as problem:
        raise ConfigError(f"the key of a commit guard cannot be read: {key!r}: {problem}") from None
    if not names or not all(name.replace(":", "").isidentifier() for name in names):
        raise ConfigError(
            f"the key of a commit guard names what a call is about, as in '{{patient}}-{{day}}', not {key!r}"
        )
    return key


@value
class CommitGuard:
    """Guards a tool that books, pays or sends. The model may ask for the same thing twice, and a line may break."""

    key: str = attrs.field(converter=_template)
    """What one commit is about, with arguments and then State keys in braces: ``"{patient}-{day}"``. A call with the same
    key as one that succeeded gets its result, and the tool does not run. Where something is missing it just runs."""
    compensate: str | None = None
    """A tool that undoes what this one did: run with the same arguments when this one fails, takes too long or is
    cancelled. It must do no harm where nothing was done."""

    def filled(self, args: Mapping[str, Json], state: State) -> str | None:
        """The key of one call; ``None`` when something it names is not known.

        Args:
            args: of the call; they come first.
            state: of the session.
        """
        parts: list[Any] = []
        for text, name, _, _ in string.Formatter().parse(self.key):
            parts.append(text)
            if name is not None:
                found = args.get(name, state.get(name))
                if found is None:
                    return None
                parts.append(found)
        return "".join(map(str, parts))


def commit_key(tool: str, key: str) -> str:
    """The State key that keeps the result of a commit."""
    return f"idempotency:{tool}:{key}"


def compensated_key(tool: str) -> str:
    """The State key that says that a commit of a tool was undone."""
    return f"compensated:{tool}"
