"""What happens because nothing happens: ticks, quiet turns, the greeting's deadline, prompts that wait for silence.

Runs beside the control lane. It sees what never reaches that lane, sound above all, and leaves to it what is to be
decided there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from trio_live import events, wire_events
from trio_live._typing import Seconds
from trio_live.control._conversation import Conversation
from trio_live.control._speaking import Timings
from trio_live.control._timers import end_quiet_turns, keep_time
from trio_live.control._voice import (
    RulesFeed,
    VoiceRuntime,
    announce_fillers,
    release_when_free,
    reprompt,
    watch_greeting,
)
from trio_live.lanes._internal import Router
from trio_live.session._internal import SessionProtocol
from trio_live.wire_events._internal import Passed, SoundRun

_SIGNS_OF_LIFE = frozenset(
    {
        SoundRun,
        wire_events.TextDelta,
        wire_events.OutputTranscription,
        wire_events.ToolCall,
        wire_events.GenerationComplete,
        wire_events.TurnComplete,
    }
)
_OF_NO_INTEREST = frozenset({wire_events.PhaseChanged, wire_events.Oddity, wire_events.Usage})
"""What comes often, and says nothing of who speaks."""
_SPEECH_EDGES = frozenset({wire_events.VoiceActivityStart, wire_events.VoiceActivityEnd})

"""What the telemetry lane sees when the model answers after all. That lane also sees the end of speech, so what comes
after it there came after it on the wire; the control lane may be ahead."""


class Clocks:
    """The clocks of one conversation.

    Args:
        conversation: what they are about.
        voice: who speaks and who is heard.
        rules: feeds the session's own rules; ``None`` where there are none.
        timings: what is waited for.
        protocol: knows the running turn.
        router: takes ticks, and turns that are ended here.
        note: puts an event of our own on the control lane.
        publish: publishes a live event.
    """

    def __init__(
        self,
        conversation: Conversation,
        voice: VoiceRuntime,
        rules: RulesFeed | None,
        timings: Timings,
        *,
        protocol: SessionProtocol,
        router: Router,
        note: Callable[[wire_events.SessionEvent], None],
        publish: Callable[[events.LiveEvent], None],
    ) -> None:
        self._talk = conversation
        self._voice = voice
        self._rules = rules
        self._timings = timings
        self._protocol = protocol
        self._router = router
        self._note = note
        self._publish = publish

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """See what was routed: playback, greeting and soft turns go by it."""
        if self._talk.greeting is not None:
            self._talk.greeting.observe(routed)
        playback, soft = self._talk.playback, self._talk.soft_turn
        for event, now in routed:
            kind = type(event)
            if kind in _OF_NO_INTEREST:
                continue
            playback.observe(event, now)
            if kind is wire_events.InputTranscription:
                self._voice.user_acted(now)
            elif kind in _SIGNS_OF_LIFE:
                at = event.instants[-1] if isinstance(event, SoundRun) else now
                self._voice.model_acted(at, speaks=kind is not wire_events.ToolCall)
                if soft is not None:
                    soft.on_model_response()
            elif kind in _SPEECH_EDGES:
                self._voice.server_reports(now, starts=kind is wire_events.VoiceActivityStart)
            elif kind is wire_events.Connected:
                self._voice.connection_changed(now)

    async def run(self, begun: trio.Event) -> None:
        """Keep time once the conversation has begun.

        Cancellation: every clock stops.
        """
        await begun.wait()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep_time, self._talk, self._router, self._voice.catch_up)
            nursery.start_soon(end_quiet_turns, self._protocol, self._router)
            if self._talk.greeting is not None:
                nursery.start_soon(watch_greeting, self._talk.greeting, self._voice, self._note)
            if self._talk.pending is not None:
                nursery.start_soon(release_when_free, self._voice, self._talk.pending)
            if self._talk.options.voice.reprompts:
                nursery.start_soon(reprompt, self._voice, self._timings, self._publish)
            if self._talk.options.voice.fills:
                nursery.start_soon(announce_fillers, self._voice, self._timings, self._publish)
            if self._rules is not None:
                nursery.start_soon(self._rules.run)
