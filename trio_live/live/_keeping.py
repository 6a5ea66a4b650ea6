"""What is kept of a session while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import trio

from trio_live import events, wire_events
from trio_live._typing import Seconds
from trio_live.control._internal import Conversation
from trio_live.conversation._internal import format_turns, redacted_turn
from trio_live.lanes import CLOSING
from trio_live.lanes._internal import SessionParts
from trio_live.live._clock import session_clock
from trio_live.live._restoring import Past
from trio_live.persistence import SessionPersistence, SessionSnapshot
from trio_live.persistence._internal import Saver, stamp
from trio_live.phases._internal import TURN_COUNT_KEY
from trio_live.session._internal import SessionProtocol

SUMMARY_TURNS: Final = 5
"""Turns that the summary of a snapshot tells."""


class SessionKeeper:
    """Makes the snapshots of one conversation, and has them saved.

    Args:
        conversation: what is kept.
        protocol: knows the resumption handle and the model.
        saver: saves.
        clock: seconds since the epoch.
        handle_at: when the server gave the handle that the session begins with.
    """

    def __init__(
        self,
        conversation: Conversation,
        protocol: SessionProtocol,
        saver: Saver,
        clock: Callable[[], Seconds],
        *,
        handle_at: Seconds | None = None,
    ) -> None:
        self._talk = conversation
        self._protocol = protocol
        self._saver = saver
        self._clock = clock
        self._handle_at = handle_at

    def save_soon(self) -> None:
        """Something has happened that is worth keeping."""
        self._saver.offer(self._snapshot())

    def note_handle(self, update: wire_events.SessionResumeUpdate) -> None:
        """The server says whether the session can be resumed, and how."""
        if update.resumable:
            self._handle_at = self._clock()
            self.save_soon()

    async def run(self) -> None:
        """Save beside the conversation.

        Cancellation: nothing more is saved, but for what `finish` saves.
        """
        await self._saver.run()

    async def finish(self) -> None:
        """Save how the conversation ended; `run` must have ended.

        Cancellation: waits all the same, for as long as `CLOSING` says.
        """
        await self._saver.finish(self._snapshot(), CLOSING["save"])

    def _snapshot(self) -> SessionSnapshot:
        talk, protocol, now = self._talk, self._protocol, self._clock()
        to_epoch = now - trio.current_time()
        turns = [redacted_turn(turn, talk.state.redaction) for turn in talk.buffer.all_turns()]
        return SessionSnapshot(
            saved_at=stamp(now),
            model=protocol.setup.model,
            phase=talk.phase or "",
            turn_count=talk.state.get(TURN_COUNT_KEY, 0, type=int),
            resume_handle=protocol.resumption.newest,
            resume_handle_at=None if self._handle_at is None else stamp(self._handle_at),
            transcript_summary=format_turns(turns[-SUMMARY_TURNS:]),
            transcript=tuple(attrs.evolve(turn, timestamp=turn.timestamp + to_epoch) for turn in turns),
            state=talk.state.to_dict(redacted=True),
        )


def keeper_of(
    backend: SessionPersistence, session_id: str, parts: SessionParts, conversation: Conversation, past: Past | None
) -> SessionKeeper:
    """What has a session saved.

    Args:
        backend: where.
        session_id: under which name.
        parts: of the session.
        conversation: what is kept.
        past: what the session goes on from.
    """

    def tell(failure: str) -> None:
        if not parts.router.post(wire_events.Error(failure)):
            parts.events.publish(events.Error(failure))

    return SessionKeeper(
        conversation,
        parts.protocol,
        Saver(backend, session_id, tell),
        session_clock(parts.state),
        handle_at=None if past is None else past.handle_at,
    )
