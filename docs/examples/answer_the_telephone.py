"""An agent answers the telephone. The caller is a scripted phone, so it runs without a provider, and without a network."""

from __future__ import annotations

import trio

from trio_live import Live
from trio_live.phone import TWILIO, PhoneCall
from trio_live.testing.phone import open_phone

LIVE = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You are the front desk of a clinic. You speak on the telephone: be brief.")
    .transcription()
    .greeting("Greet the caller and ask what you can do.")
)


async def answer(call: PhoneCall) -> None:
    """Hold one call."""

    async def on_dtmf(digit: str) -> None:
        print(f"[key {digit}]")
        if digit == "0":
            await call.hang_up()

    live = call.equip(LIVE.on_dtmf(on_dtmf))
    async with live.connect_from_env() as session:
        print(f"[{call.parameters['customer']} is on the line]")
        ended = await call.talk(session)
        print(f"[{ended.value}; {session.playback.played:.1f} s were heard]")


async def main() -> None:
    async with open_phone(answer, TWILIO, parameters={"customer": "Ann"}) as phone:
        await phone.wait_heard(2.0)
        await phone.press("1")
        await phone.press("0")
        await phone.wait_hung_up()


if __name__ == "__main__":
    trio.run(main)
