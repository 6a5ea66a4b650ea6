"""A whole replay, as a value that tests look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

import attrs
import trio
from trio.testing import MockClock

from trio_live import events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Json, JsonObject
from trio_live.conversation import TranscriptTurn
from trio_live.events import LiveEvent
from trio_live.events._internal import BY_THE_CLOCK, is_of_fast_lane
from trio_live.lanes import LiveEventStream
from trio_live.live import Live, LiveHandle
from trio_live.recording import WireEntry
from trio_live.replay._session import ReplaySession, replay_session
from trio_live.replay._steady import steady_scheduler
from trio_live.state import Absent, Mutation
from trio_live.state._internal import UNJOURNALED_KEYS
from trio_live.wire import ClientMessage, FunctionResponse, Setup, decode_client_message

E = TypeVar("E", bound=LiveEvent)

Change: TypeAlias = tuple[Json | Absent, Json | Absent]
"""What a key held before and after."""


@attrs.frozen(kw_only=True)
class Replayed:
    """What came of a replay. The same recording and the same agent give an equal one, each time."""

    fast: tuple[LiveEvent, ...]
    """What the fast lane published, in order: sound, text, pieces of transcripts."""
    control: tuple[LiveEvent, ...]
    """What the other lanes published, but for the figures that come by the clock."""
    state: JsonObject
    """The State as it was left, but for the keys that count time."""
    journal: dict[str, list[Change]]
    """Key → its changes, each as what was there before and after."""
    phase: str | None
    """The phase of the conversation at the end; ``None`` without phases."""
    sent: tuple[bytes, ...]
    """Every frame the session sent, the setup first."""
    transcript: tuple[tuple[str, str], ...]
    """What was said and typed: ``user`` or ``model``, and the words, one for each side of a turn, as in
    `LiveHandle.transcript`."""
    refused: tuple[str, ...]
    """What the program asked for when it was recorded, and what failed now: a sentence each."""

    @property
    def messages(self) -> tuple[ClientMessage, ...]:
        """What was sent, as messages."""
        return tuple(decode_client_message(frame) for frame in self.sent)

    @property
    def setup(self) -> Setup:
        """The first message."""
        return self.messages[0].setup or Setup()

    @property
    def tool_responses(self) -> tuple[FunctionResponse, ...]:
        """Every answer to a function call."""
        return tuple(
            answer
            for message in self.messages
            if message.tool_response is not None
            for answer in message.tool_response.function_responses or ()
        )

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """The events of one kind, a class of `trio_live.events`, or of its subclasses."""
        return tuple(event for event in (*self.fast, *self.control) if isinstance(event, kind))


def replay_now(live: Live, entries: Sequence[WireEntry]) -> Replayed:
    """Replay a recording to its end, on a clock of its own that jumps. For plain functions: it runs Trio itself.

    Args:
        live: the agent; `recorded_agent` makes the one that was recorded, as far as the recording tells.
        entries: from `read_recording`.

    Raises:
        ConfigError: the recording holds no session, or the agent cannot work.
        ConnectError: the recorded server refused the setup.
        Exception: whatever a callback raised under ``callback_errors="raise"``.
    """
    with steady_scheduler():
        return trio.run(_replay, live, entries, clock=MockClock(autojump_threshold=0))


async def _replay(live: Live, entries: Sequence[WireEntry]) -> Replayed:
    seen: list[LiveEvent] = []
    said: dict[int, TranscriptTurn] = {}
    async with open_service_nursery("the replay is over") as nursery:
        finished = trio.Event()
        async with replay_session(live, entries) as replay:
            nursery.start_soon(_collect, replay.handle, replay.handle.events(), seen, said, finished)
            replay.release()
            await replay.drained()
        await finished.wait()
    return _result(replay, seen, said)


async def _collect(
    handle: LiveHandle,
    stream: LiveEventStream[LiveEvent],
    into: list[LiveEvent],
    said: dict[int, TranscriptTurn],
    finished: trio.Event,
) -> None:
    async with stream:
        async for event in stream:
            into.append(event)
            if isinstance(event, events.TurnComplete):
                _note_turns(handle, said)
    finished.set()


def _note_turns(handle: LiveHandle, said: dict[int, TranscriptTurn]) -> None:
    """Keep the turns there are; the session itself forgets the oldest, and may put the newest right."""
    said.update((turn.turn_number, turn) for turn in handle.transcript)


def _result(replay: ReplaySession, seen: Sequence[LiveEvent], said: dict[int, TranscriptTurn]) -> Replayed:
    _note_turns(replay.handle, said)
    lasting = [event for event in seen if not isinstance(event, BY_THE_CLOCK)]
    state = replay.handle.state.to_dict()
    return Replayed(
        fast=tuple(event for event in lasting if is_of_fast_lane(event)),
        control=tuple(event for event in lasting if not is_of_fast_lane(event)),
        state={key: each for key, each in sorted(state.items()) if key not in UNJOURNALED_KEYS},
        journal=_by_key(replay.journal()),
        phase=replay.handle.conversation_phase,
        sent=tuple(replay.outbound_frames()),
        transcript=tuple(_sides(said.values())),
        refused=tuple(replay.refused),
    )


def _sides(turns: Iterable[TranscriptTurn]) -> Iterator[tuple[str, str]]:
    for turn in turns:
        for who, words in (("user", turn.user.strip()), ("model", turn.model.strip())):
            if words:
                yield who, words


def _by_key(mutations: Sequence[Mutation]) -> dict[str, list[Change]]:
    """Between lanes the order of writes is the scheduler's; of one key it is promised."""
    changes: dict[str, list[Change]] = {}
    for mutation in mutations:
        changes.setdefault(mutation.key, []).append((mutation.old, mutation.new))
    return dict(sorted(changes.items()))
