"""The conversation's part of a handle: where the talk stands, why, and how to move it."""

from __future__ import annotations

from typing import Any, TypeVar, overload

import trio

from trio_live._typing import Json
from trio_live.control._internal import Asking, Conversation, RequestedTransitions
from trio_live.conversation import Answer, TranscriptWindow
from trio_live.errors import ConfigError
from trio_live.phases._internal import Explanation, explain

T = TypeVar("T")


class ConversationHandle:
    """What can be asked of the talk of a running session, and asked for."""

    _conversation: Conversation
    _requested: RequestedTransitions
    _asking: Asking

    async def ask(self, text: str, *, wait_for_tools: bool = True) -> Answer:
        """Send a typed user turn, and wait for the answer that belongs to it.

        Whoever asks while an earlier question waits is sent after that was answered. When this returns, everything that
        belongs to the answer was handled: callbacks, extractors, phases, and what they wrote into the State. Which turn is
        the answer, also when reminders, results of functions, interruptions or reconnects come between, is on the page on
        turns and transcripts. The model may stay silent, so put `trio.fail_after` around it.

        Args:
            text: the question.
            wait_for_tools: functions that run on beside the talk, and what the model says of their results, belong to the
                answer. Without it, the answer is what is said until the model falls silent.

        Returns:
            The answer. One that was interrupted, or cut with its connection, is returned so far as it came.

        Raises:
            TypeError: ``text`` is not a string.
            RuntimeError: called from a callback of this session, which would wait for itself.
            LocalProtocolError: the model takes no text.
            SessionClosed: the session is over, or ended before the answer was.

        Cancellation: nothing was sent, or the question was sent and nobody waits for its answer any more, which becomes
        part of the talk as any other.
        """
        return await self._asking.ask(text, with_results=wait_for_tools)

    @property
    def transcript(self) -> TranscriptWindow:
        """What was said so far, turn by turn: the newest fifty turns and the one in progress, as they are now.

        In each turn the user's words come first, then the functions that were called, then the model's words; finals come
        as callbacks and events in another order, which is that of the API.
        """
        buffer = self._conversation.buffer
        return buffer.snapshot_window_with_current(buffer.retained_count(), trio.current_time())

    @property
    def conversation_phase(self) -> str | None:
        """Where the talk stands: the name of the current `Phase`; ``None`` without phases."""
        return self._conversation.phase

    @property
    def agent(self) -> str | None:
        """Who speaks now; ``None`` where the call has no agents."""
        roster = self._conversation.roster
        return None if roster is None else roster.current.name

    async def transfer_to(self, agent: str, reason: str = "asked for") -> bool:
        """Hand the call over to another agent.

        Functions that run come to their end first, within a few seconds. The new agent speaks at once while nobody does,
        and at the end of the turn while the model does. From within a function call it takes over when the call has
        returned. To hand over to whoever speaks already does nothing.

        Args:
            agent: its name.
            reason: Stands in the event.

        Returns:
            True: it speaks now. False: this was called from one of the session's own callbacks, and it takes over as soon
            as that has returned.

        Raises:
            ConfigError: there is no such agent.
            SessionClosed: the session is over.

        Cancellation: the call is handed over all the same.
        """
        return await self._requested.ask_for_agent(agent, reason)

    @overload
    def extracted(self, name: str) -> Json: ...
    @overload
    def extracted(self, name: str, type: type[T]) -> T | None: ...
    def extracted(self, name: str, type: Any = None) -> Any:  # noqa: A002 - as State calls it
        """What an extractor found last; ``None`` when it has found nothing yet.

        Args:
            name: the extractor's.
            type: what to convert to, such as the class it fills. Without it the JSON comes as it was found.

        Raises:
            StateError: what was found is not of that type.
        """
        return self._conversation.state.try_get(name, type=type)

    async def transition_to(self, phase: str, reason: str = "asked for") -> bool:
        """Move the talk to a phase, whatever guards and requirements say.

        The hooks of both phases run, and what the new one says is said: at once while nobody speaks, at the end of the
        turn while the model does. From within a function call the new instruction and declarations go out before the
        call's answer, where the model has ``contextUpdate``.

        Args:
            phase: Its name; the current one is entered anew.
            reason: Stands in the event and the record.

        Returns:
            True: it has moved. False: this was called from one of the session's own callbacks, and moves as soon as
            that has returned.

        Raises:
            ConfigError: there is no such phase.
            SessionClosed: the session is over.

        Cancellation: the talk moves all the same.
        """
        return await self._requested.ask(phase, reason)

    def explain(self) -> Explanation | None:
        """Where the talk stands, with the truth of each guard, need and requirement; ``None`` without phases."""
        machine = self._conversation.machine
        return None if machine is None else explain(machine.phases, machine.current, self._conversation.state)

    def why_blocked(self, phase: str) -> tuple[str, ...]:
        """What keeps the talk from moving on to a phase, as sentences; none when the way is open.

        Args:
            phase: its name.

        Raises:
            ConfigError: there is no such phase.
        """
        machine = self._conversation.machine
        if machine is None or phase not in machine.phases:
            raise ConfigError(f"there is no phase {phase!r}")
        return explain(machine.phases, machine.current, self._conversation.state).why_blocked(phase)
