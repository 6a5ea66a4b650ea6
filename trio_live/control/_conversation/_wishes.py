"""What the program and the model ask of a talk, which the control lane does in its turn."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import trio

from trio_live import wire_events
from trio_live._values import value
from trio_live.lanes._internal import CallScope
from trio_live.phases._internal import ToolSplit
from trio_live.wire import FunctionCall, FunctionResponse


@value
class WishMade(wire_events.SessionEvent):
    """Something is asked for; ours, not the server's. What it is stands in the conversation."""


@value
class KeyPressed(wire_events.SessionEvent):
    """The caller pressed a key of the telephone; the program's to tell, not the server's."""

    digit: str


@attrs.define(eq=False)
class PhaseWish:
    """One transition that is asked for by the program."""

    target: str
    reason: str
    asked_in: CallScope | None = None
    """The function call that asked, while it runs: the talk moves once it has returned."""
    over: trio.Event = attrs.field(factory=trio.Event)
    """The talk has moved, or never will."""


@attrs.define(eq=False)
class RefreshWish:
    """Calls that a guard keeps back, and that wait until extractors have looked at the running turn."""

    calls: Sequence[FunctionCall]
    over: trio.Event = attrs.field(factory=trio.Event)
    """They have."""
    split: ToolSplit | None = None
    """Which of the calls may run then."""


@attrs.define(eq=False)
class TransferWish:
    """One transfer to another agent that is asked for, by the model or by the program."""

    target: str
    reason: str
    call: FunctionCall | None = None
    """The model's; ``None`` when the program asks."""
    words: str = ""
    """What the user had said when it asked."""
    asked_in: CallScope | None = None
    """The function call in which the program asked, while it runs."""
    is_due: bool = False
    """Whether nothing has to be waited for any more."""
    over: trio.Event = attrs.field(factory=trio.Event)
    """It is made, or never will be."""
    answer: FunctionResponse | None = None
    """To the call; ``None`` where nobody waits for one."""
