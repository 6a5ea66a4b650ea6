"""The scripted phone: what a test can do with it, and that waiting for it can be given up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio
from trio.testing import MockClock

from tests.peer import audio, interrupted
from tests.phone.lines import Desk, on_the_line, tone
from trio_live import ConnectRejected, LinkLost
from trio_live.phone import TWILIO, PhoneCall, PhoneServer, TwilioSignature
from trio_live.testing.phone import ScriptedPhone, open_phone, open_phone_over_socket


async def test_the_caller_speaks_in_real_time(autojump_clock: MockClock) -> None:
    async with on_the_line(TWILIO) as (_, phone):
        begun = trio.current_time()
        await phone.say(tone(1.0, 16_000))
        assert trio.current_time() - begun == pytest.approx(1.0, abs=0.025)
        await phone.say(tone(0.5, 16_000))
        assert len(phone.speech_sent_at) == 2
        assert phone.speech_sent_at[0] - begun <= 0.021


async def test_waiting_for_sound_of_a_call_that_is_over_says_so(autojump_clock: MockClock) -> None:
    async def answer(call: PhoneCall) -> None:
        await trio.sleep(1)

    async with open_phone(answer, TWILIO) as phone:
        with pytest.raises(LinkLost):
            await phone.wait_heard(1.0)
        with pytest.raises(LinkLost):
            await phone.wait_cleared()
        await phone.wait_hung_up()


async def test_a_call_that_is_not_admitted_is_an_error(autojump_clock: MockClock) -> None:
    async def answer(call: PhoneCall) -> None:
        await call.wait_over()

    server = PhoneServer(answer, TWILIO, admission=TwilioSignature("t", "wss://phone.test/"))
    with pytest.raises(ConnectRejected, match="no X-Twilio-Signature"):
        async with open_phone(server, TWILIO):
            pass


async def test_an_address_without_a_port_is_refused() -> None:
    with pytest.raises(ValueError, match="has a host and a port"):
        async with open_phone_over_socket("ws://127.0.0.1", TWILIO):
            pass


WAITS: dict[str, Callable[[ScriptedPhone], Awaitable[None]]] = {
    "say": lambda phone: phone.say(tone(5.0, 16_000)),
    "wait_heard": lambda phone: phone.wait_heard(60),
    "wait_silent": lambda phone: phone.wait_silent(),
    "wait_cleared": lambda phone: phone.wait_cleared(2),
    "wait_hung_up": lambda phone: phone.wait_hung_up(),
}


@pytest.mark.parametrize("name", WAITS)
async def test_every_wait_can_be_given_up(name: str, autojump_clock: MockClock) -> None:
    async with on_the_line(TWILIO, Desk()) as (desk, phone):
        await desk.peer.send(audio(tone(9.0)))
        await phone.wait_heard(0.1)
        with trio.move_on_after(0.5) as scope:
            await WAITS[name](phone)
        assert scope.cancelled_caught
        await desk.peer.send(interrupted())
        await phone.wait_cleared()
