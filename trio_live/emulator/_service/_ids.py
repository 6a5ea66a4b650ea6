"""IdSource for things that need one: sessions, function calls, handles."""

from __future__ import annotations

import itertools
import uuid

from trio_live.emulator._service._dialect import CallIds


class IdSource:
    """Gives names that no other emulator gives, unless both were made with the same seed."""

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed or str(uuid.uuid4())
        self._numbers = itertools.count(1)

    def unique(self) -> str:
        """A UUID."""
        return str(self._next())

    def call_id(self, form: CallIds) -> str:
        """The id of a function call."""
        name = self._next()
        if form is CallIds.UUID:
            return str(name)
        return f"{form.value}{name.int % 10**19:019d}"

    def _next(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed}/{next(self._numbers)}")
