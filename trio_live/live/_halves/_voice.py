"""The voice side of a running session: who speaks, what is played, what is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from trio_live.control._internal import VoiceRuntime
    from trio_live.voice import BackendVadSnapshot, PlaybackSnapshot, VoiceRuntimeState


class VoiceHandle:
    """What `LiveHandle` offers to microphones and players."""

    _voice: VoiceRuntime

    async def end_audio_stream(self) -> None:
        """The microphone is off: what was heard so far is to be understood now.

        Sending audio again reopens the stream. 3.8 models were measured to take no notice of the mark and to wait for
        silence: they are sent some instead, `LiveModelProfile.trailing_silence` and what ``vad(silence_duration_ms=…)``
        adds to it.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        await self._voice.end_audio_stream()

    async def user_speech_started(self) -> None:
        """Your own detector heard the user begin to speak.

        Begins the measurement of the answer's latency unless the server reports speech itself, disarms a deferred
        prompt (its context waits on), and marks the activity's start on the wire where the server was told not to
        detect activity (``vad(disabled=True)``). Marks alternate: a second start in a row sends nothing. Where a policy
        commits turns (`turn_commit`, `client_interruption_authority`), it decides about your edge as about one of the
        detector of this side, at the end of the sound that was sent so far: speech begins with the first who hears it,
        and ends with the last.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        await self._report_speech(starts=True)

    async def user_speech_ended(self) -> None:
        """Your own detector heard the user stop. As `user_speech_started`; the mark asks the model to answer.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was sent.
        """
        await self._report_speech(starts=False)

    async def _report_speech(self, *, starts: bool) -> None:
        voice = self._voice
        if voice.microphone is not None:
            await voice.microphone.report(starts=starts)
        else:
            await (voice.user_speech_started() if starts else voice.user_speech_ended())

    def playback_progress(self, played_ms: float) -> None:
        """A player has played so much of what `on_audio` was given. Waits for nothing.

        Reported now and then while it plays (each 100 ms, say), it tells what the listener has heard: an interrupted turn
        keeps so much of its transcript, and no more. It also measures how long the user waited for the first sound that was
        played, beside the first that came. Without reports nothing of an interrupted turn is kept.

        Args:
            played_ms: milliseconds of sound, counted from the last interruption or `playback_flushed`, or from the beginning.
                A player that still has to hear of an interruption may go on counting until ``on_interrupted`` has returned.

        Raises:
            TypeError: no number.
        """
        if not isinstance(played_ms, int | float):
            raise TypeError(f"played_ms is a number of milliseconds, not {type(played_ms).__name__}")
        self._voice.playback_progressed(played_ms / 1000)

    async def playback_drained(self) -> None:
        """What the model said has been played to its end: a deferred prompt may now be delivered.

        Delivers an armed prompt (`ContextDelivery.DEFERRED`), and lets a call end that a tool has ended. In a session in
        which nobody calls this, both happen when what was received must have been played and nobody speaks.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was sent, the prompt stays armed.
        """
        await self._voice.playback_drained()

    async def playback_flushed(self) -> None:
        """What of the model's speech was not played yet has been thrown away, by a wish of your own.

        An interruption says that by itself. The floor is free then: a deferred prompt may follow.

        Raises:
            SessionClosed: the session is over, and something was to be sent.

        Cancellation: it is believed all the same.
        """
        await self._voice.playback_flushed()

    async def flush_deferred_prompt(self) -> None:
        """The same as `playback_drained`, under the name that other bindings of this interface have for it.

        Cancellation: as there.
        """
        await self.playback_drained()

    @property
    def playback(self) -> PlaybackSnapshot:
        """What of the model's sound came, was played and was thrown away: one look, which does not change."""
        self._voice.catch_up()
        return self._voice.playback.snapshot(trio.current_time())

    @property
    def microphone_muted(self) -> bool:
        """Whether the model must not hear the user. Settable.

        What `send_audio` is given is then sent as silence of the same length: the model finds the end of what was said only
        while time passes for it. Whoever stops sending instead says so with `end_audio_stream`.
        """
        return self._voice.hushing.is_muted

    @microphone_muted.setter
    def microphone_muted(self, muted: bool) -> None:
        self._voice.hushing.is_muted = muted

    @property
    def input_vad_state(self) -> BackendVadSnapshot | None:
        """This side's own detector of speech at this moment; ``None`` where there is none. See `Live.input_vad`."""
        microphone = self._voice.microphone
        return None if microphone is None else microphone.snapshot()

    @property
    def voice_state(self) -> VoiceRuntimeState:
        """Who speaks, whether the model is heard, and whether a prompt waits: what is believed at this instant."""
        return self._voice.state
