"""A service that carries calls, ready to be deployed: a limit, health, State on disk, and a good end.

`GET /health` says how many calls there are; 503 tells a load balancer to send new ones elsewhere. SIGTERM begins a
drain: no new call is taken, those that run may end, and after the grace what is left is ended in order.
"""

from __future__ import annotations

import sys
from functools import partial

import trio
from hypercorn.config import Config
from hypercorn.trio import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from trio_live import Live, LiveError
from trio_live.draining import Drain, open_drain
from trio_live.errors import Draining
from trio_live.instruments import tuned_collector
from trio_live.persistence import FsPersistence

MOST_CALLS = 60
"""Per process, which is as many as half a core bears. Measure your own agent."""
GRACE = 25.0
"""Seconds from SIGTERM to the end of the last call; the supervisor kills after thirty."""

live = (
    Live.builder()
    .model("gemini-3.8-live")
    .transcription()
    .persistence(FsPersistence("calls"))
    .session_resume()
    .cost(cap=2.00)
    .redact(digits=6)
)


class Service:
    """The routes, and what they share."""

    def __init__(self, drain: Drain) -> None:
        self.drain = drain
        self.calls = 0
        routes = [Route("/health", self.health), WebSocketRoute("/call/{caller}", self.call)]
        self.app = Starlette(routes=routes)

    async def health(self, _: Request) -> JSONResponse:
        """200 while another call would be taken."""
        is_open = self.calls < MOST_CALLS and not self.drain.is_draining
        return JSONResponse({"calls": self.calls, "open": is_open}, 200 if is_open else 503)

    async def call(self, websocket: WebSocket) -> None:
        """One call. Who calls again goes on where they were."""
        await websocket.accept()
        if self.calls >= MOST_CALLS:
            await websocket.close(1013, "all lines are busy")
            return
        self.calls += 1
        try:
            agent = live.session_id(websocket.path_params["caller"])
            async with self.drain.admit(agent.connect_from_env()) as session:
                async for words in websocket.iter_text():
                    await websocket.send_text((await session.ask(words)).text)
        except (Draining, LiveError) as problem:
            await websocket.close(1013, str(problem)[:120])
        finally:
            self.calls -= 1


async def main(port: int) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = GRACE
    async with open_drain(grace=GRACE) as drain, trio.open_nursery() as nursery:
        app = Service(drain).app
        server = partial(serve, app, config, shutdown_trigger=drain.wait_started)  # type: ignore[arg-type]
        (address, *_) = await nursery.start(server)
        print(address, flush=True)
    print(f"ended: {drain.statistics}")


if __name__ == "__main__":
    with tuned_collector():  # for many calls in one process
        trio.run(main, int(sys.argv[1]) if sys.argv[1:] else 8000)
