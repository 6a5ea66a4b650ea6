"""What the program asked of its session, asked again.

Each act begins at its time, when everything before it has been handled, in a task of its own: a question waits for its
answer while other things are said. One that was given up is given up again, when it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from inspect import isawaitable
from operator import attrgetter

import attrs
import trio
from trio.testing import wait_all_tasks_blocked

from trio_live._tasks import cancel
from trio_live._wording import describe
from trio_live.live import LiveHandle
from trio_live.recording import WireEntry
from trio_live.recording._internal import Act, acts_of, given_up_in
from trio_live.replay._tape import Tape


@attrs.define
class _Player:
    """Asks again.

    Args:
        handle: of the session that is replayed.
        tape: tells when.
        refused: gets a sentence for each act that was done and now is not.
    """

    handle: LiveHandle
    tape: Tape
    refused: list[str]
    given_up: frozenset[int]
    scopes: dict[int, trio.CancelScope] = attrs.field(factory=dict)

    async def play(self, entries: Sequence[WireEntry]) -> None:
        acts = {entry.seq: act for entry, act in acts_of(entries)}
        async with trio.open_nursery() as nursery:
            for entry in entries:
                number, act = given_up_in(entry), acts.get(entry.seq)
                if number is None and act is None:
                    continue
                await self.tape.wait_for(entry, gated=True)
                if number in self.scopes:
                    cancel(self.scopes[number], "it was given up when it was recorded")
                if act is not None:
                    self.scopes[act.number] = trio.CancelScope()
                    nursery.start_soon(self._ask, act)
            await wait_all_tasks_blocked()
            self.tape.asked.set()

    async def _ask(self, act: Act) -> None:
        try:
            with self.scopes[act.number]:
                found = _wish(self.handle, act)()
                if isawaitable(found):
                    await found
        except Exception as problem:  # noqa: BLE001  # whatever a session says to it: the replay goes on
            if act.number not in self.given_up:
                self.refused.append(f"{act.verb} was done, and now fails: {describe(problem)}")


async def play_acts(handle: LiveHandle, tape: Tape, entries: Sequence[WireEntry], refused: list[str]) -> None:
    """Ask of a session what was asked of the recorded one.

    Args:
        handle: of the session.
        tape: tells when.
        entries: the recording.
        refused: gets a sentence for each act that was done and now is not.
    """
    given_up = frozenset(number for entry in entries if (number := given_up_in(entry)) is not None)
    await _Player(handle, tape, refused, given_up).play(entries)


def _wish(handle: LiveHandle, act: Act) -> Callable[[], object]:
    if act.verb == "microphone_muted":
        return lambda: setattr(handle, act.verb, act.given["muted"])
    owner = attrgetter(act.of)(handle) if act.of else handle
    return partial(getattr(owner, act.verb), **act.given)
