"""Last answers, kept for a server that goes back to before them and asks again. Pure.

A handle may be older than an answer: the server that resumes it has never seen that answer, and may ask under the same id.
The function has run; to run it again could do its work twice. What it said is said once more, once in each connection.
"""

from __future__ import annotations

from trio_live.wire import LIMITS, FunctionResponse


class Repeats:
    """The answers of one session."""

    def __init__(self) -> None:
        self._given: dict[str, FunctionResponse] = {}
        self._before: set[str] = set()
        """Ids that were answered in earlier connections, and not in this one."""
        self.due: list[FunctionResponse] = []
        """Are to be given again."""

    def begin(self, *, resumes: bool) -> None:
        """Another connection begins; one that resumes nothing may use any id for anything."""
        self.due.clear()
        if not resumes:
            self._given.clear()
        self._before = {*self._given}

    def given(self, key: str | None, answer: FunctionResponse) -> None:
        """A call was answered for the last time; of so many as may be open the answers are kept."""
        if not key:
            return
        self._given.pop(key, None)
        self._given[key] = answer
        self._before.discard(key)
        if len(self._given) > LIMITS["open"].most:
            del self._given[next(iter(self._given))]

    def asked(self, key: str | None) -> FunctionResponse | None:
        """The server asks for something that was answered; returns the answer if it is to be given again."""
        if not key or key not in self._before or key not in self._given:
            return None
        self._before.discard(key)
        self.due.append(self._given[key])
        return self._given[key]

    def take_due(self) -> tuple[FunctionResponse, ...]:
        """The answers that are to be given again since this was last asked."""
        due = tuple(self.due)
        self.due.clear()
        return due
