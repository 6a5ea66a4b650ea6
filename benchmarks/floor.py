"""The floor: the least a client has to do, and the same over a bare trio-websocket connection. Nothing of ours in it.

One task reads the stream, takes frames out with the sans-I/O protocol of ``websockets``, decodes them with msgspec
into typed values, and calls. Whoever sends writes to the stream.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import trio
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from benchmarks.loads import ANSWER, INSTRUCTION, MODEL, Ears

READ_BYTES = 1 << 16


class Blob(msgspec.Struct, rename="camel"):
    """Sound."""

    mime_type: str
    data: bytes


class Part(msgspec.Struct, rename="camel"):
    """A piece of content."""

    text: str | None = None
    inline_data: Blob | None = None


class Content(msgspec.Struct, rename="camel"):
    """What the model says."""

    parts: list[Part] = []  # msgspec copies it


class Transcription(msgspec.Struct, rename="camel"):
    """What was said, in words."""

    text: str = ""


class ServerContent(msgspec.Struct, rename="camel"):
    """A piece of a turn."""

    model_turn: Content | None = None
    input_transcription: Transcription | None = None
    output_transcription: Transcription | None = None
    generation_complete: bool = False
    turn_complete: bool = False
    interrupted: bool = False


class FunctionCall(msgspec.Struct, rename="camel"):
    """What a tool is asked."""

    id: str
    name: str
    args: dict[str, Any] = {}


class ToolCall(msgspec.Struct, rename="camel"):
    """Calls to be answered."""

    function_calls: list[FunctionCall] = []


class Usage(msgspec.Struct, rename="camel"):
    """What it cost."""

    prompt_token_count: int = 0
    response_token_count: int = 0
    total_token_count: int = 0


class ServerMessage(msgspec.Struct, rename="camel"):
    """One frame of the server."""

    setup_complete: dict[str, Any] | None = None
    server_content: ServerContent | None = None
    tool_call: ToolCall | None = None
    usage_metadata: Usage | None = None


class Audio(msgspec.Struct, rename="camel"):
    """A microphone frame."""

    audio: Blob


class AudioMessage(msgspec.Struct, rename="camel"):
    """The message around it."""

    realtime_input: Audio


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ServerMessage).decode

SETUP = _encode(
    {
        "setup": {
            "model": f"models/{MODEL}",
            "generationConfig": {"responseModalities": ["AUDIO"]},
            "systemInstruction": {"parts": [{"text": INSTRUCTION}]},
            "inputAudioTranscription": {},
            "outputAudioTranscription": {},
        }
    }
)

Send = Callable[[bytes], Awaitable[None]]


class BareVoice:
    """Says things by a way to send a text message."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def say(self, sound: bytes) -> None:
        """Send a microphone frame."""
        await self._send(_encode(AudioMessage(Audio(Blob("audio/pcm;rate=16000", sound)))))

    async def ask(self, text: str) -> None:
        """Send a line of text."""
        await self._send(_encode({"realtimeInput": {"text": text}}))

    def known(self) -> tuple[int, ...]:
        """Nobody else counts."""
        return ()


async def hear(data: bytes, ears: Ears, send: Send) -> None:
    """Decode one frame, hand over what is in it, answer its tool calls."""
    message = _decode(data)
    content = message.server_content
    if content is not None:
        if content.model_turn is not None:
            for part in content.model_turn.parts:
                if part.inline_data is not None:
                    ears.audio(part.inline_data.data)
        if content.input_transcription is not None:
            ears.text(content.input_transcription.text)
        if content.output_transcription is not None:
            ears.text(content.output_transcription.text)
        if content.turn_complete:
            ears.turn()
    if message.tool_call is not None:
        answers = []
        for call in message.tool_call.function_calls:
            ears.call()
            answers.append({"id": call.id, "name": call.name, "response": ANSWER})
        await send(_encode({"toolResponse": {"functionResponses": answers}}))


class Wire:
    """A stream under the protocol of ``websockets``."""

    def __init__(self, stream: trio.abc.Stream, protocol: ClientProtocol) -> None:
        self._stream = stream
        self._protocol = protocol
        self._writing = False

    async def send(self, text: bytes) -> None:
        """Send one message."""
        self._protocol.send_text(text)
        await self.flush()

    async def flush(self) -> None:
        """Write what the protocol has to say, or leave it to the task that is writing."""
        if self._writing:
            return
        self._writing = True
        try:
            while data := b"".join(self._protocol.data_to_send()):
                await self._stream.send_all(data)
        finally:
            self._writing = False

    async def events(self) -> list[Any]:
        """What comes next: at least one thing."""
        found: list[Any] = []
        while not found:
            self._protocol.receive_data(await self._stream.receive_some(READ_BYTES))
            found = self._protocol.events_received()
        return found

    async def listen(self, ears: Ears) -> None:
        """Until it is cancelled."""
        while True:
            for event in await self.events():
                if event.opcode is Opcode.BINARY or event.opcode is Opcode.TEXT:
                    await hear(event.data, ears, self.send)


@asynccontextmanager
async def open_floor(address: str, ears: Ears) -> AsyncGenerator[BareVoice, None]:
    """A connection after ``setupComplete``, with its one task."""
    uri = parse_uri(f"{address}/floor")
    stream: trio.abc.Stream = await trio.open_tcp_stream(uri.host, uri.port)
    if uri.secure:
        stream = trio.SSLStream(stream, ssl.create_default_context(), server_hostname=uri.host, https_compatible=True)
    async with stream:
        protocol = ClientProtocol(uri)
        wire = Wire(stream, protocol)
        protocol.send_request(protocol.connect())
        await wire.flush()
        (response,) = await wire.events()
        assert isinstance(response, Response)
        await wire.send(SETUP)
        await wire.events()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wire.listen, ears)
            yield BareVoice(wire.send)
            nursery.cancel_scope.cancel()
        protocol.send_close(1000)
        await wire.flush()


@asynccontextmanager
async def open_bare_websocket(address: str, ears: Ears) -> AsyncGenerator[BareVoice, None]:
    """The same over trio-websocket, which brings tasks of its own. Its limits are those of our transport over it."""
    import trio_websocket  # here, because the floor is not to pay for it at its start

    async with trio_websocket.open_websocket_url(
        f"{address}/bare", message_queue_size=256, max_message_size=1 << 26, receive_buffer_size=READ_BYTES
    ) as connection:

        async def send(text: bytes) -> None:
            await connection.send_message(text.decode())

        async def listen() -> None:
            while True:
                message = await connection.get_message()
                await hear(message.encode() if isinstance(message, str) else message, ears, send)

        await send(SETUP)
        await connection.get_message()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(listen)
            yield BareVoice(send)
            nursery.cancel_scope.cancel()
