"""Ctrl-C in the middle of user code, in a real run: only there does Python raise it."""

from __future__ import annotations

import signal
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, audio, builder, call, call_of, said, settled, tool_call, turn_complete
from trio_live import CallbackMode, Live
from trio_live.errors import LinkLost
from trio_live.lanes._callbacks._ctrl_c import told_of_ctrl_c
from trio_live.lanes._internal import with_callback


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def pressing(*_: Any) -> None:
    press()


async def apressing(*_: Any) -> None:
    await trio.lowlevel.checkpoint()
    press()


async def pressing_in_a_nursery(*_: Any) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.sleep_forever)
        await apressing()


def registered(name: str, function: Any, mode: CallbackMode = CallbackMode.BLOCKING) -> Live:
    live = builder()
    callbacks = with_callback(live.spec.callbacks, name, function, mode)
    return attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))


TURN = (said("Hello"), turn_complete())
PLACES = {
    "fast lane": (registered("on_audio", pressing), (audio(b"ab"),)),
    "telemetry lane": (registered("on_usage", pressing), ({"usageMetadata": {"promptTokenCount": 1}},)),
    "control lane": (registered("on_turn_complete", apressing), TURN),
    "concurrent": (registered("on_turn_complete", apressing, CallbackMode.CONCURRENT), TURN),
    "nursery of its own": (registered("on_turn_complete", pressing_in_a_nursery), TURN),
    "function call": (registered("on_tool_call", apressing), (tool_call(call_of("f", "1")),)),
    "interceptor": (registered("before_tool_response", apressing), (tool_call(call_of("f", "1")),)),
    "template": (registered("instruction_template", pressing), TURN),
    "condition": (builder().when_turns("p", pressing, 1, apressing), TURN),  # type: ignore[arg-type]  # never returns
    "pattern": (builder().when_turns("p", lambda _: True, 1, apressing), TURN),
}


async def hold(live: Live, frames: tuple[Any, ...], peer: Peer, *, again: bool = False) -> None:
    with trio.fail_after(60):
        async with call(live, peer):
            await settled()
            await peer.send(*frames)
            try:
                await trio.sleep_forever()
            finally:
                if again:
                    press()


async def goodbye_of(peer: Peer) -> int:
    try:
        while True:
            await peer.end.receive()
    except LinkLost as lost:
        return lost.code


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_the_session_says_goodbye_and_one_interrupt_comes_out(place: str, *, again: bool) -> None:
    live, frames = PLACES[place]
    diary, codes = Diary(), list[int]()

    async def main() -> None:
        peer = Peer()
        try:
            await hold(live.on_disconnected(diary.anote("bye")), frames, peer, again=again)
        finally:
            with trio.CancelScope(shield=True):
                codes.append(await goodbye_of(peer))

    with pytest.raises(KeyboardInterrupt):
        trio.run(main, clock=MockClock(autojump_threshold=0.05))
    assert diary.names() == ["bye"]
    assert codes == [1000]


def test_ctrl_c_in_the_last_callback_does_not_come_out_as_a_group() -> None:
    async def main() -> None:
        async with call(builder().on_disconnected(apressing)):
            press()

    with pytest.raises(KeyboardInterrupt):
        trio.run(main, clock=MockClock(autojump_threshold=0.05))


def test_what_comes_out_beside_an_interrupt_goes_on() -> None:
    told: list[KeyboardInterrupt] = []
    first, other = KeyboardInterrupt(), ValueError()
    with pytest.raises(ValueError) as caught, told_of_ctrl_c(told.append):
        raise BaseExceptionGroup("", [BaseExceptionGroup("", [first]), other])
    assert caught.value is other
    with pytest.raises(ExceptionGroup), told_of_ctrl_c(told.append):
        raise ExceptionGroup("", [other])
    assert told == [first]
