"""Whole sessions whose server says mutated frames: in memory and in virtual time, so that there are many of them.

The agent has everything that looks at what a server says: callbacks, phases, watchers, patterns, functions. What the
server says follows from a seed; so does what the client does meanwhile, and how the session is left.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import attrs
import trio
from trio.testing import MockClock

from tests.fuzz.corpus import frames
from tests.fuzz.mutation import Mutator
from tests.fuzz.seeds import play_seeds
from tests.fuzz.steps import Steps
from tests.peer import Peer, call, call_of, cancels, interrupted, said, tool_call, turn_complete
from trio_live import Live, LiveHandle, State, tool
from trio_live.errors import LinkLost
from trio_live.lanes import CLOSING
from trio_live.phases import Phase, Transition

LEAVING_WITHIN: Final = sum(CLOSING.values())
"""Virtual seconds; no end may take longer than its deadlines together."""
CODES: Final = (1000, 1001, 1007, 1008, 1011, 4000)
LEAVINGS: Final = ("block", "server", "cut", "exception", "cancellation")


class LeavingError(Exception):
    """The block's own."""


@attrs.define
class TalksReport:
    """What came of some sessions."""

    sessions: int = 0
    frames: int = 0
    ends: Counter[str] = attrs.field(factory=Counter)
    answered: int = 0
    cancelled: int = 0
    in_both: list[str] = attrs.field(factory=list)
    failures: list[str] = attrs.field(factory=list)
    longest_leaving: float = 0.0
    longest_step_ms: float = 0.0
    longest_step: str = ""

    def __str__(self) -> str:
        return (
            f"{self.sessions:,} sessions in memory, {self.frames:,} frames: {dict(self.ends)}; {len(self.failures)} failures; "
            f"{self.answered:,} calls answered, {self.cancelled:,} cancelled, {len(self.in_both)} both; longest leaving "
            f"{self.longest_leaving:.2f} s of virtual time; longest step {self.longest_step_ms:.1f} ms in {self.longest_step}"
        )


def fuzz_talks(first_seed: int, count: int, seconds: float = float("inf")) -> TalksReport:
    """So many sessions, or for so long; each in a run of its own, so that nothing can be left behind unseen."""
    mutator = Mutator(0, frames())

    def play(seed: int, report: TalksReport) -> Steps:
        report.sessions += 1
        steps = Steps(leaves_out="talks")
        trio.run(_talk, seed, mutator, report, clock=MockClock(autojump_threshold=0), instruments=[steps])
        return steps

    return play_seeds(first_seed, count, seconds, TalksReport, play)


async def _talk(seed: int, mutator: Mutator, report: TalksReport) -> None:
    pick = random.Random(seed)  # noqa: S311  # no secret
    mutator.seed(seed)
    peer, how, left_at = Peer(), pick.choice(LEAVINGS), 0.0
    cancelled: list[str] = []
    session: LiveHandle | None = None
    with trio.CancelScope() as scope:
        try:
            async with call(_agent(pick, cancelled), peer) as (session, _):
                report.frames += await _say(peer, session, mutator, pick)
                left_at = trio.current_time()
                await _leave(how, session, peer, scope)
        except LeavingError:
            pass
    assert session is not None
    assert session.ended is not None
    assert session.ended.error is None, repr(session.ended.error)
    if left_at:
        report.longest_leaving = max(report.longest_leaving, trio.current_time() - left_at)
    report.ends[how] += 1
    answered = {answer["id"] for answers in peer.answers for answer in answers if "id" in answer}
    report.answered += len(answered)
    report.cancelled += len(cancelled)
    report.in_both += [f"seed {seed}: {key}" for key in answered & set(cancelled)]


async def _say(peer: Peer, session: LiveHandle, mutator: Mutator, pick: random.Random) -> int:
    """A conversation: bursts of wrong frames, right ones between them, and a client that speaks. Returns how many."""
    number = 0
    for _ in range(pick.randrange(1, 12)):
        burst: list[Any] = [mutator.frame() for _ in range(pick.choice((1, 2, 10, 40)))]
        burst += [_right(pick) for _ in range(pick.randrange(4))]
        pick.shuffle(burst)
        try:
            await peer.send(*burst)
        except LinkLost:
            break  # a frame that tells an error has ended the session
        number += len(burst)
        if pick.random() < 0.3 and session.ended is None:
            await session.send_audio(bytes(640))
        await trio.sleep(pick.choice((0, 0, 0.1, 5)))
    return number


def _right(pick: random.Random) -> Any:
    ids = [f"id-{pick.randrange(6)}" for _ in range(pick.randrange(1, 4))]
    return pick.choice(
        (
            tool_call(*(call_of(pick.choice("fgh"), key) for key in ids)),
            cancels(*ids),
            said("so it is"),
            turn_complete(),
            interrupted(),
        )
    )


async def _leave(how: str, session: LiveHandle, peer: Peer, scope: trio.CancelScope) -> None:
    match how:
        case "server":
            peer.close(CODES[len(peer.received) % len(CODES)], "bye\x1b[2J")
            await session.done()
        case "cut":
            peer.end.cut()
            await session.done()
        case "exception":
            raise LeavingError
        case "cancellation":
            scope.cancel()
            await trio.sleep_forever()


def _agent(pick: random.Random, cancelled: list[str]) -> Live:
    @tool
    async def f() -> str:
        """At once."""
        await trio.lowlevel.checkpoint()
        return "f"

    @tool
    async def g() -> str:
        """Later."""
        await trio.sleep(pick.choice((0.05, 3)))
        return "g"

    async def note(ids: Sequence[str]) -> None:
        cancelled.extend(ids)

    async def count(state: State, _: Any) -> None:
        state.modify("turns", 0, lambda turns: turns + 1)

    a = Phase("a", "Be a.", transitions=[Transition("b", lambda state: state.get("turns", 0) > 1)])
    b = Phase("b", lambda state: f"Be b, {state.get('turns', 0)}.", transitions=[Transition("a", _thirsty)])
    live = Live.builder().model("gemini-3.8-live").tools(f, g).initial_phase("a").phases(a, b)
    live = live.on_tool_cancelled(note).on_turn_boundary(count).watch("turns").changed().then(_nothing)
    return live.when_turns("often", _always, 2, _nothing).when_sustained("long", _always, 3, _nothing)


def _thirsty(state: State) -> bool:
    return "water" in str(state.get("session:last_input_transcription", ""))


def _always(*_: Any) -> bool:
    return True


async def _nothing(*_: Any) -> None:
    await trio.lowlevel.checkpoint()
