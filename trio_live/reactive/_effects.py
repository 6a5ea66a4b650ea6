"""What a rule of the reactor wants done, as values. Doing it is somebody else's business, further up.

An effect that blocks is finished before the next one begins, and its failure comes out where the edge was reported. One
that runs concurrently has a task of its own inside the session; its failure is published as an error.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.events import LiveEvent
from trio_live.wire import Content


class LiveEffect:
    """The base of all effects. A closed set: what can be done is what `LiveEffectExecutor` knows to do."""

    __slots__ = ()


@value
class Noop(LiveEffect):
    """Nothing. For rules whose branches all return an effect."""


@value
class SendContext(LiveEffect):
    """Turns for the history, in one frame; the model does not answer. Nothing is sent for none."""

    turns: tuple[Content, ...] = ()


@value
class PromptModel(LiveEffect):
    """The deferred context, and then the armed prompt.

    Without an armed prompt nothing is sent. It is looked at again in the very instant of sending: a prompt that speech has
    cancelled meanwhile is not sent, and while the user speaks or the model is audible it waits on.
    """


@value
class CancelDeferredPrompt(LiveEffect):
    """Disarm the prompt; its context waits on."""


@value
class SignalUserActivityStart(LiveEffect):
    """Mark the beginning of the user's activity, where the setup leaves that to this side; once until its end."""


@value
class SignalUserActivityEnd(LiveEffect):
    """Mark its end, where there was a beginning."""


@value
class UpdateInstruction(LiveEffect):
    """New instructions, in the place of all earlier ones."""

    text: str


@value
class Emit(LiveEffect):
    """Publish an event. Rules do not see what rules have published: two of them could go on for ever."""

    event: LiveEvent


class EffectMode(enum.Enum):
    """Whether anybody waits for an effect."""

    BLOCKING = "blocking"
    """The next effect begins after it; its failure stops the others and is raised where the edge was reported."""
    CONCURRENT = "concurrent"
    """It has a task of its own, which ends with the session; its failure is published as `events.Error`."""


def _length(_: object, field: attrs.Attribute[Seconds | None], timeout: Seconds | None) -> None:
    if timeout is not None and not timeout > 0:
        raise ConfigError(f"{field.name}={timeout!r} leaves an effect no time")


@value
class EffectPolicy:
    """How an effect is done.

    Raises:
        ConfigError: the timeout is not over zero.
    """

    mode: EffectMode = EffectMode.BLOCKING
    timeout: Seconds | None = attrs.field(default=None, validator=_length)
    """After which it is given up, as a failure; ``None``: it takes as long as it takes."""


DEFAULT_POLICY: Final = EffectPolicy()


@value
class Reaction:
    """One effect that a rule wants."""

    source: str
    """The rule's name."""
    effect: LiveEffect
    policy: EffectPolicy = DEFAULT_POLICY
