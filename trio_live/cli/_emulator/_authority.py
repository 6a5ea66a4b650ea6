"""TLS for the emulator: a certificate authority of its own, thrown away at the end or kept in a directory.

Clients trust the authority, so that is what is kept; the certificate of the server is a new one each time.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

from rich.console import Console

from trio_live import ConfigError

CERTIFICATE: Final = "authority.pem"
KEY: Final = "authority.key"
"""Readable by its owner alone: whoever has it can pretend to be any server to those who trust the authority."""


def kept_authority(directory: Path) -> Path:
    """The certificate of the authority that is kept in a directory; made when there is none yet.

    Raises:
        ConfigError: trustme is not installed.
        OSError: the directory cannot be used.
    """
    certificate, key = directory / CERTIFICATE, directory / KEY
    if not (certificate.exists() and key.exists()):
        authority = _trustme().CA()
        directory.mkdir(parents=True, exist_ok=True)
        key.touch(mode=0o600)
        key.write_bytes(authority.private_key_pem.bytes())
        certificate.write_bytes(authority.cert_pem.bytes())
    return certificate.absolute()


@asynccontextmanager
async def open_tls(
    host: str, console: Console, *, throwaway: bool, kept_in: Path | None
) -> AsyncGenerator[ssl.SSLContext | None, None]:
    """A server context, and words on how to trust it; ``None`` when no TLS is wanted.

    Args:
        host: the name or address of the server.
        console: where the words go.
        throwaway: make an authority for this once.
        kept_in: the directory of one that is kept.

    Raises:
        ConfigError: trustme is not installed.
        OSError: the directory cannot be used.
    """
    if not throwaway and kept_in is None:
        yield None
        return
    with ExitStack() as stack:
        folder = kept_in or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trio-live-")))
        trust = kept_authority(folder)
        authority = _trustme().CA.from_pem(trust.read_bytes(), (folder / KEY).read_bytes())
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(host, "localhost").configure_cert(context)
        console.print(f"to trust this emulator, start the client with SSL_CERT_FILE={trust}", soft_wrap=True)
        yield context


def _trustme() -> ModuleType:
    try:
        import trustme
    except ModuleNotFoundError:
        raise ConfigError("--tls needs trustme; install it with: pip install 'trio-live[cli]'") from None
    return trustme
