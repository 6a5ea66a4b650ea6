"""The timelines of calls that run, as a page. It asks for what it shows, over one socket."""

from __future__ import annotations

import json
import secrets
import struct
import zlib
from typing import Final

import attrs
import trio

from trio_live._typing import JsonObject
from trio_live.errors import ConfigError
from trio_live.timeline import CallLog, CallLogs
from trio_live.timeline._internal import Pack, page_files
from trio_live.web._site import CONTENT_TYPES, PageClose, PageSocket, Routes, StaticFile, new_token, read_object

MOST_NAME: Final = 64
"""Characters of the name of a part, or of a call."""
QUICKLY: Final = 1
"""How hard parts are compressed: the line is short."""


@attrs.frozen
class Ask:
    """What a page asks for: the index of a call, or one of its parts."""

    number: int
    """With which it is answered."""
    part: str | None
    call: str | None


def read_ask(message: str | bytes) -> Ask:
    """What a page asks for.

    Raises:
        ValueError: it asks for nothing that there could be.
    """
    found = read_object(message)
    number, part, call = found.get("ask"), found.get("part"), found.get("call")
    if type(number) is not int or not 0 <= number < 2**32:
        raise ValueError("ask is no number")
    for each in (part, call):
        if each is not None and not (isinstance(each, str) and len(each) <= MOST_NAME):
            raise ValueError("part and call are names")
    return Ask(number, part, call)


class TimelinePage:
    """A page with the timelines of a program's calls, while they run and afterwards.

    It shows what was said, so it always needs a token, on this machine as well, and there is no page unless a program serves
    one. What `Live.redact` hides was hidden before it was kept.

    Args:
        calls: what builders keep their calls in, by `Live.timeline`.
        token: what a page must know; a new one otherwise. A gate that has a token must have the same.

    Raises:
        ConfigError: the token is empty.
    """

    def __init__(self, calls: CallLogs, token: str | None = None) -> None:
        self.token = new_token() if token is None else token
        """What a page must know. It stands behind the ``#`` of the address: see `address`."""
        if not self.token.strip():
            raise ConfigError("an empty token keeps nobody out; leave it away to have one made")
        self._calls = calls
        files = {
            name: StaticFile(body, CONTENT_TYPES[f".{name.rpartition('.')[2]}" if name else ".html"])
            for name, body in page_files().items()
        }
        self.routes = Routes(files=files, sockets={"parts": self._serve})
        """The page and its socket; `Routes.under` puts it beside other pages."""

    def address(self, url: str) -> str:
        """Where the page is opened: with the token, which no server sees in an address.

        Args:
            url: of the folder in which it is served, such as ``http://127.0.0.1:8020/timeline/``.
        """
        return f"{url}#{self.token}"

    async def _serve(self, socket: PageSocket, hello: JsonObject) -> None:
        """Answer what one page asks for, one thing after the other."""
        token = hello.get("token")
        if not isinstance(token, str) or not secrets.compare_digest(token.encode(), self.token.encode()):
            await socket.aclose(PageClose.TOKEN, "this page needs its token, behind the # of the address")
            return
        reader = _Reader(self._calls)
        while True:
            try:
                ask = read_ask(await socket.receive())
            except ValueError as problem:
                await socket.aclose(PageClose.GARBAGE, str(problem))
                return
            await socket.send(reader.answer(ask))
            await trio.lowlevel.checkpoint()  # many small answers are no reason to hold up a call


class _Reader:
    """What one page looks at."""

    def __init__(self, calls: CallLogs) -> None:
        self._calls = calls
        self._log: CallLog | None = None
        self._pack: Pack | None = None

    def answer(self, ask: Ask) -> bytes:
        """The number of the question, and what was asked for, compressed; nothing for what there is not."""
        found = self._index(ask.call) if ask.part is None else self._part(ask.part)
        return struct.pack("<I", ask.number) + (b"" if found is None else zlib.compress(found, QUICKLY))

    def _index(self, call: str | None) -> bytes:
        """Of a call; of the newest unless it is named. Parts are those of this moment until the next."""
        logs = [log for log in self._calls if not log.is_empty]
        self._log = next((log for log in logs if log.name == call), logs[-1] if logs else None)
        names = [log.name for log in logs]
        if self._log is None:
            self._pack = None
            return json.dumps({"calls": names}).encode()
        self._pack = self._log.pack()
        index = self._pack.index(f"call {self._log.name}")
        return json.dumps({**index, "calls": names, "call": self._log.name}, default=repr).encode()

    def _part(self, name: str) -> bytes | None:
        return None if self._pack is None else self._pack.part(name)
