"""What this side believes about the talk: who speaks, what plays, and whether a prompt waits.

Beliefs, because the speakers are somewhere else: the application reports what it plays and hears, and the server
reports what it sent. Every method returns the next state; which rule then acts on it is decided elsewhere.
"""

from __future__ import annotations

from typing import Self

import attrs

from trio_live._typing import Seconds


@attrs.frozen(kw_only=True)
class VoiceRuntimeState:
    """The voice side of a session at one moment."""

    user_speaking: bool = False
    """The user is believed to be speaking."""
    playback_active: bool = False
    """The model's audio is believed to be playing."""
    prompt_pending: bool = False
    """A deferred prompt is armed and waits for its moment."""
    prompt_epoch: int = 0
    """How many armed prompts speech has cancelled. Compare it before and after waiting to see whether yours was one."""
    last_barge_in_at: Seconds | None = None
    """When the user last began to speak."""
    last_playback_drained_at: Seconds | None = None
    """When playback last ran empty."""

    @property
    def may_prompt(self) -> bool:
        """Whether the model may be asked to speak: a prompt waits, and nobody would be talked over."""
        return self.prompt_pending and not self.user_speaking and not self.playback_active

    def audio_delivered(self) -> Self:
        """Audio of the model went out to the listener. Costs nothing while playback is already active."""
        return self if self.playback_active else attrs.evolve(self, playback_active=True)

    def interrupted(self) -> Self:
        """The server cut the model short, so what it had sent is not played on."""
        return attrs.evolve(self, playback_active=False) if self.playback_active else self

    def playback_flushed(self) -> Self:
        """What was not played yet was thrown away."""
        return self.interrupted()

    def playback_drained(self, *, prompt_pending: bool, now: Seconds) -> Self:
        """The listener has heard everything.

        Args:
            prompt_pending: Whether the queue of deferred context has an armed prompt.
            now: The instant, on the session's clock.
        """
        return attrs.evolve(self, playback_active=False, prompt_pending=prompt_pending, last_playback_drained_at=now)

    def user_speech_started(self, *, now: Seconds) -> Self:
        """The user speaks. Speech wins: an armed prompt is cancelled and counted.

        What plays is not over for that. It is when somebody stops it: the server, or whoever throws it away here. A short
        "mm-hm" stops nothing, and the model is as audible as before.
        """
        return attrs.evolve(
            self,
            user_speaking=True,
            prompt_pending=False,
            prompt_epoch=self.prompt_epoch + self.prompt_pending,
            last_barge_in_at=now,
        )

    def user_speech_ended(self, *, prompt_pending: bool) -> Self:
        """The user is quiet. While the model still plays, its end will bring the prompt up again.

        Args:
            prompt_pending: Whether the queue of deferred context has an armed prompt.
        """
        return attrs.evolve(self, user_speaking=False, prompt_pending=prompt_pending and not self.playback_active)
