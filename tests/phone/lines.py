"""An agent behind a telephone, with a scripted server as its model; virtual time."""

from __future__ import annotations

import math
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import trio

from tests.peer import Peer, builder
from trio_live import Live, LiveEvent, LiveHandle
from trio_live.phone import Dialect, HungUp, PhoneCall, PhoneServer
from trio_live.testing.phone import ScriptedPhone, open_phone


def tone(seconds: float, rate: int = 24_000, pitch: float = 700) -> bytes:
    """Something to say."""
    count = int(rate * seconds)
    return struct.pack(f"<{count}h", *(round(9_000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(count)))


@attrs.define
class Desk:
    """Answers one call, and keeps what there is to see of it."""

    live: Live = attrs.field(factory=builder)
    peer: Peer = attrs.field(factory=Peer)
    call: PhoneCall | None = None
    session: LiveHandle | None = None
    ended: HungUp | None = None
    seen: list[LiveEvent] = attrs.field(factory=list)
    talking: trio.Event = attrs.field(factory=trio.Event)
    over: trio.Event = attrs.field(factory=trio.Event)

    async def answer(self, call: PhoneCall) -> None:
        """What a program does."""
        self.call = call
        try:
            await self.peer.ready()
            async with (
                call.equip(self.live).connect_with_transport(self.peer.client) as self.session,
                self.session.events() as stream,
                trio.open_nursery() as nursery,
            ):
                nursery.start_soon(self._collect, stream)
                self.talking.set()
                self.ended = await call.talk(self.session)
                nursery.cancel_scope.cancel()
        finally:
            self.over.set()

    async def _collect(self, stream: Any) -> None:
        async for event in stream:
            self.seen.append(event)

    def heard_bytes(self) -> int:
        """Bytes of sound that the model was sent: PCM16 16 kHz."""
        import base64

        blobs = [
            frame["realtimeInput"]["audio"]["data"]
            for frame in self.peer.talk
            if "audio" in frame.get("realtimeInput", {})
        ]
        return sum(len(base64.b64decode(blob)) for blob in blobs)


@asynccontextmanager
async def on_the_line(
    dialect: Dialect, desk: Desk | None = None, *, server: PhoneServer | None = None, **options: Any
) -> AsyncGenerator[tuple[Desk, ScriptedPhone], None]:
    """A call that has been answered."""
    desk = desk or Desk()
    async with open_phone(server or desk.answer, dialect, **options) as phone:
        await desk.talking.wait()
        yield desk, phone
