"""The voice page in a web application of your own: Starlette is the application, anycorn the server, Trio the loop."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import trio
from anycorn import serve
from anycorn.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from trio_live import Live
from trio_live.web import SiteApp, VoicePage


def build() -> Live:
    """The agent of one call."""
    return Live.builder().model("gemini-3.8-live").instruction("You are the front desk of a clinic.")


async def home(_: Request) -> PlainTextResponse:
    return PlainTextResponse("The page is at /talk/")


page = VoicePage(build)
app: Any = Starlette(routes=[Route("/", home), Mount("/talk", SiteApp(page.routes))])


async def main(port: int) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    async with trio.open_nursery() as nursery:
        (address,) = await nursery.start(partial(serve, app, config))
        print(f"{address}/talk/", flush=True)


if __name__ == "__main__":
    trio.run(main, int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
