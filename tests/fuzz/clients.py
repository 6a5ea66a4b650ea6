"""Clients that mean no good, against the emulator in memory and in virtual time: each says what follows from its seed.

Most of them shake hands first, so that what they say is looked at by the persona and not by the rules of the setup alone.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable

import attrs
import trio
from trio.testing import MockClock

from tests.fuzz.corpus import client_frames
from tests.fuzz.mutation import Mutator
from tests.fuzz.seeds import play_seeds
from tests.fuzz.steps import Steps
from trio_live.emulator import Emulation
from trio_live.errors import LinkLost
from trio_live.transport import Transport
from trio_live.wire import Platform

_MODELS = {
    Platform.GOOGLE_AI: "models/gemini-3.8-live",
    Platform.VERTEX: "projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash",
}
_TOOLS = [{"functionDeclarations": [{"name": "f", "description": "f"}]}]
_RIGHT = (
    '{"realtimeInput":{"text":"hello"}}',
    '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"hello"}]}],"turnComplete":true}}',
    '{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"' + "AAD/" * 400 + '"}}}',
    '{"realtimeInput":{"audioStreamEnd":true}}',
)
MOST_SECONDS = 7200.0
"""Of virtual time, after which a client is stuck."""


@attrs.define
class ClientsReport:
    """What came of some clients."""

    clients: int = 0
    frames: int = 0
    ends: Counter[int] = attrs.field(factory=Counter)
    """The codes with which the emulator closed; 0 where the client left."""
    failures: list[str] = attrs.field(factory=list)
    longest_step_ms: float = 0.0
    longest_step: str = ""

    def __str__(self) -> str:
        return (
            f"{self.clients:,} clients of the emulator, {self.frames:,} frames: closed with {dict(self.ends)}; "
            f"{len(self.failures)} failures; longest step {self.longest_step_ms:.1f} ms in {self.longest_step}"
        )


def fuzz_clients(first_seed: int, count: int, seconds: float = float("inf")) -> ClientsReport:
    """So many clients, or for so long, each with an emulator of its own. An emulator that breaks is a failure."""
    mutator = Mutator(0, client_frames())

    def play(seed: int, report: ClientsReport) -> Steps:
        report.clients += 1
        steps = Steps(leaves_out="clients")
        trio.run(_call, seed, mutator, report, clock=MockClock(autojump_threshold=0), instruments=[steps])
        return steps

    return play_seeds(first_seed, count, seconds, ClientsReport, play)


async def _call(seed: int, mutator: Mutator, report: ClientsReport) -> None:
    pick = random.Random(seed)  # noqa: S311  # no secret
    mutator.seed(seed)
    emulation = Emulation(raise_errors=True, strict=pick.random() < 0.7)
    platform = pick.choice((Platform.GOOGLE_AI, Platform.VERTEX))
    with trio.fail_after(MOST_SECONDS):
        async with emulation.dialer(platform=platform)() as transport, trio.open_nursery() as nursery:
            codes: list[int] = []
            if pick.random() < 0.8:
                nursery.start_soon(_listen, transport, codes.append)
            try:
                await _say(transport, mutator, pick, _MODELS[platform], report)
            except LinkLost as lost:
                codes.append(lost.code)
            nursery.cancel_scope.cancel()
        report.ends[codes[0] if codes else 0] += 1
        await emulation.wait_idle()


async def _listen(transport: Transport, end: Callable[[int], None]) -> None:
    try:
        while True:
            await transport.receive()
    except LinkLost as lost:
        end(lost.code)


async def _say(transport: Transport, mutator: Mutator, pick: random.Random, model: str, report: ClientsReport) -> None:
    if pick.random() < 0.9:
        await transport.send([json.dumps({"setup": {"model": model, "tools": _TOOLS}})])
    for _ in range(pick.randrange(1, 10)):
        burst: list[bytes | str] = [pick.choice(_RIGHT) for _ in range(pick.randrange(1, 5))]
        burst += [mutator.frame() for _ in range(pick.choice((0, 0, 1, 3)))]
        report.frames += len(burst)
        await transport.send(burst)
        await trio.sleep(pick.choice((0, 0.1, 3, 200)))
