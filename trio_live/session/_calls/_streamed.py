"""Calls of which only pieces have come: Vertex can stream the arguments of a call, over several messages. Pure."""

from __future__ import annotations

from trio_live.session._calls._arguments import joined_call
from trio_live.wire import FunctionCall
from trio_live.wire._internal import memory_size


class StreamedCalls:
    """The pieces of one connection, each kept until the last one of its call is there."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[FunctionCall]] = {}
        self._sizes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._pieces)

    @property
    def size(self) -> int:
        """Bytes of arguments that wait for the rest."""
        return sum(self._sizes.values())

    def key_of(self, piece: FunctionCall) -> str:
        """The call that a piece belongs to. One that says neither id nor name goes on where the last one stopped."""
        return piece.id or (next(reversed(self._pieces), "") if not piece.name else "")

    def is_whole(self, piece: FunctionCall) -> bool:
        """Whether it is no piece at all."""
        return not piece.will_continue and self.key_of(piece) not in self._pieces

    def add(self, piece: FunctionCall) -> FunctionCall | None:
        """The call, once its last piece is there."""
        key = self.key_of(piece)
        self._pieces.setdefault(key, []).append(piece)
        if not piece.will_continue:
            call = joined_call(self._pieces[key])
            self.drop(key)
            return call
        self._sizes[key] = self._sizes.get(key, 0) + size_of(piece)
        return None

    def drop(self, key: str) -> None:
        """The rest of a call is not wanted."""
        self._pieces.pop(key, None)
        self._sizes.pop(key, None)

    def names(self) -> dict[str, str]:
        """Which function each call that has begun is for."""
        return {key: pieces[0].name for key, pieces in self._pieces.items()}

    def clear(self) -> None:
        """Nothing of it will be finished."""
        self._pieces.clear()
        self._sizes.clear()


def size_of(call: FunctionCall) -> int:
    """Bytes of the arguments of a call, or of a piece of one."""
    size = memory_size(call.args) + len(call.id or "")
    return size if call.partial_args is None else size + memory_size(call.partial_args)
