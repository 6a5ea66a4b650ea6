"""From a builder and a script to a `Run`: in memory and in virtual time, or over a real socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final, TypeAlias

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from trio_live._tasks import open_service_nursery
from trio_live._typing import CallbackErrors, Seconds
from trio_live.conversation import TranscriptWindow
from trio_live.conversation._internal import redacted_turn
from trio_live.live import Live, LiveHandle
from trio_live.state import State
from trio_live.testing._player import Player
from trio_live.testing._record import Record
from trio_live.testing._run import NotSettled, Run
from trio_live.testing._script import Script
from trio_live.transport import memory_transport_pair
from trio_live.wire import Platform, Setup

Talk: TypeAlias = Callable[[LiveHandle], Awaitable[object]]
"""What the user does meanwhile: sends words, plays sound, looks at the state."""

_A_MOMENT: Final[Seconds] = 0.005
"""How long a client gets to handle a frame that reached it over a socket, before the next is sent."""


async def play(
    live: Live,
    script: Script,
    *,
    during: Talk | None = None,
    platform: Platform = Platform.GOOGLE_AI,
    callback_errors: CallbackErrors = "raise",
) -> Run:
    """Hold a session with a scripted server, in memory.

    The run is over when the script is played, ``during`` has returned, every call that was not cancelled is answered,
    and nothing has happened for the script's settle window; or when the connection has ended. Under a clock that jumps
    (`trio.testing.MockClock` with ``autojump_threshold=0``) none of the waiting takes time.

    Args:
        live: the agent.
        script: the server.
        during: the user.
        platform: whose dialect the server speaks.
        callback_errors: what a callback that raises does; by default its exception comes out of here.

    Raises:
        NotSettled: an answer, an awaited turn or quiet did not come within 30 seconds.
        ConnectError: the setup was not accepted.
        Exception: whatever a callback or ``during`` raised.

    Cancellation: the session is closed in order.
    """
    near, far = memory_transport_pair()
    player = Player(script, wait_all_tasks_blocked)
    connection = live.callback_errors(callback_errors).connect_with_transport(near, platform=platform)
    async with open_service_nursery("the run is over") as nursery:
        nursery.start_soon(player.serve, far, platform)
        return await _hold(connection, player, during)


async def play_over_socket(
    live: Live,
    script: Script,
    *,
    during: Talk | None = None,
    platform: Platform = Platform.GOOGLE_AI,
    callback_errors: CallbackErrors = "raise",
) -> Run:
    """As `play`, over a WebSocket on this machine and in real time.

    ``script``, ``during`` and ``callback_errors`` are those of `play`.
    """
    from trio_live.emulator import open_emulator  # here, so that tests in memory start without a server

    player = Player(script, partial(trio.sleep, _A_MOMENT))
    live = live.callback_errors(callback_errors)
    async with open_emulator(handler=player.serve) as emulator:
        if platform is Platform.VERTEX:
            connection = live.connect_vertex("project", "global", "any-token", base_url=emulator.url)
        else:
            connection = live.connect_google_ai("any-key", base_url=emulator.url)
        return await _hold(connection, player, during)


def play_now(
    live: Live,
    script: Script,
    *,
    during: Talk | None = None,
    platform: Platform = Platform.GOOGLE_AI,
    callback_errors: CallbackErrors = "raise",
) -> Run:
    """As `play`, for tests that are plain functions: runs Trio itself, with a clock that jumps.

    ``script``, ``during`` and ``callback_errors`` are those of `play`.
    """

    async def main() -> Run:
        return await play(live, script, during=during, platform=platform, callback_errors=callback_errors)

    return trio.run(main, clock=MockClock(autojump_threshold=0))


async def _hold(connection: AbstractAsyncContextManager[LiveHandle], player: Player, during: Talk | None) -> Run:
    record = Record(player.note_sign_of_life)
    player.when_handled = record.arrange
    async with open_service_nursery("the run is over") as nursery:
        async with connection as session:
            nursery.start_soon(record.watch, session, session.events())
            state = session.state
            player.begin.set()
            if during is not None:
                await during(session)
            player.released.set()
            await player.over.wait()
            if player.hung_up:
                await session.done()
        await record.finished.wait()
    run = _result(player, record, state)
    if player.problem is not None:
        raise NotSettled(_complaint(player, run), run)
    return run


def _result(player: Player, record: Record, state: State) -> Run:
    first, *rest = player.messages
    turns = (redacted_turn(turn, state.redaction) for turn in record.transcript)
    return Run(
        events=tuple(record.seen),
        transcript=TranscriptWindow(tuple(turns)),
        state=state,
        setup=first.setup or Setup(),
        sent=tuple(rest),
        asked=tuple(player.asked),
        cancelled=frozenset(player.cancelled),
        unplayed=player.script.steps[player.played :],
    )


def _complaint(player: Player, run: Run) -> str:
    steps = player.script.steps
    where = f"at step {player.played + 1} of {len(steps)}, {steps[player.played]}" if run.unplayed else "at its end"
    complaint = f"the script stopped {where}: {player.problem}"
    if run.unanswered:
        calls = ", ".join(f"{call.id} ({call.name})" for call in run.unanswered)
        complaint += f"; without an answer: {calls}"
    return complaint
