"""What a rule wanted done, and was not done."""

from __future__ import annotations

from trio_live.errors._base import LiveError


class EffectTimeout(LiveError, TimeoutError):
    """An effect of a rule took longer than its policy allows, and was given up; those after it were not begun."""

    def __init__(self, source: str, effect: str, timeout: float) -> None:
        super().__init__(source, effect, timeout)
        self.source = source
        """The rule's name."""
        self.effect = effect
        """The kind of effect."""
        self.timeout = timeout
        """How long it was allowed to take, in seconds."""

    def __str__(self) -> str:
        return f"{self.effect}, which the rule {self.source!r} wanted, took longer than {self.timeout:g} s"
