"""How soon a telephone is told to be silent: ``python -m benchmarks.phone_barge_in [--trials N] [--calls N]``.

::

    this process ──starts──▶ the emulator, as users start it
        │                         ▲ ws://
        ├── a server of calls ────┘        on the other side of a real socket:
        └── scripted phones: the model talks without an end; somebody speaks over it, again and again

Measured is the time from the moment in which the first frame with speech was handed to the phone's socket to the moment in
which the phone read that it is to throw away what it has (``clear``). Everything is in between: the socket, µ-law, the
session, whoever decides, and the socket again. AudioSocket has no such word: there, it is the last frame of the answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import trio

from benchmarks.barge_in import PATIENCE, TALKS_FIRST, WAYS, open_talker, row, sentence
from benchmarks.report import machine
from trio_live import Live
from trio_live.phone import (
    ASTERISK_WEBSOCKET,
    AUDIOSOCKET,
    PHONE_VAD,
    TWILIO,
    Dialect,
    PhoneCall,
    open_phone_server,
)
from trio_live.testing.phone import ScriptedPhone, open_phone_over_socket

DIALECTS = (TWILIO, AUDIOSOCKET, ASTERISK_WEBSOCKET)
"""One that buffers, one that keeps no sound, one that keeps the pace."""
SILENT_AFTER = 0.2
"""No frame for so long: the last one was the last."""


async def hold_call(address: str, dialect: Dialect, trials: int, into: list[float]) -> None:
    """One call in which the model is spoken over so many times."""
    said = b"".join(sentence())
    async with open_phone_over_socket(address, dialect) as phone:
        for number in range(trials):
            with trio.fail_after(PATIENCE):
                await phone.wait_heard(phone.heard + TALKS_FIRST)
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(phone.say, said)
                    silent_at = await silenced(phone, number)
                    into.append(silent_at - phone.speech_sent_at[number])


async def silenced(phone: ScriptedPhone, number: int) -> float:
    """When the phone was told to be silent, or got its last frame."""
    if phone.dialect is not AUDIOSOCKET:
        await phone.wait_cleared(number + 1)
        return phone.cleared_at[number]
    received, at = phone.received, trio.current_time()
    while trio.current_time() < at + SILENT_AFTER:  # nobody tells
        await trio.sleep(0.002)
        if phone.received != received:
            received, at = phone.received, trio.current_time()
    return at


async def measure(dialect: Dialect, equip: Callable[[Live], Live], model: str, trials: int, calls: int) -> list[float]:
    """So many trials of one way, in calls that are held at the same time."""
    live = equip(Live.builder().model("gemini-3.8-live").input_vad(PHONE_VAD))

    async def answer(call: PhoneCall) -> None:
        async with call.equip(live).connect_google_ai("key", base_url=model) as session:
            await session.send_text("Tell me about the sea.")
            await call.talk(session)

    found: list[float] = []
    async with open_phone_server(answer, dialect) as server, trio.open_nursery() as nursery:
        for number in range(calls):
            share = trials // calls + (number < trials % calls)
            nursery.start_soon(hold_call, server.address, dialect, share, found)
    return found


async def run(trials: int, calls: int) -> None:
    """Every way over Twilio, and this side's over the others."""
    async with open_talker() as model:
        for dialect in DIALECTS:
            for way, equip in WAYS.items() if dialect is TWILIO else [*WAYS.items()][1:2]:
                print(row(f"{dialect.name}: {way}", await measure(dialect, equip, model, trials, calls)), flush=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.phone_barge_in", description="How soon a telephone is told to be silent."
    )
    parser.add_argument("--trials", type=int, default=50, help="of each way (default: 50)")
    parser.add_argument("--calls", type=int, default=2, help="that are held at the same time (default: 2)")
    given = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print("| who decides | trials | p50 | p99 |\n| --- | --- | --- | --- |")
    trio.run(partial(run, given.trials, given.calls))


if __name__ == "__main__":
    main()
