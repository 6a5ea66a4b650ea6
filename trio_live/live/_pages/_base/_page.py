"""What every page of the builder stands on: one frozen spec, and one way to get a builder with another."""

from __future__ import annotations

from typing import Self

import attrs

from trio_live._values import value
from trio_live.live._pages._base._spec import LiveSpec


@value
class Page:
    """A builder over a `LiveSpec`. Immutable: every method returns a new builder, so a half-built one can be shared."""

    spec: LiveSpec = attrs.field(factory=LiveSpec)
    """Everything chosen so far."""

    def _with(self, spec: LiveSpec) -> Self:
        return attrs.evolve(self, spec=spec)
