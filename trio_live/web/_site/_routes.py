"""What there is at which path: files, and sockets. A table; others add their rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from pathlib import PurePosixPath
from typing import Final, TypeAlias

import attrs

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.web._site._gate import Gate, Visit, refusal
from trio_live.web._site._socket import PageSocket

CONTENT_TYPES: Final[dict[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""By the end of a file's name."""

INDEX: Final = "index.html"
"""The file that is meant when a folder is asked for."""

POLICY: Final[dict[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load, and from where. Nothing inline, nothing from elsewhere."""

SECURITY: Final[dict[str, str]] = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Headers of every answer."""

SocketHandler: TypeAlias = Callable[[PageSocket, JsonObject], Awaitable[None]]
"""Holds the conversation of one socket: the socket, and the first message of the page. The socket is closed afterwards."""


@value
class StaticFile:
    """A file as it is sent."""

    body: bytes = attrs.field(repr=False)
    content_type: str


@value
class Answer:
    """An answer over HTTP."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def _paths(table: Mapping[str, object]) -> str:
    return repr([*table])


@value(kw_only=True)
class Routes:
    """Files and sockets by path; the path has no slash in front, and that of a folder one at its end. ``""`` is the root.

    ``a | b`` has what both have.
    """

    files: Mapping[str, StaticFile] = attrs.field(factory=dict, repr=_paths)
    sockets: Mapping[str, SocketHandler] = attrs.field(factory=dict, repr=_paths)

    def under(self, folder: str) -> Routes:
        """The same, a folder further down.

        Args:
            folder: its name, such as ``timeline/``.

        Raises:
            ConfigError: the name does not end with a slash, or begins with one.
        """
        if not folder.endswith("/") or folder.startswith("/"):
            raise ConfigError(f"{folder!r} is no folder; write it as timeline/")
        return Routes(
            files={folder + path: each for path, each in self.files.items()},
            sockets={folder + path: each for path, each in self.sockets.items()},
        )

    def __or__(self, other: Routes) -> Routes:
        """What both have.

        Raises:
            ConfigError: a path is in both.
        """
        paths = {*self.files, *self.sockets} & {*other.files, *other.sockets}
        if paths:
            raise ConfigError([f"there are two things at /{path}" for path in sorted(paths)])
        return Routes(files={**self.files, **other.files}, sockets={**self.sockets, **other.sockets})

    def answer(self, gate: Gate, visit: Visit, *, upgrades: bool, root: str = "/") -> Answer | SocketHandler:
        """What somebody gets: an answer, or a socket's handler.

        Args:
            gate: who may come in.
            visit: who asks for what.
            upgrades: whether a socket is asked for.
            root: the path at which these routes begin.
        """
        handler = self.sockets.get(visit.path)
        if refused := refusal(gate, visit, is_socket=handler is not None):
            return _words(refused.status, refused.words)
        if handler is not None:
            return handler if upgrades else _words(426, "This is a WebSocket.", Upgrade="websocket")
        if visit.method not in {"GET", "HEAD"}:
            return _words(405, "There are only files to be read here.", Allow="GET, HEAD")
        if file := self.files.get(visit.path):
            return Answer(200, file.body, {"Content-Type": file.content_type, **SECURITY})
        if visit.path + "/" in self.files:
            return _words(308, "It is a folder.", Location=f"{root}{visit.path}/")
        return _words(404, "There is nothing here.")


def _words(status: int, words: str, **headers: str) -> Answer:
    return Answer(status, f"{words}\n".encode(), {"Content-Type": CONTENT_TYPES[".txt"], **SECURITY, **headers})


def files_in(package: str, folder: str) -> dict[str, StaticFile]:
    """The files of a folder that ships with a package, by path. Its ``index.html`` stands at ``""``.

    Args:
        package: the name of the package.
        folder: the name of the folder in it. Folders inside are left out.

    Raises:
        ConfigError: a file has an ending that is not in `CONTENT_TYPES`.
    """
    found = {}
    for each in resources.files(package).joinpath(folder).iterdir():
        if not each.is_file():
            continue
        content_type = CONTENT_TYPES.get(PurePosixPath(each.name).suffix)
        if content_type is None:
            raise ConfigError(f"{folder}/{each.name}: files of this kind are not served")
        found["" if each.name == INDEX else each.name] = StaticFile(each.read_bytes(), content_type)
    return found
