from __future__ import annotations

from typing import Any

import pytest

from trio_live.errors import ConfigError
from trio_live.tools import HttpServer, StdioServer


def test_an_address_shows_no_secrets() -> None:
    server = HttpServer("https://host/mcp?key=secret", headers={"Authorization": "secret"})
    assert server.address == "https://host/mcp"
    assert "Bearer" not in repr(HttpServer("https://host", headers={"Authorization": "Bearer x"}))
    assert StdioServer(["python", "server.py"], env={"KEY": "secret"}).address == "python server.py"


@pytest.mark.parametrize("command", ["python server.py", []])
def test_a_command_is_a_list_of_words(command: Any) -> None:
    with pytest.raises(ConfigError, match="a command is a list of words"):
        StdioServer(command)
