"""Who may come in: this machine, or whoever has the token and comes from a page of ours.

A WebSocket is open to every page of the world that runs in the user's browser: browsers do not keep a foreign page from
opening one, and a loopback address is no wall against it either. They do say, in ``Origin``, which page asks, and in ``Host``,
by which name. So both are looked at::

    neither token nor origins     loopback only: the client's address, the name it uses, and the page that asks
    a token                       the same, and the page must know it
    a token and origins           anybody who knows it, from one of these pages

The token is no part of an address: addresses are logged. It comes in the first message of a socket.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

import attrs

from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.transport._internal import is_loopback

_PROXIES: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What a proxy adds: behind one, everybody seems to come from this machine."""
_ADVICE: Final = "give the gate a token and origins to let others in"


@value(kw_only=True)
class Visit:
    """What somebody asks for."""

    method: str
    path: str
    """Without what is behind the question mark, and without the first slash."""
    headers: Mapping[str, str]
    """By lower-case name."""
    client: str | None
    """The address it comes from; ``None`` where the server does not know."""


@value
class Refusal:
    """Why somebody may not come in."""

    status: int
    """Of HTTP."""
    words: str


@value(kw_only=True)
class Gate:
    """Who may come in. Without a token and origins only this machine may.

    Raises:
        ConfigError: it cannot work; everything that is wrong is named.
    """

    token: str | None = attrs.field(default=None, repr=False)
    """What a page must know; `new_token` makes one."""
    origins: tuple[str, ...] = ()
    """The pages that may ask from elsewhere: ``https://example.org``."""

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise ConfigError(problems)

    def _problems(self) -> Iterator[str]:
        origins: object = self.origins
        if isinstance(origins, str):
            yield "origins is a single string; pass a tuple of them"
            return
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            yield "the token is empty, or holds what no address can; new_token() makes one"
        if self.origins and self.token is None:
            yield "origins let others in, and they need a token"
        for origin in self.origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
                yield f"{origin!r} is no origin; write it as https://example.org"

    @property
    def is_open(self) -> bool:
        """Whether others than this machine may come in."""
        return bool(self.token and self.origins)

    def check_host(self, host: str) -> None:
        """Look whether this gate is enough for an address to listen on: the ``host``, empty for every address.

        Raises:
            ConfigError: others could reach it.
        """
        if not (self.is_open or is_loopback(host)):
            raise ConfigError(f"others could reach {host or 'every address'}: {_ADVICE}")

    def fits(self, token: object) -> bool:
        """Whether somebody knows the token."""
        if self.token is None:
            return True
        return isinstance(token, str) and secrets.compare_digest(token.encode(), self.token.encode())


def new_token() -> str:
    """A token that nobody guesses: 128 bits."""
    return secrets.token_urlsafe(16)


def refusal(gate: Gate, visit: Visit, *, is_socket: bool) -> Refusal | None:
    """Why somebody may not have a file or a socket, or ``None``. The token of a socket is looked at later.

    Args:
        gate: who may.
        visit: who asks.
        is_socket: whether it is a socket that is asked for.
    """
    host = visit.headers.get("host", "")
    is_local = _is_local(visit, host)
    if not is_local and not gate.is_open:
        return Refusal(403, f"Only this machine may use this page; {_ADVICE}.")
    origin = visit.headers.get("origin")
    if not is_socket or origin is None or (is_local and _same_place(origin, host)):
        return None
    if _plain(origin) in {_plain(each) for each in gate.origins}:
        return None
    return Refusal(403, "This page does not take calls from other pages.")


def _is_local(visit: Visit, host: str) -> bool:
    """Whether somebody comes from this machine, asks for it by its own name, and through nobody else."""
    is_near = visit.client is not None and is_loopback(visit.client)
    return is_near and is_loopback(_name_in(host)) and not any(name in visit.headers for name in _PROXIES)


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_place(origin: str, host: str) -> bool:
    return origin.partition("://")[2].lower() == host.lower()


def _plain(origin: str) -> str:
    return origin.rstrip("/").lower()
