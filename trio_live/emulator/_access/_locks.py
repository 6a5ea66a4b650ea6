"""Settings that an ephemeral token has locked, put into a client's setup."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from trio_live.emulator._access._tokens import Terms
from trio_live.wire import ClientMessage, Setup, decode_client_message, encode_client_message

_SNAKE: Final = re.compile(r"_([a-z])")
_PREFIXES: Final = ("bidiGenerateContentSetup.", "setup.")
_RESUMPTION: Final = "sessionResumption"


def locked_setup(setup: Setup, terms: Terms) -> Setup:
    """The setup as the token has it.

    Locked settings replace the client's; a locked path that the token leaves empty is emptied. With everything locked
    the client's setup counts for nothing, except for its handle: a token must not forbid to resume what it opened.

    Raises:
        RemoteProtocolError: what the token locks cannot be read as settings.
    """
    if terms.setup is None:
        return setup
    asked, locked = _tree(setup), _tree(_setup(json.loads(terms.setup)))
    if terms.mask:
        for path in terms.mask:
            _replace(asked, locked, _steps(path))
    else:
        resumption = asked.get(_RESUMPTION, {}) | locked.get(_RESUMPTION, {})
        asked = locked | ({_RESUMPTION: resumption} if _RESUMPTION in asked else {})
    return _setup(asked)


def _steps(path: str) -> list[str]:
    camel = _SNAKE.sub(lambda letter: letter[1].upper(), path)
    for prefix in _PREFIXES:
        camel = camel.removeprefix(prefix)
    return camel.split(".")


def _replace(asked: dict[str, Any], locked: Any, steps: list[str]) -> None:
    first, *rest = steps
    held = locked.get(first) if isinstance(locked, dict) else None
    if rest:
        inner = asked.get(first)
        if not isinstance(inner, dict):
            if held is None:
                return
            inner = asked[first] = {}
        _replace(inner, held, rest)
    elif held is None:
        asked.pop(first, None)
    else:
        asked[first] = held


def _tree(setup: Setup) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(encode_client_message(ClientMessage(setup=setup)))["setup"]
    return tree


def _setup(tree: dict[str, Any]) -> Setup:
    return decode_client_message(json.dumps({"setup": tree})).setup or Setup(model="")
