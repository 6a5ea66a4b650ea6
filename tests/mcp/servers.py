"""Real MCP servers for the tests, in processes of their own."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.processes import serve
from trio_live.tools import HttpServer, StdioServer

SCRIPT = str(Path(__file__).with_name("server.py"))

UNTIDY = "ignore::pytest.PytestUnraisableExceptionWarning"
"""The SDK leaves generators of its HTTP streams to the garbage collector, and Trio says so."""


def stdio_server(**options: Any) -> StdioServer:
    """One that is started by whoever connects to it."""
    return StdioServer([sys.executable, SCRIPT, "stdio"], **options)


@contextmanager
def serving_http(**options: Any) -> Generator[HttpServer, None, None]:
    """One that listens while the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serve(sys.executable, SCRIPT, "http", str(port)):
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)  # a process is starting: there is no clock to mock
        yield HttpServer(f"http://127.0.0.1:{port}/mcp", **options)
