"""One address being dialled: its line, and how the failures on the way are told."""

from __future__ import annotations

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import attrs
import trio

from trio_live._typing import Seconds
from trio_live._wording import one_line
from trio_live.errors import ConnectTimeout
from trio_live.transport import _failures as failures
from trio_live.transport._endpoint import Address
from trio_live.transport._socket import Line


@cache
def _default_context() -> ssl.SSLContext:
    """Built once: reading the system's certificates takes longer than a dial on a local network."""
    return ssl.create_default_context()


@attrs.define
class Target:
    """One address being dialled, and how its failures are told."""

    address: Address
    ssl_context: ssl.SSLContext | None
    connect_within: Seconds

    @property
    def _place(self) -> tuple[str, int, bool]:
        parts = urlsplit(self.address.url)
        secure = parts.scheme == "wss"
        return parts.hostname or "", parts.port or (443 if secure else 80), secure

    @property
    def name(self) -> str:
        """Host and port, for messages."""
        host, port, _ = self._place
        return f"{host}:{port}"

    @property
    def host_header(self) -> str:
        """Host and port as the address spells them."""
        return urlsplit(self.address.url).netloc

    @property
    def path(self) -> str:
        """What is asked for there."""
        return urlsplit(self.address.url).path

    def refused(self, status: int, body: bytes | None) -> Exception:
        """An HTTP status instead of the upgrade, with the server's words but without our credential."""
        return failures.refused(
            self.name, status, one_line(self.address.redacted((body or b"").decode(errors="replace").strip()))
        )

    async def open_line(self) -> Line:
        """TCP, and TLS where the address asks for it.

        Cancellation: nothing stays open.
        """
        host, port, secure = self._place
        context = (self.ssl_context or _default_context()) if secure else None
        line = Line.taken_from(await trio.open_tcp_stream(host, port))
        if context is not None:
            try:
                await line.start_tls(context, host)
            except BaseException:
                line.close()
                raise
        return line

    @contextmanager
    def explained(self) -> Generator[None, None, None]:
        """Tell what went wrong, in our errors."""
        try:
            yield
        except trio.TooSlowError:
            raise ConnectTimeout(f"{self.name} did not answer within {self.connect_within:g} s") from None
        except trio.BrokenResourceError as error:
            raise failures.broken(self.name, error.__cause__) from error
        except (OSError, UnicodeError) as error:
            raise failures.unreachable(self.name, error) from error
