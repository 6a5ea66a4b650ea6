"""The function calls that wait for an answer, and how an answer finds its call.

By id where both have one. Otherwise by name, and then one answer is one call: ids may be absent, and two calls of one
function are two questions.
"""

from __future__ import annotations

from collections.abc import Iterable

from trio_live.wire import FunctionCall, FunctionResponse


class OpenCalls:
    """The open calls of one connection, oldest first. True while there are any."""

    def __init__(self) -> None:
        self._calls: list[FunctionCall] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, calls: Iterable[FunctionCall]) -> None:
        """The model asks. A call whose id is open already is the same call: its arguments came in pieces."""
        for call in calls:
            self._calls = [other for other in self._calls if not (call.id and other.id == call.id)]
            self._calls.append(call)

    def answer(self, response: FunctionResponse) -> None:
        """An answer was written. It closes its call, unless it says that more follows."""
        if response.will_continue:
            return
        by_id = (call for call in self._calls if response.id and call.id == response.id)
        by_name = (call for call in self._calls if call.name == response.name and not (response.id and call.id))
        answered = next(by_id, None) or next(by_name, None)
        self._calls = [call for call in self._calls if call is not answered]

    def cancel(self, ids: Iterable[str]) -> None:
        """The server wants no answer to these; it may name calls that were answered long ago."""
        unwanted = frozenset(ids)
        self._calls = [call for call in self._calls if not (call.id and call.id in unwanted)]

    def clear(self) -> None:
        """Nobody waits for anything any more."""
        self._calls.clear()
