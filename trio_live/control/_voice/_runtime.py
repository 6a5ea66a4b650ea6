"""Who speaks and who is heard, and the rules that act on it: the session's reactor, and where its edges come from.

::

    the program's own detector ─┐
    the microphone's detector ──┼─▶ user_speaks ──edge──▶ LiveReactor (pure) ──reactions──▶ LiveEffectExecutor
    the server's reports ───────┘       ▲
    a player, or the length of the sound ┴ Playback ──▶ floor_is_free

Several may report the user's speech. It begins with the first of them and ends with the last, so there is one edge,
whoever reports it, and edges alternate. Where this side marks activity for the server, the server's own reports are
echoes of that and do not count: waiting for their end would keep the mark from being sent that brings it about.

An edge is believed in the instant in which it is reported, before anything waits. What the rules want done then is done
by the task that reported it, or, for the server's reports, in a task beside the lanes.

The reactor and its rules are loaded with the session where rules, a microphone, waiting context or the server's reports
will need them, and elsewhere with the first edge: a program that declares nothing does not open those rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import trio

from trio_live._typing import Seconds
from trio_live.control._speaking import PendingContext, Playback
from trio_live.control._voice._hushing import Hushing
from trio_live.control._voice._listens import Listens
from trio_live.control._voice._reacting import Reacting
from trio_live.events import LiveEvent
from trio_live.lanes._internal import PhaseWatch, RawWriter
from trio_live.session import SessionPhase

if TYPE_CHECKING:
    from trio_live.reactive import Reaction, ReactorEvent, ReactorRule
    from trio_live.telemetry import SessionTelemetry
    from trio_live.voice import SoftTurnDetector, VoiceRuntimeState


PROGRAM: Final = "the program"
MICROPHONE: Final = "the microphone"
SERVER: Final = "the server"
"""Who may report the user's speech."""


class VoiceRuntime:
    """The voices of one session.

    Args:
        writer: the raw writer.
        pending: what waits for the user's words, and the prompt; ``None`` where nothing waits.
        playback: of the model's sound.
        soft_turn: notices silence that the model chooses; ``None`` where nobody wants to know.
        hushing: says when the model must not hear the user.
        rules: beside those of every session.
        phases: of the link.
        telemetry: measures from the edges.
        catch_up: lets `Playback` and this see what was routed so far.
        marks_activity: whether this side marks the user's activity.
        publish: publishes a live event.
        beside: runs a function in a task of the session.
        report: told which rule failed, and how.
    """

    def __init__(
        self,
        writer: RawWriter,
        pending: PendingContext | None,
        playback: Playback,
        soft_turn: SoftTurnDetector | None,
        hushing: Hushing,
        *,
        rules: Sequence[ReactorRule],
        phases: PhaseWatch,
        telemetry: SessionTelemetry,
        catch_up: Callable[[], None],
        marks_activity: Callable[[], bool],
        publish: Callable[[LiveEvent], None],
        beside: Callable[..., None],
        report: Callable[[str, Exception], None],
    ) -> None:
        self.writer = writer
        self.pending = pending
        self.playback = playback
        self.phases = phases
        self.catch_up = catch_up
        self.hushing = hushing
        """Whether the model may hear the user."""
        self.microphone: Listens | None = None
        """Where this side listens; ``None`` where it does not."""
        self._soft_turn = soft_turn
        self._telemetry = telemetry
        self._marks_activity = marks_activity
        self._speakers: set[str] = set()
        self._quiet = trio.lowlevel.ParkingLot()
        self.reacting = Reacting(
            writer,
            pending,
            rules,
            floor_is_free=self.floor_is_free,
            publish=publish,
            beside=beside,
            report=report,
            count_drop=telemetry.drop,
        )
        """The rules, and what does their will."""
        telemetry.gauges["reactions"] = lambda: self.reacting.depth
        self.user_acted_at: Seconds = trio.current_time()
        """When the user last said or typed something, or the session began."""
        self._model_acted_at: Seconds = self.user_acted_at
        self._awaited_since: Seconds | None = None

    # -- looking ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> VoiceRuntimeState:
        """What is believed at this instant."""
        self.catch_up()
        return self._believe()

    @property
    def user_speaks(self) -> bool:
        """Whether anybody hears the user speak."""
        return bool(self._speakers)

    def model_is_audible(self) -> bool:
        """Whether the model speaks, or what it said is still being played."""
        self.catch_up()
        return self.phases.now is SessionPhase.MODEL_SPEAKING or self.playback.is_audible(trio.current_time())

    def floor_is_free(self) -> bool:
        """Whether nobody speaks, nothing is heard, and the model has nothing else to do."""
        self.catch_up()
        is_quiet = not self._speakers and self.phases.now is SessionPhase.ACTIVE
        return is_quiet and not self.playback.is_audible(trio.current_time())

    async def wait_floor(self) -> bool:
        """Wait until the floor is free; returns whether it is, or the session is over.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while not self.floor_is_free():
            if self._speakers:
                await self._quiet.park()
            elif self.phases.now is not SessionPhase.ACTIVE:
                if await self.phases.wait(SessionPhase.ACTIVE) is not SessionPhase.ACTIVE:
                    return False
            elif self.playback.has_player:
                await self.playback.wait_stopped()
            else:
                await trio.sleep_until(self.playback.ends_at)
        return True

    def silent_since(self) -> Seconds:
        """When anybody was heard last, or typed; what is still being played is heard until its end."""
        self.catch_up()
        return max(self.user_acted_at, self._model_acted_at, self.playback.ends_at)

    def awaited_since(self) -> Seconds | None:
        """Since when the user waits for the model's first word; ``None`` while they do not."""
        self.catch_up()
        is_quiet = not self._speakers and not self.playback.is_audible(trio.current_time())
        return self._awaited_since if is_quiet else None

    # -- what is reported ---------------------------------------------------------------------------------------

    async def user_speech_started(self, who: str = PROGRAM) -> None:
        """The user was heard to begin; what the rules want is done before this returns.

        Raises:
            SessionClosed: the session is over.

        Cancellation: the edge is believed; what the rules wanted may not have been done.
        """
        self.writer.check_open()
        self._telemetry.user_speech_started()
        self.catch_up()
        await self.reacting.executor.perform(self._started(who, trio.current_time()))

    async def user_speech_ended(self, who: str = PROGRAM) -> None:
        """The user was heard to stop; as `user_speech_started`."""
        self.writer.check_open()
        self._telemetry.user_speech_ended()
        self.catch_up()
        await self.reacting.executor.perform(self._ended(who, trio.current_time()))

    def server_reports(self, now: Seconds, *, starts: bool) -> None:
        """The server said that the user speaks, or stopped. What the rules want is done beside the lanes."""
        if not self._marks_activity():
            self.reacting.perform_later(self._started(SERVER, now) if starts else self._ended(SERVER, now))

    def user_acted(self, now: Seconds) -> None:
        """The user typed something, or the server understood something that was said."""
        self.user_acted_at = self._awaited_since = max(self.user_acted_at, now)

    def model_acted(self, now: Seconds, *, speaks: bool) -> None:
        """The model gave a sign of life; ``speaks``: and not by calling a function."""
        self._model_acted_at = max(self._model_acted_at, now)
        if speaks and self._awaited_since is not None and now >= self._awaited_since:
            self._awaited_since = None

    def connection_changed(self, now: Seconds) -> None:
        """Another connection: what the old server reported is over."""
        self.reacting.perform_later(self._ended(SERVER, now))

    async def playback_drained(self) -> None:
        """A player has played everything.

        Cancellation: it is believed; a prompt may not have been sent, and is still armed.
        """
        self.catch_up()
        self._note_audible(self.playback.drained(trio.current_time()))
        if self.pending is None and not self.reacting.rules:  # nobody has any use for it but the state
            self._react_drained()
            await trio.lowlevel.checkpoint()
        else:
            await self.reacting.executor.perform(self._react_drained())

    def playback_progressed(self, played: Seconds) -> None:
        """A player has played so much since the last interruption, or since the session began."""
        self.catch_up()
        self._note_audible(self.playback.progressed(played, trio.current_time()))

    def _note_audible(self, at: Seconds | None) -> None:
        if at is not None:
            self._telemetry.heard(at)

    async def playback_over(self) -> None:
        """The floor is free and a prompt is armed: as if a player had said so now."""
        await self.reacting.executor.perform_reporting(self._react_drained())

    async def playback_flushed(self) -> None:
        """What was not played yet was thrown away."""
        from trio_live.reactive import PlaybackFlushed

        self.catch_up()
        self.playback.flushed(trio.current_time())
        await self.reacting.executor.perform(self._react(PlaybackFlushed()))

    async def end_audio_stream(self) -> None:
        """The microphone is off.

        Cancellation: the user's turn may be over and the server not told.
        """
        if self.microphone is not None:
            await self.microphone.stop()
        if self.microphone is None or not self._marks_activity():
            await self.writer.end_audio_stream()

    def silenced(self) -> None:
        """The model was interrupted, by whomever."""
        if self.microphone is not None:
            self.microphone.silenced()

    async def soft_turn_completed(self) -> None:
        """The talk has moved on without an answer."""
        from trio_live.reactive import SoftTurnComplete

        if self.reacting.rules:
            await self.reacting.executor.perform_reporting(self._react(SoftTurnComplete()))

    async def consider(self, event: ReactorEvent) -> None:
        """Ask the rules about something that changes nothing in what is believed: others have seen to that."""
        await self.reacting.executor.perform_reporting(self._react(event))

    # -- the rules ----------------------------------------------------------------------------------------------

    def _believe(self) -> VoiceRuntimeState:
        has_prompt = self.pending is not None and self.pending.has_prompt()
        is_active = self.playback.is_audible(trio.current_time())
        return self.reacting.reactor.believe(playback_active=is_active, prompt_pending=has_prompt)

    def _react(self, event: ReactorEvent) -> list[Reaction]:
        self._believe()
        return self.reacting.reactor.react(event, trio.current_time())

    def _react_drained(self) -> list[Reaction]:
        from trio_live.reactive import PlaybackDrained

        return self._react(PlaybackDrained(self._believe().prompt_pending))

    def _started(self, who: str, now: Seconds) -> list[Reaction]:
        from trio_live.reactive import UserSpeechStarted

        self.user_acted(now)
        was_quiet = not self._speakers
        self._speakers.add(who)
        if not was_quiet:
            return []
        if self._soft_turn is not None:
            self._soft_turn.on_vad_start()
        return self._react(UserSpeechStarted())

    def _ended(self, who: str, now: Seconds) -> list[Reaction]:
        if who not in self._speakers:  # as with every new connection
            return []
        from trio_live.reactive import UserSpeechEnded

        self.user_acted(now)
        self._speakers.discard(who)
        if self._speakers:
            return []
        if self._soft_turn is not None:
            self._soft_turn.on_vad_end(now)
        self._quiet.unpark_all()
        return self._react(UserSpeechEnded(self._believe().prompt_pending))
