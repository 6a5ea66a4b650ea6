"""What is compared: a whole session, and the floor under it, a bare connection of the library that carries it.

Between the two stands our transport without a session, which tells what of the difference is whose.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import trio_websocket

from trio_live import Live, LiveHandle
from trio_live.transport import (
    MAX_MESSAGE_BYTES,
    QUEUE_MESSAGES,
    READ_BYTES,
    GoogleAI,
    Transport,
    dial_websocket,
)
from trio_live.wire import ClientMessage, Setup, decode_server_message, encode_client_message

MODEL = "gemini-3.8-live"
SETUP = encode_client_message(ClientMessage(setup=Setup(model=MODEL))).decode()


@asynccontextmanager
async def open_floor(address: str) -> AsyncGenerator[trio_websocket.WebSocketConnection, None]:
    """A bare connection, with the limits our transport sets, after ``setupComplete``."""
    async with trio_websocket.open_websocket_url(
        f"{address}/floor",
        message_queue_size=QUEUE_MESSAGES,
        max_message_size=MAX_MESSAGE_BYTES,
        receive_buffer_size=READ_BYTES,
    ) as connection:
        await connection.send_message(SETUP)
        await connection.get_message()
        yield connection


async def listen_bare(connection: trio_websocket.WebSocketConnection, hear: Callable[[bytes], None]) -> None:
    """The least a client has to do: read, decode, hand over the sound."""
    while True:
        _hear_frame(await connection.get_message(), hear)


def _hear_frame(frame: bytes | str, hear: Callable[[bytes], None]) -> None:
    content = decode_server_message(frame).server_content
    if content is not None and content.model_turn is not None:
        for part in content.model_turn.parts or ():
            if part.inline_data is not None and part.inline_data.data is not None:
                hear(part.inline_data.data)


@asynccontextmanager
async def open_transport(address: str) -> AsyncGenerator[Transport, None]:
    """Our transport without a session, after ``setupComplete``."""
    async with dial_websocket(GoogleAI("key", address))() as transport:
        await transport.send([SETUP])
        await transport.receive()
        yield transport


async def listen_in_batches(transport: Transport, hear: Callable[[bytes], None]) -> None:
    """As `listen_bare`, over our transport."""
    while True:
        for frame in await transport.receive():
            _hear_frame(frame, hear)


@asynccontextmanager
async def open_session(address: str, hear: Callable[[bytes], None]) -> AsyncGenerator[LiveHandle, None]:
    """A whole session, with ``hear`` as its ``on_audio``."""
    agent = Live.builder().model(MODEL).instruction("You are a helpful assistant.").on_audio(hear)
    async with agent.connect_google_ai("key", base_url=address) as session:
        yield session
