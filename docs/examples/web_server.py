"""Calls in a web application: sound comes in over a WebSocket, and the model's voice goes back over it.

Starlette is the application, hypercorn's Trio worker the server. Each WebSocket is a call; whichever side hangs up
ends it, and when the server stops no call is left.
"""

from __future__ import annotations

import sys
from functools import partial

import trio
from hypercorn.config import Config
from hypercorn.trio import serve
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from trio_live import ConnectError, Live, LiveEvent, LiveEventStream, LiveHandle, SessionClosed, events

live = Live.builder().model("gemini-3.8-live").instruction("You are the front desk of a clinic.").transcription()


async def listen(websocket: WebSocket, session: LiveHandle) -> None:
    """Binary messages are the caller's sound: PCM16, mono, 16 kHz. Text messages are typed words."""
    while (message := await websocket.receive())["type"] == "websocket.receive":
        if sound := message.get("bytes"):
            await session.send_audio(sound)
        elif text := message.get("text"):
            await session.send_text(text)


async def speak(websocket: WebSocket, stream: LiveEventStream[LiveEvent]) -> None:
    """Binary messages are the model's sound: PCM16, mono, 24 kHz. A page drops what it has not played at "interrupted"."""
    async for event in stream:
        match event:
            case events.Audio(sound):
                await websocket.send_bytes(sound)
            case events.Interrupted():
                await websocket.send_json({"interrupted": True})
            case events.InputTranscript(text, is_final=True):
                await websocket.send_json({"caller": text})
            case events.OutputTranscript(text, is_final=True):
                await websocket.send_json({"desk": text})
            case events.TurnComplete():
                await websocket.send_json({"turn": "over"})
            case events.Disconnected(reason):
                await websocket.close(1000, reason)


async def call(websocket: WebSocket) -> None:
    """One call, from the first byte to the last."""
    await websocket.accept()
    try:
        async with (
            live.connect_from_env() as session,
            session.events() as stream,
            trio.open_nursery() as nursery,
        ):
            nursery.start_soon(speak, websocket, stream)
            await listen(websocket, session)
            nursery.cancel_scope.cancel()  # the page is gone
    except* ConnectError:
        await websocket.close(1013, "nobody can answer just now")
    except* SessionClosed:
        pass  # the model's side hung up while the caller spoke


app = Starlette(routes=[WebSocketRoute("/call", call)])


async def main(port: int) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    async with trio.open_nursery() as nursery:
        server = partial(serve, app, config)  # type: ignore[arg-type]  # hypercorn has a type of its own for ASGI
        (address, *_) = await nursery.start(server)
        print(f"{address.replace('http', 'ws')}/call", flush=True)


if __name__ == "__main__":
    trio.run(main, int(sys.argv[1]) if sys.argv[1:] else 8000)
