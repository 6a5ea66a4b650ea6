"""One function call that waits for its answer."""

from __future__ import annotations

import attrs

from trio_live.session._calls._streamed import size_of
from trio_live.wire import FunctionCall


@attrs.define(eq=False)
class OpenCall:
    """A call, and what is known of it."""

    call: FunctionCall
    gives_way: bool
    """Whether an interruption cancels it."""
    in_round: bool = True
    """Whether the link's tool round waits for it; a call that outlived an interruption runs beside the talk."""
    accepted: bool = False
    """Its last answer waits to be written."""
    is_held: bool = False
    """Whether the newest resumption handle holds it: it was asked before that was given."""
    is_known: bool = True
    """Whether the server of this connection knows it. If it does not, it may ask again; until then no answer is sent."""
    size: int = attrs.field(init=False)
    """Bytes of its arguments."""

    def __attrs_post_init__(self) -> None:
        self.size = size_of(self.call)

    def resume(self, *, is_newest: bool) -> None:
        """Another connection goes on from a handle, the newest or an older one."""
        self.is_known = self.is_held and is_newest
        self.in_round = self.in_round and self.is_known

    def ask_again(self) -> None:
        """The server has asked for it in this connection, too."""
        self.is_known = self.in_round = True
