"""A recorded session, played through the lanes of a new one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import attrs

from trio_live._tasks import open_service_nursery
from trio_live.errors import SessionFailed
from trio_live.lanes._internal import SessionPlan
from trio_live.live import Live, LiveHandle, LiveSpec
from trio_live.live._internal import compile_plan, open_live
from trio_live.recording import WireEntry
from trio_live.recording._internal import acts_of
from trio_live.replay._acts import play_acts
from trio_live.replay._connections import connections_of, platform_of
from trio_live.replay._stand_ins import without_servers
from trio_live.replay._tape import Tape
from trio_live.resilience import NO_RECONNECT, ReconnectPolicy
from trio_live.state import MemoryJournalSink, Mutation, State
from trio_live.transport import GoogleAI, Vertex
from trio_live.wire import Platform


class ReplaySession:
    """A session whose server is a recording."""

    def __init__(self, handle: LiveHandle, tape: Tape, journal: MemoryJournalSink | None) -> None:
        self.handle = handle
        """The session: its events, its State, everything."""
        self.refused: list[str] = []
        """What the program asked for when it was recorded, and what now fails: a sentence each."""
        self._tape = tape
        self._journal = journal

    def release(self) -> None:
        """Let the frames behind the handshake flow. Subscribe before."""
        self._tape.release()

    async def drained(self) -> None:
        """Wait until every frame was given out and handled, and the recorded session would be over, or this one is.

        Cancellation: harmless.
        """
        await self._tape.drained.wait()

    def outbound_frames(self) -> list[bytes]:
        """Every frame the session sent, the setup included, in order."""
        return list(self._tape.sent)

    def journal(self) -> list[Mutation]:
        """Every mutation of the State, oldest first; of a State of the builder's own, those that it remembers."""
        return self.handle.state.recent_mutations() if self._journal is None else self._journal.mutations()

    async def disconnect(self) -> None:
        """End the session.

        Cancellation: it ends all the same.
        """
        await self.handle.disconnect()


@asynccontextmanager
async def replay_session(live: Live, entries: Sequence[WireEntry]) -> AsyncGenerator[ReplaySession, None]:
    """A session of an agent with a recorded server. Nothing goes to any network, and nothing is saved or recorded.

    No MCP server is started: its tools are those of the recorded setup, and answer as they did.

    What the server sent is given out at the times at which it was recorded, by Trio's clock: under a clock that jumps
    (`trio.testing.MockClock` with ``autojump_threshold=0``) it takes no time. What the program asked of the session then
    (typed words, sound, pictures, keys, transitions) is asked of it again; what the session sends is kept, and answered
    by nobody. A recording of an earlier version does not hold what the program asked for: nothing is asked.

    Args:
        live: the agent; `recorded_agent` makes the one that was recorded, as far as the recording tells.
        entries: from `read_recording`.

    Raises:
        ConfigError: the recording holds no session, or asks for what this version does not know, or the agent cannot
            work.
        ConnectError: the recorded server refused the setup.

    Cancellation: the session is closed in order.
    """
    connections = connections_of(entries)
    acts_of(entries)  # whatever is not known in it is told now
    tape = Tape(connections, entries)
    endpoint = GoogleAI("-") if platform_of(connections) is Platform.GOOGLE_AI else Vertex("project", "global", "-")
    journal = MemoryJournalSink() if live.spec.state is None else None
    state = live.spec.state or State(clock=tape.wall_clock, sinks=[] if journal is None else [journal])
    notes = None if isinstance(live.spec.notes, Path) else live.spec.notes
    spec = attrs.evolve(
        without_servers(live.spec, connections),
        state=state,
        persistence=None,
        recording=None,
        notes=notes,
        timeline=None,
    )
    if "sessionResumption" not in connections[0].setup and spec.resumption is None:
        spec = attrs.evolve(spec, resumption=False)  # it was recorded over a connection that could not be dialled again

    def plan(spec: LiveSpec) -> SessionPlan:
        made = compile_plan(spec, endpoint, tape.dial)
        return attrs.evolve(made, reconnect=_policy(made.reconnect, len(connections)))

    with _recorded_times(state, tape):
        async with open_live(spec, plan) as handle, open_service_nursery("the replay is over") as nursery:
            replay = ReplaySession(handle, tape, journal)
            nursery.start_soon(play_acts, handle, tape, entries, replay.refused)
            nursery.start_soon(_drain_when_over, handle, tape)
            yield replay


async def _drain_when_over(handle: LiveHandle, tape: Tape) -> None:
    """A session that ends before its recording takes nothing more of it."""
    with suppress(SessionFailed):
        await handle.done()
    tape.drained.set()


@contextmanager
def _recorded_times(state: State, tape: Tape) -> Generator[None, None, None]:
    """A State without a clock has that of the recording while the block lasts."""
    if state.clock is not None:
        yield
        return
    state.clock = tape.wall_clock
    try:
        yield
    finally:
        state.clock = None


def _policy(policy: ReconnectPolicy, connections: int) -> ReconnectPolicy:
    """Dial as it was recorded: when the tape says, and with nothing left to chance."""
    if connections == 1:
        return NO_RECONNECT
    return attrs.evolve(policy, attempts=max(policy.attempts, 1), first_delay=0.0, jitter=0.0)
