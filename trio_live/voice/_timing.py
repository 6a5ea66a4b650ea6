"""How long what may take in a talk, or in a part of it."""

from __future__ import annotations

import math
from typing import Final, Self

import attrs

from trio_live._context_delivery import ContextDelivery
from trio_live.errors import ConfigError

REPROMPT: Final = "(The user has been silent for a while. Ask once, in a few words, whether they are still there.)"
"""What the model is told when the user says nothing."""


def _length(_: object, field: attrs.Attribute[float | None], value: float | None) -> None:
    if value is not None and not 0 < value < math.inf:
        raise ConfigError(f"{field.name}={value!r} is not a length of time")


@attrs.frozen(kw_only=True)
class VoiceTiming:
    """What is waited for. Whatever is left out is left as it is.

    ``session:voice_timing`` in the State is what holds now, as long as anything was chosen; read it as this class.

    Raises:
        ConfigError: a value is no length of time.
        TypeError: a value is of another type.
    """

    reprompt_after_ms: float | None = attrs.field(default=None, validator=_length)
    """Milliseconds in which nobody says anything, after which the model is told `reprompt`; once for each silence."""
    reprompt: str = attrs.field(default=REPROMPT, validator=attrs.validators.instance_of(str))
    """What it is told then."""
    filler_after_ms: float | None = attrs.field(default=None, validator=_length)
    """Milliseconds in which the user waits for the model's first word, after which the program is told to play something
    (`trio_live.events.FillerDue`); once for each time that they wait."""
    interruptible: bool = attrs.field(default=True, validator=attrs.validators.instance_of(bool))
    """Whether the user may speak over the model; otherwise it hears silence while it is audible."""
    end_of_speech_ms: float | None = attrs.field(default=None, validator=_length)
    """Milliseconds of silence that end a turn at least, where a turn-commit policy decides that."""
    context_delivery: ContextDelivery | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(ContextDelivery))
    )
    """When context turns leave; ``None``: when `Live.context_delivery` says."""

    def merged(self, other: VoiceTiming) -> Self:
        """This and the other at once, the cautious value of each.

        Shorter waits, longer ends; no interruption if one forbids it, and context that waits if it does in one.
        """
        mine, yours = self.reprompt_after_ms or math.inf, other.reprompt_after_ms or math.inf
        sooner = self if mine <= yours else other
        fills = min(self.filler_after_ms or math.inf, other.filler_after_ms or math.inf)
        ends = max(self.end_of_speech_ms or 0.0, other.end_of_speech_ms or 0.0)
        return attrs.evolve(
            self,
            reprompt_after_ms=sooner.reprompt_after_ms,
            reprompt=sooner.reprompt,
            filler_after_ms=fills if fills < math.inf else None,
            interruptible=self.interruptible and other.interruptible,
            end_of_speech_ms=ends or None,
            context_delivery=_later(self.context_delivery, other.context_delivery),
        )


def _later(mine: ContextDelivery | None, yours: ContextDelivery | None) -> ContextDelivery | None:
    return ContextDelivery.DEFERRED if ContextDelivery.DEFERRED in (mine, yours) else mine or yours
