"""What State refuses."""

from __future__ import annotations

from typing import Literal

from trio_live.errors._base import LiveError


class StateError(LiveError):
    """State refused a value or a conversion.

    ``serialize``: the value is not JSON (or holds NaN or an infinity). ``wrong_type``: the stored value is not
    of the type that was asked for. ``reentrant``: a function given to ``modify`` wrote to the same State. ``read_only``:
    what stands here is computed. ``owned``: a running session writes this key itself.
    """

    key: str
    kind: Literal["serialize", "wrong_type", "reentrant", "read_only", "owned"]

    def __init__(
        self, key: str, kind: Literal["serialize", "wrong_type", "reentrant", "read_only", "owned"], why: str
    ) -> None:
        self.key = key
        self.kind = kind
        """Which of these it is."""
        self.why = why
        """What is wrong, in words."""
        super().__init__(key, kind, why)

    def __str__(self) -> str:
        return f"state key {self.key!r}: {self.why}"
