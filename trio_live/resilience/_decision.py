"""What to do about a lost connection: dial again, and how the talk goes on there; or give up, and why. Pure.

One gap is one value. It is opened when a connection is lost or left, it goes from value to value with every dial that
fails, and it is forgotten when a new connection is up. The rules, in the order in which they are asked:

1. A session that never was connected, or whose user wants no reconnecting, gives up.
2. A close that no other dial would mend (`CloseKind.is_passing`) gives up.
3. So does a gap with too many dials, or one that has lasted too long.
4. A handle is used while there is one: the newest first. The server's word that it is none, or two refusals in a row,
   drop it. A dial that met nobody says nothing about the handle.
5. Without one, the talk is told anew from its transcript where the model takes history, and else begins from nothing.
"""

from __future__ import annotations

import enum
from typing import Final, TypeAlias

import attrs

from trio_live._continuation import Continuation
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.resilience._policy import REFUSALS, ReconnectPolicy, usable
from trio_live.session import CloseKind, CloseRow
from trio_live.session._internal import Handle
from trio_live.wire import Platform


class Stage(enum.Enum):
    """What was going on when the connection was lost."""

    OPENING = "the session was never connected"
    SERVING = "the connection was up"
    DIALLING = "it was being replaced"


@value(kw_only=True)
class Means:
    """What a session has to go on with."""

    policy: ReconnectPolicy
    platform: Platform
    has_history: bool
    """Whether there is a transcript, and the model takes one."""


@value(kw_only=True)
class Gap:
    """The time between two connections, as far as it has lasted."""

    since: Seconds
    handles: tuple[Handle, ...] = ()
    """That may still be used, the newest first."""
    dials: int = 0
    """That failed in this gap."""
    refusals: int = 0
    """In a row, of dials with the newest handle."""
    once_used: bool = False
    """Whether the one fresh session was tried that a model's failure is worth."""


@value(kw_only=True)
class Dial:
    """The next connection."""

    continuation: Continuation
    """How the talk goes on in it, if it comes up."""
    handle: str | None = None
    delay: Seconds = 0.0
    attempt: int = 1
    """Of this gap, from 1."""


@value
class GiveUp:
    """There will be no other connection."""

    why: str | None
    """What kept this side from dialling again; ``None`` where the close itself says it."""


Verdict: TypeAlias = Dial | GiveUp

_OF_SESSIONS: Final = range(1007, 5000)
"""Codes with which a server ends a session. Others, and dials that met nobody, say nothing about a handle."""


def decide(
    gap: Gap, row: CloseRow, stage: Stage, means: Means, *, now: Seconds, chance: float, tried: Dial | None = None
) -> tuple[Gap, Verdict]:
    """What follows a loss, or a dial that failed.

    Args:
        gap: as it stands.
        row: what the close comes to; for a dial that met nobody, what a broken connection does.
        stage: what was going on.
        means: what there is to go on with.
        now: this instant.
        chance: from 0 to 1, for the delay.
        tried: the dial that failed; ``None`` when a connection was lost.

    Returns:
        The gap as it stands now, and what to do.
    """
    gap = _after(gap, row, tried)
    policy = means.policy
    if stage is Stage.OPENING:
        return gap, GiveUp(None)
    if not policy.attempts or not row.kind.is_passing:
        return gap, GiveUp(None)
    if row.kind is CloseKind.RETRY_ONCE:
        if gap.once_used:
            return gap, GiveUp("the model failed again in a fresh session")
        gap = attrs.evolve(gap, once_used=True, handles=())
    if gap.dials >= policy.attempts:
        return gap, GiveUp(f"{gap.dials} dials in a row have failed")
    delay = policy.delay(gap.dials + 1, chance)
    if now + delay > gap.since + policy.within:
        return gap, GiveUp(f"nothing came of it within {policy.within:g} s")
    return gap, next_dial(gap, means, now=now, delay=delay)


def next_dial(gap: Gap, means: Means, *, now: Seconds, delay: Seconds = 0.0) -> Dial:
    """The best connection that can be had: by the newest usable handle, from the transcript, from nothing."""
    handle = next((each.text for each in gap.handles if usable(now - each.given_at, means.platform)), None)
    if handle is not None:
        how = Continuation.RESUMED
    else:
        how = Continuation.RESEEDED if means.has_history else Continuation.LOST
    return Dial(continuation=how, handle=handle, delay=delay, attempt=gap.dials + 1)


def renewing(means: Means) -> Dial:
    """The connection for what can only be said in a new setup. No handle: the server would go on as it was set up."""
    return Dial(continuation=Continuation.RESEEDED if means.has_history else Continuation.NEW)


def _after(gap: Gap, row: CloseRow, tried: Dial | None) -> Gap:
    """The gap with what the last dial has taught."""
    if tried is None:
        dead = row.kind is CloseKind.RETRY_WITHOUT_HANDLE
        return attrs.evolve(gap, handles=gap.handles[1:]) if dead else gap
    gap = attrs.evolve(gap, dials=gap.dials + 1)
    if tried.handle is None:
        return gap
    refusals = gap.refusals + (row.code in _OF_SESSIONS)
    if row.kind is CloseKind.RETRY_WITHOUT_HANDLE or refusals >= REFUSALS:
        others = tuple(each for each in gap.handles if each.text != tried.handle)
        return attrs.evolve(gap, handles=others, refusals=0)
    return attrs.evolve(gap, refusals=refusals)
