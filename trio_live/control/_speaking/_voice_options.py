"""How this side listens to its user, as values: the builder's choices, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trio_live._values import value

if TYPE_CHECKING:
    from trio_live.voice import BackendInputVad, InputProcessor, TurnCommitConfig, VoiceTiming


@value(kw_only=True)
class VoiceOptions:
    """How this side listens. By default it does not: the server hears who speaks."""

    detector: Callable[[], BackendInputVad] | None = None
    """Makes what finds the edges of speech: each session gets its own."""
    processors: tuple[Callable[[], InputProcessor], ...] = ()
    """Make what changes the sound before anybody hears it, in their order: each session gets its own."""
    client_authority: bool = False
    """This side decides when the user's turn begins and ends, and when the model is interrupted."""
    commit: TurnCommitConfig | None = None
    """What makes turns of edges; ``None``: the usual one where this side decides, none elsewhere."""

    timings: tuple[tuple[str | None, VoiceTiming], ...] = ()
    """What is waited for, with the name of the phase for which that holds; ``None``: in the whole talk."""

    @property
    def reprompts(self) -> bool:
        """Whether the user may have to be asked."""
        return any(timing.reprompt_after_ms is not None for _, timing in self.timings)

    @property
    def fills(self) -> bool:
        """Whether somebody wants to know that the user waits."""
        return any(timing.filler_after_ms is not None for _, timing in self.timings)

    @property
    def listens(self) -> bool:
        """Whether this side has to hear its user."""
        return (
            self.detector is not None
            or self.client_authority
            or self.commit is not None
            or self.reprompts
            or self.fills
        )
