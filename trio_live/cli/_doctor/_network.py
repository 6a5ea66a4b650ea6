"""Whether the server can be reached, and what its clock says."""

from __future__ import annotations

import socket
import ssl
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import h11
import trio

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live._wording import describe, one_line
from trio_live.cli._doctor._findings import Finding, Status

READ_BYTES: Final = 64 * 1024
MOST_SKEW: Final[Seconds] = 30.0
"""A clock that is wrong by more is refused by some who check when a token was made."""
SOME_SKEW: Final[Seconds] = 5.0
_PORTS: Final = {"wss": 443, "ws": 80}
_ASK_NETWORK: Final = "is there a network, does it ask for a sign-in, may this machine reach that port?"


@value
class Reached:
    """A server that has answered."""

    host: str
    seconds: Seconds
    """From the beginning of the dial to the answer."""
    status: int
    date: float | None
    """When it says it is, in seconds since 1970; ``None`` if it says nothing."""


@value
class NotReached:
    """One that has not, and why."""

    host: str
    why: str
    advice: str = _ASK_NETWORK


async def reach(url: str, within: Seconds) -> Reached | NotReached:
    """Ask a server for a page that need not exist: that it answers is what counts.

    Args:
        url: a WebSocket address.
        within: how long that may take.

    Cancellation: the connection is closed.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    began = trio.current_time()
    try:
        with trio.fail_after(within):
            status, date = await _ask(host, port, tls=parts.scheme == "wss")
    except trio.TooSlowError:
        return NotReached(host, f"no answer within {within:g} s")
    except socket.gaierror:
        return NotReached(host, "its name is not known here", "is there a network, and a name server?")
    except ssl.SSLCertVerificationError as error:
        advice = "does a proxy stand between, or are certificates missing? SSL_CERT_FILE names others"
        return NotReached(host, f"its certificate is not trusted: {one_line(error.verify_message)}", advice)
    except h11.RemoteProtocolError as error:
        return NotReached(host, f"it does not answer as a server of the web: {one_line(describe(error))}")
    except (OSError, trio.BrokenResourceError) as error:
        return NotReached(host, one_line(describe(_first(error))))
    return Reached(host, trio.current_time() - began, status, date)


async def _ask(host: str, port: int, *, tls: bool) -> tuple[int, float | None]:
    stream: trio.abc.Stream
    if tls:
        stream = await trio.open_ssl_over_tcp_stream(host, port, https_compatible=True)
    else:
        stream = await trio.open_tcp_stream(host, port)
    async with stream:
        http = h11.Connection(h11.CLIENT)
        request = h11.Request(method="HEAD", target="/", headers=[("host", host), ("connection", "close")])
        await stream.send_all((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
        while (event := http.next_event()) is h11.NEED_DATA:
            received = bytes(await stream.receive_some(READ_BYTES))
            if not received:
                raise trio.BrokenResourceError("it hung up without an answer")
            http.receive_data(received)
    if not isinstance(event, h11.Response | h11.InformationalResponse):
        raise h11.RemoteProtocolError(f"{type(event).__name__} came first")
    return event.status_code, _date(dict(event.headers).get(b"date", b""))


def _first(error: BaseException) -> BaseException:
    """What stands at the bottom: Trio tells of all addresses that it tried as one."""
    while (below := error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__) is not None:
        error = below
    return error


def _date(header: bytes) -> float | None:
    try:
        return parsedate_to_datetime(header.decode("latin-1")).timestamp()
    except ValueError:
        return None


def look_at_server(found: Reached | NotReached, *, is_needed: bool) -> Finding:
    """Whether it was reached.

    Args:
        found: what came of asking.
        is_needed: there is a credential, so somebody means to call it.
    """
    if isinstance(found, Reached):
        return Finding("server", Status.OK, f"{found.host} answers in {found.seconds * 1000:.0f} ms")
    status = Status.PROBLEM if is_needed else Status.WARNING
    advice = found.advice if is_needed else f"{found.advice} The emulator needs none"
    return Finding("server", status, f"{found.host} cannot be reached: {found.why}", advice)


def look_at_clock(found: Reached | NotReached, now: float) -> Finding:
    """How far this machine's clock is from the server's.

    Args:
        found: what came of asking.
        now: this machine's time when the answer was there, in seconds since 1970.
    """
    if isinstance(found, NotReached) or found.date is None:
        return Finding("clock", Status.OK, "nobody was asked: no server has said what time it is")
    skew = now - found.seconds / 2 - (found.date + 0.5)  # a date is cut to whole seconds
    if abs(skew) <= SOME_SKEW:
        return Finding("clock", Status.OK, "right to within a few seconds")
    side = "fast" if skew > 0 else "slow"
    status = Status.PROBLEM if abs(skew) > MOST_SKEW else Status.WARNING
    return Finding("clock", status, f"{abs(skew):.0f} s {side}", "let the system set it (timedatectl set-ntp true)")
