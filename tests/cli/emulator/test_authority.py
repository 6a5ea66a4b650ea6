"""The authority that clients of the emulator trust."""

from __future__ import annotations

import ssl
from pathlib import Path

from rich.console import Console

from trio_live.cli._emulator._authority import kept_authority, open_tls


async def served(kept_in: Path | None, *, throwaway: bool = False) -> ssl.SSLContext | None:
    console = Console(quiet=True)
    async with open_tls("127.0.0.1", console, throwaway=throwaway, kept_in=kept_in) as context:
        return context


async def test_without_a_wish_there_is_no_tls() -> None:
    assert await served(None) is None
    assert isinstance(await served(None, throwaway=True), ssl.SSLContext)


async def test_an_authority_that_is_kept_stays_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "tls"
    first = kept_authority(folder).read_bytes()
    assert isinstance(await served(folder), ssl.SSLContext)
    assert kept_authority(folder).read_bytes() == first
    (folder / "authority.key").unlink()
    assert kept_authority(folder).read_bytes() != first, "a certificate without its key is of no use"


def test_the_key_of_an_authority_is_its_owners_alone(tmp_path: Path) -> None:
    kept_authority(tmp_path)
    assert (tmp_path / "authority.key").stat().st_mode & 0o077 == 0
