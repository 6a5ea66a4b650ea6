"""Every place where a function of the user is called, everything it may do wrong there, both policies, each way to leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, builder, call, reading, said, settled, turn_complete
from tests.scenarios.harness import BoomError
from tests.scenarios.misdeeds import CALLBACKS, PLACES, Misdeed, Place
from trio_live import LiveHandle, events
from trio_live.errors import LinkLost
from trio_live.lanes import CLOSING, HOOKS
from trio_live.phases._internal import ENTRY_WITHIN, HOOK_WITHIN

LEAVINGS = ("block", "server", "exception", "cancellation")

CASES = [
    pytest.param(place, misdeed, id=f"{where}: {what}")
    for where, place in PLACES.items()
    for what, misdeed in place.misdeeds.items()
]
ALL_WAYS = [
    pytest.param(place, misdeed, how, id=f"{where}: {what}, left by {how}")
    for where, place in PLACES.items()
    for what, misdeed in place.misdeeds.items()
    for how in (LEAVINGS if what == "raises" else LEAVINGS[:1])
]
"""How a session is left does not depend on what was done wrong in it: each place is left in each way once."""

AWAITED = [pytest.param(place, id=where) for where, place in PLACES.items() if place.is_async]


class LeavingError(Exception):
    """The block's own."""


def doing(place: Place, misdeed: Misdeed) -> Callable[..., Any]:
    """The function that does it, of the kind that the place wants."""

    def at_once(*_: object) -> Any:
        return misdeed()

    async def in_time(*_: object) -> Any:
        await trio.lowlevel.checkpoint()
        return misdeed()

    return in_time if place.is_async else at_once


async def leave(how: str, session: LiveHandle, peer: Peer) -> None:
    match how:
        case "server":
            peer.close(1011, "bye")
            await session.done()
        case "exception":
            raise LeavingError
        case "cancellation":
            await trio.sleep_forever()


@pytest.mark.parametrize(("place", "misdeed", "how"), ALL_WAYS)
async def test_under_report_it_is_told_by_its_name_and_the_session_goes_on(
    place: Place, misdeed: Misdeed, how: str, autojump_clock: MockClock
) -> None:
    diary = Diary()
    live = place.declare(doing(place, misdeed)).on_disconnected(diary.anote("bye"))
    if place.named != "on_error":
        live = live.on_error(diary.anote("error"))
    session: LiveHandle | None = None

    async def talk() -> None:
        nonlocal session
        async with call(live) as (session, peer), reading(session) as seen:
            await settled()
            for frame in place.trigger:
                await peer.send(frame)
                await settled()
            assert any(name.startswith(place.named) for name in session.telemetry.callback_errors), seen
            before = len(seen)
            await peer.send(said("still here"), turn_complete())
            await settled()
            assert any(isinstance(event, events.TurnComplete) for event in seen[before:])
            await leave(how, session, peer)

    with trio.move_on_after(60):
        if how == "exception":
            with pytest.raises(LeavingError):
                await talk()
        else:
            await talk()
    assert session is not None
    assert session.ended is not None
    assert session.ended.error is None
    if place.named != "on_error":
        told = [entry[1] for entry in diary.entries if entry[0] == "error"]
        assert any(words.startswith(place.named) for words in told)
    assert diary.names().count("bye") == 1


@pytest.mark.parametrize(("place", "misdeed"), CASES)
async def test_under_raise_the_exception_itself_comes_out_and_says_where(
    place: Place, misdeed: Misdeed, autojump_clock: MockClock
) -> None:
    diary = Diary()
    live = place.declare(doing(place, misdeed)).on_disconnected(diary.anote("bye")).callback_errors("raise")

    async def talk() -> None:
        async with call(live) as (_, peer):
            await settled()
            for frame in place.trigger:
                await peer.send(frame)
                await settled()
            await trio.sleep_forever()

    with trio.fail_after(60), pytest.raises(Exception) as caught:  # whatever it is
        await talk()
    error = caught.value
    assert not isinstance(error, trio.TooSlowError), "it was not noticed"
    assert any(place.named in note for note in getattr(error, "__notes__", [])), error
    assert diary.names() in (["bye"], [])


@pytest.mark.parametrize("place", [case for case in AWAITED if case.id != "on_enter of the initial phase"])
async def test_whoever_disconnects_from_inside_ends_the_session_and_nothing_else(
    place: Place, autojump_clock: MockClock
) -> None:
    sessions: list[LiveHandle] = []
    handed_out = trio.Event()

    async def disconnects(*_: object) -> None:
        await handed_out.wait()
        await sessions[0].disconnect()

    with trio.fail_after(60):
        async with call(place.declare(disconnects)) as (session, peer):
            sessions.append(session)
            handed_out.set()
            await settled()
            for frame in place.trigger:
                with suppress(LinkLost):  # the session is already gone
                    await peer.send(frame)
                await settled()
            await session.done()
    assert session.ended is not None
    assert session.ended.reason is None
    assert session.ended.error is None


@pytest.mark.parametrize("place", AWAITED)
async def test_a_function_that_never_returns_holds_up_nobody_who_connects_or_leaves(
    place: Place, autojump_clock: MockClock
) -> None:
    async def never(*_: object) -> None:
        await trio.sleep_forever()

    async with call(place.declare(never)) as (session, peer):
        assert trio.current_time() <= ENTRY_WITHIN + 1
        await settled()
        for frame in place.trigger:
            await peer.send(frame)
            await settled()
        await trio.sleep(HOOK_WITHIN + 10)
        leaving = trio.current_time()
    assert trio.current_time() - leaving <= sum(CLOSING.values())
    assert session.ended is not None
    assert session.ended.error is None


async def test_a_condition_that_raises_is_not_asked_about_its_own_error(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    asked = 0

    def broken(*_: object) -> bool:
        nonlocal asked
        asked += 1
        raise BoomError("oh")

    live = builder().when_sustained("s", broken, 1, _nothing).when_rate("r", broken, 1, 1, _nothing)
    async with call(live) as (session, peer), reading(session) as seen:
        await settled()
        asked = 0
        await peer.send(turn_complete())
        await trio.sleep(10)
        counted = session.telemetry.callback_errors
    assert asked <= 30, "the timer asks twice a second"
    assert sum(counted.values()) >= asked
    told = [event.message for event in seen if isinstance(event, events.Error)]
    assert len(told) <= 14, "one report a second and place"
    assert len(caplog.records) <= 14
    assert any("more like it were not reported" in message for message in told)


async def _nothing(*_: object) -> None:
    await trio.lowlevel.checkpoint()


def test_every_callback_is_put_to_the_test() -> None:
    """But for those that nothing calls yet, and the last one, which `tests.lanes.test_callback_errors` has."""
    nobody = {"on_resumed", "on_transfer", "on_dtmf"}
    assert set(CALLBACKS) == set(HOOKS) - nobody - {"on_disconnected"}
