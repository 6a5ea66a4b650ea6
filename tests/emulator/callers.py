"""The other end of the emulator's line, for tests: a client that is nothing but frames."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import trio

from trio_live.emulator import Emulation, LogRecord, Persona, parse_persona
from trio_live.emulator._audio import babble
from trio_live.errors import LinkLost
from trio_live.transport import Transport
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    AudioTranscriptionConfig,
    Blob,
    ClientContent,
    ClientMessage,
    Content,
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    GenerationConfig,
    Marker,
    Platform,
    RealtimeInput,
    ServerMessage,
    Setup,
    Tool,
    ToolResponse,
    decode_server_message,
    encode_client_message,
)

MODEL = "models/gemini-3.8-live"
OLD_MODEL = "models/gemini-2.5-flash-native-audio-latest"
VERTEX_MODEL = "projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash"
AUDIO = GenerationConfig(response_modalities=["AUDIO"])
TRANSCRIBED = AudioTranscriptionConfig()
CHUNK_SECONDS = 0.02


def tools(*names: str, **settings: Any) -> list[Tool]:
    return [Tool(function_declarations=[FunctionDeclaration(name=name, **settings) for name in names])]


def persona(text: str) -> Persona:
    return parse_persona(f'name = "test"\n{text}')


def has(name: str) -> Callable[[ServerMessage], bool]:
    """Whether a message carries a field: of its own, or of its content."""
    return lambda message: (
        getattr(message, name, None) is not None or getattr(message.server_content, name, None) is not None
    )


class Caller:
    """A client. Remembers every message and when it came."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.frames: list[bytes | str] = []
        self.received: list[ServerMessage] = []
        self.times: list[float] = []
        self._read = 0

    async def send(self, **fields: Any) -> None:
        await self.transport.send([encode_client_message(ClientMessage(**fields))])

    async def send_raw(self, frame: str | bytes) -> None:
        await self.transport.send([frame])

    async def realtime(self, **fields: Any) -> None:
        await self.send(realtime_input=RealtimeInput(**fields))

    async def setup(self, model: str = MODEL, **fields: Any) -> ServerMessage:
        fields = {"generation_config": AUDIO, "output_audio_transcription": TRANSCRIBED} | fields
        await self.send(setup=Setup(model=model, **fields))
        return await self.until(has("setup_complete"))

    async def say(self, *texts: str, turn_complete: bool | None = True, role: str = "user") -> None:
        turns = [Content.of(text, role) for text in texts] or None
        await self.send(client_content=ClientContent(turns=turns, turn_complete=turn_complete))

    async def ask(self, text: str) -> str:
        """Type something; the transcript of the answer."""
        await self.say(text)
        return spoken(await self.turn())

    async def hear_audio(self, pcm: bytes, mime: str = AUDIO_INPUT_MIME, chunk: int = 640) -> None:
        """Send audio in real time."""
        for start in range(0, len(pcm), chunk):
            await self.realtime(audio=Blob(mime_type=mime, data=pcm[start : start + chunk]))
            await trio.sleep(CHUNK_SECONDS)

    async def speak(self, text: str = "I say a few words here.", *, silence: float = 1.0) -> None:
        """Speak and fall silent, in real time."""
        await self.hear_audio(babble(text, rate=16_000) + bytes(2 * round(silence * 16_000)))

    async def activity(self, *, start: bool) -> None:
        await self.realtime(**{"activity_start" if start else "activity_end": Marker()})

    async def answer(self, call: FunctionCall, result: Any, **settings: Any) -> None:
        response = FunctionResponse.of(call, result)
        fields = {"id": response.id, "name": response.name, "response": response.response} | settings
        await self.send(tool_response=ToolResponse(function_responses=[FunctionResponse(**fields)]))

    async def next(self) -> ServerMessage:
        while self._read == len(self.received):
            for frame in await self.transport.receive():
                self.frames.append(frame)
                self.received.append(decode_server_message(frame))
                self.times.append(trio.current_time())
        self._read += 1
        return self.received[self._read - 1]

    async def until(self, wanted: Callable[[ServerMessage], bool]) -> ServerMessage:
        while not wanted(message := await self.next()):
            pass
        return message

    async def turn(self) -> list[ServerMessage]:
        """Everything up to the next ``turnComplete``."""
        start = self._read
        await self.until(has("turn_complete"))
        return self.received[start : self._read]

    async def called(self) -> list[FunctionCall]:
        """The calls of the next ``toolCall``."""
        message = await self.until(has("tool_call"))
        assert message.tool_call is not None
        return message.tool_call.function_calls or []

    async def closing(self) -> tuple[int, str]:
        """Wait for the end: its code and reason."""
        try:
            while True:
                await self.next()
        except LinkLost as lost:
            return lost.code, lost.reason

    async def silent_for(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        with trio.move_on_after(seconds):
            await self.next()
            return False
        return True


@asynccontextmanager
async def calling(
    emulation: Emulation, platform: Platform = Platform.GOOGLE_AI, version: str = "v1beta"
) -> AsyncGenerator[Caller, None]:
    async with emulation.dialer(platform=platform, version=version)() as transport:
        yield Caller(transport)


@asynccontextmanager
async def calling_persona(text: str, **choices: Any) -> AsyncGenerator[Caller, None]:
    async with calling(Emulation(persona(text), raise_errors=True, **choices)) as caller:
        yield caller


def spoken(messages: Sequence[ServerMessage]) -> str:
    """The transcript in some messages."""
    contents = [message.server_content for message in messages if message.server_content]
    return "".join(c.output_transcription.text or "" for c in contents if c.output_transcription).strip()


def heard(messages: Sequence[ServerMessage]) -> str:
    """The words of the user in some messages."""
    contents = [message.server_content for message in messages if message.server_content]
    return "".join(c.input_transcription.text or "" for c in contents if c.input_transcription)


def audio(messages: Sequence[ServerMessage]) -> bytes:
    """The audio in some messages."""
    blobs = (part.inline_data for message in messages for part in parts(message))
    return b"".join(blob.data or b"" for blob in blobs if blob is not None)


def texts(messages: Sequence[ServerMessage], *, thoughts: bool = False) -> str:
    """The written answer in some messages, or the thoughts."""
    return "".join(part.text or "" for message in messages for part in parts(message) if bool(part.thought) is thoughts)


def parts(message: ServerMessage) -> list[Any]:
    content = message.server_content
    turn = content.model_turn if content else None
    return (turn.parts if turn else None) or []


def kinds(messages: Sequence[ServerMessage]) -> list[str]:
    """What each message is, runs of the same kind joined."""
    names: list[str] = []
    for message in messages:
        for name in _names(message):
            if not names or names[-1] != name:
                names.append(name)
    return names


def _names(message: ServerMessage) -> list[str]:
    own = [name for name in message.__struct_fields__ if getattr(message, name) is not None]
    content = message.server_content
    inner = [name for name in content.__struct_fields__ if getattr(content, name) is not None] if content else []
    return [name for name in own if name not in {"server_content", "usage_metadata"}] + inner


class Notebook:
    """A log hook that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []

    def __call__(self, record: LogRecord) -> None:
        self.records.append(record)

    def mentions(self, words: str) -> bool:
        return any(words in record.summary for record in self.records)
