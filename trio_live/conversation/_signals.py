"""SessionSignals: what the wire says, kept as ``session:`` keys of the State.

The keys are for guards, watchers and templates. They run a little ahead of the turn pipeline or behind it, so nothing
that controls the conversation may depend on them; in particular the transcript is not made from
``session:last_…_transcription``, which hold one fragment each and only while their turn lasts.

Two owners could claim ``session:phase``. Where the conversation has a phase machine it is the machine's, and this
class leaves it alone; the phase of the link is always in ``session:wire_phase``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from trio_live import wire_events
from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.conversation._session_type import SessionType
from trio_live.state import ABSENT, Absent, State
from trio_live.state._internal import as_owner
from trio_live.wire import UNKNOWN_MODEL, LiveModelProfile, Platform, UsageMetadata, duration
from trio_live.wire_events._internal import Passed, SoundRun

PREFIX: Final = "session:"


@value
class Signal:
    """One row of `SIGNALS`."""

    name: str
    """The key without its prefix."""
    written: str
    """When it is written, and what."""
    at_connected: Json | Absent = ABSENT
    """What `Connected` puts there."""
    restarts: bool = False
    """Every `Connected` puts that there (or, when it is absent, removes the key), not only the session's first."""


SIGNALS: Final = (
    Signal("connected_at_ms", "Connected: milliseconds since the session began"),
    Signal("interrupt_count", "Interrupted: one more", at_connected=0),
    Signal("error_count", "Error: one more", at_connected=0),
    Signal("last_error", "Error: its text"),
    Signal("is_user_speaking", "VoiceActivityStart and VoiceActivityEnd", at_connected=False, restarts=True),
    Signal("is_model_speaking", "PhaseChanged: whether to ModelSpeaking", at_connected=False, restarts=True),
    Signal("phase", "PhaseChanged, without a phase machine only: the phase of the link"),
    Signal("wire_phase", "PhaseChanged: the phase of the link"),
    Signal("go_away_received", "GoAway: true", at_connected=False, restarts=True),
    Signal("go_away_time_left", "GoAway with a time: as the wire writes it", restarts=True),
    Signal("go_away_time_left_ms", "GoAway with a time: in milliseconds", restarts=True),
    Signal("resumable", "SessionResumeUpdate", at_connected=False, restarts=True),
    Signal("last_consumed_client_index", "SessionResumeUpdate with an index: as text"),
    Signal("session_type", "the first Connected: audio_only; the first video frame: audio_video"),
    Signal("total_token_count", "Usage that has it"),
    Signal("prompt_token_count", "Usage that has it"),
    Signal("response_token_count", "Usage that has it"),
    Signal("cached_content_token_count", "Usage that has it"),
    Signal("thoughts_token_count", "Usage that has it"),
    Signal("last_input_transcription", "each fragment: that fragment alone; removed when the turn is complete"),
    Signal("last_output_transcription", "each fragment: that fragment alone; removed when the turn is complete"),
    Signal("disconnected", "Disconnected: true", restarts=True),
    Signal("silence_ms", "each tick, once anything happened: milliseconds since the last activity"),
    Signal("elapsed_ms", "each tick while connected: milliseconds since this connection opened"),
    Signal(
        "remaining_budget_ms",
        "each tick while connected: milliseconds left of what the model allows such a session and a connection",
    ),
)
"""Every key written here. They tell of one run of one session, so none is to be taken back from a snapshot."""

_WHOLE: Final = {signal.name: PREFIX + signal.name for signal in SIGNALS}
_KEYS: Final = frozenset(_WHOLE.values())
_KEYS_BESIDE_PHASES: Final = _KEYS - {_WHOLE["phase"]}

ACTIVITY: Final = frozenset(
    {
        *(
            wire_events.VoiceActivityStart,
            wire_events.VoiceActivityEnd,
            wire_events.Interrupted,
            wire_events.PhaseChanged,
        ),
        *(
            wire_events.InputTranscription,
            wire_events.OutputTranscription,
            wire_events.AudioData,
            wire_events.TextDelta,
            wire_events.TextComplete,
        ),
        *(wire_events.TurnComplete, wire_events.Connected),
    }
)
"""Events that end a silence."""

Changes: TypeAlias = "dict[str, Json | Absent]"
"""What an event changes, by the names of `SIGNALS`; `ABSENT` removes."""


class SessionSignals:
    """Writes the keys of `SIGNALS` as the events go by.

    Edges of speech that the client's own detector heard are fed as `VoiceActivityStart` and `VoiceActivityEnd`.

    Args:
        state: Where the keys go.
        started_at: When the session began, on the clock of every ``now`` below.
        has_phase_machine: The conversation's phase machine owns ``session:phase``.
        abilities: Of the model: they tell how long a session and a connection may last.
    """

    def __init__(
        self,
        state: State,
        started_at: Seconds,
        *,
        has_phase_machine: bool = False,
        abilities: LiveModelProfile = UNKNOWN_MODEL[Platform.GOOGLE_AI],
    ) -> None:
        self._state = as_owner(state)
        self._abilities = abilities
        self._started_at = started_at
        self._has_phase_machine = has_phase_machine
        self._was_connected = False
        self._connected_at: Seconds | None = None
        self._active_at: Seconds | None = None
        self._type = SessionType.AUDIO_ONLY

    def session_type(self) -> SessionType:
        """What has been sent so far, which decides how long a connection may last."""
        return self._type

    def mark_video_sent(self) -> None:
        """A picture was sent. The first one changes the type of the session for good."""
        if self._type is not SessionType.AUDIO_VIDEO:
            self._type = SessionType.AUDIO_VIDEO
            self._put({"session_type": self._type.value})

    def tick(self, now: Seconds) -> None:
        """Write the keys that count time; about every 100 ms, whatever happened meanwhile."""
        changes: Changes = {}
        if self._active_at is not None:
            changes["silence_ms"] = _ms(now - self._active_at)
        if self._connected_at is not None:
            changes["elapsed_ms"] = elapsed = _ms(now - self._connected_at)
            changes["remaining_budget_ms"] = max(0, _ms(self._type.limit(self._abilities)) - elapsed)
        self._put(changes)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that is written here, whole."""
        return _KEYS_BESIDE_PHASES if self._has_phase_machine else _KEYS

    def on_event(self, event: wire_events.SessionEvent, now: Seconds) -> None:
        """`on_events`, for a single one."""
        self.on_events([(event, now)])

    def on_events(self, routed: Iterable[tuple[Passed, Seconds]]) -> None:
        """Write what ``routed`` events (each with its instant) change, all at once: what one changes back was never there."""
        changes: Changes = {}
        for event, now in routed:
            if isinstance(event, SoundRun):
                self._active_at = event.instants[-1]
                continue
            kind = type(event)
            if kind in ACTIVITY:
                self._active_at = now
            if kind in COUNTED:
                self._count(changes, COUNTED[kind])
            if kind in CHANGES:
                changes.update(CHANGES[kind](self, event, now))
        self._put(changes)

    def _put(self, changes: Changes) -> None:
        if changes:
            self._state.update({_WHOLE[name]: value for name, value in changes.items()})

    def connected(self, now: Seconds) -> Changes:
        """What a connection changes."""
        first, self._was_connected, self._connected_at = not self._was_connected, True, now
        changes: Changes = {
            signal.name: signal.at_connected
            for signal in SIGNALS
            if signal.restarts or (first and signal.at_connected is not ABSENT)
        }
        if first:
            changes["session_type"] = self._type.value
        return {**changes, "connected_at_ms": _ms(now - self._started_at)}

    def phase_changed(self, phase: str) -> Changes:
        """What another phase of the link changes."""
        if phase == "Disconnected":
            self._connected_at = None
        if self._has_phase_machine:
            return {"wire_phase": phase, "is_model_speaking": phase == "ModelSpeaking"}
        return {"wire_phase": phase, "phase": phase, "is_model_speaking": phase == "ModelSpeaking"}

    def disconnected(self) -> Changes:
        """What the end of the session changes."""
        self._connected_at = None
        return {"disconnected": True}

    def _count(self, changes: Changes, name: str) -> None:
        before = changes[name] if name in changes else self._state.get(PREFIX + name, 0, type=int)
        changes[name] = before + 1 if isinstance(before, int) else 1


def _go_away(time_left: Seconds | None) -> Changes:
    told: Changes = {"go_away_received": True}
    if time_left is not None:
        told.update(go_away_time_left=duration(time_left), go_away_time_left_ms=_ms(time_left))
    return told


def _resumption(update: wire_events.SessionResumeUpdate) -> Changes:
    told: Changes = {"resumable": update.resumable}
    if update.last_consumed_index is not None:
        told["last_consumed_client_index"] = str(update.last_consumed_index)
    return told


def _usage(usage: UsageMetadata) -> Changes:
    counters = {
        "total_token_count": usage.total_token_count,
        "prompt_token_count": usage.prompt_token_count,
        "response_token_count": usage.response_tokens,
        "cached_content_token_count": usage.cached_content_token_count,
        "thoughts_token_count": usage.thoughts_token_count,
    }
    return {name: value for name, value in counters.items() if value is not None}


def _ms(seconds: Seconds) -> int:
    return round(seconds * 1000)


COUNTED: Final[dict[type[wire_events.SessionEvent], str]] = {
    wire_events.Interrupted: "interrupt_count",
    wire_events.Error: "error_count",
}
"""Events that are one more of something, by its name."""

CHANGES: Final[dict[type[wire_events.SessionEvent], Callable[[SessionSignals, Any, Seconds], Changes]]] = {
    wire_events.Connected: lambda signals, _, now: signals.connected(now),
    wire_events.Disconnected: lambda signals, *_: signals.disconnected(),
    wire_events.PhaseChanged: lambda signals, event, _: signals.phase_changed(str(event.phase)),
    wire_events.VoiceActivityStart: lambda *_: {"is_user_speaking": True},
    wire_events.VoiceActivityEnd: lambda *_: {"is_user_speaking": False},
    wire_events.InputTranscription: lambda _, event, __: {"last_input_transcription": event.text},
    wire_events.OutputTranscription: lambda _, event, __: {"last_output_transcription": event.text},
    wire_events.TurnComplete: lambda *_: {"last_input_transcription": ABSENT, "last_output_transcription": ABSENT},
    wire_events.Usage: lambda _, event, __: _usage(event.usage),
    wire_events.Error: lambda _, event, __: {"last_error": event.message.encode(errors="replace").decode()},
    wire_events.GoAway: lambda _, event, __: _go_away(event.time_left),
    wire_events.SessionResumeUpdate: lambda _, event, __: _resumption(event),
}
"""What the events change besides."""
