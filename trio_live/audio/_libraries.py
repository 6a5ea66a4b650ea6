"""The libraries of the extra ``audio``, each imported when it is needed; a missing one says how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trio_live.errors import ConfigError


@contextmanager
def needed_for(what: str) -> Iterator[None]:
    """Import libraries inside of it.

    Args:
        what: stands in the sentence that says what is missing.

    Raises:
        ConfigError: one of them, or what it needs of the system, is not installed.
    """
    try:
        yield
    except ImportError as missing:
        raise ConfigError(f"{what} needs {missing.name}: pip install 'trio-live[audio]'") from missing
    except OSError as missing:  # sounddevice, without the library that it is about
        raise ConfigError(
            f"{what} needs the library PortAudio ({missing}): apt install libportaudio2 on Debian and Ubuntu, "
            "dnf install portaudio on Fedora; the wheels for macOS and Windows bring it along"
        ) from missing
