"""Lines spoken by a voice that takes its time: in a thread, before they are needed, and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from operator import methodcaller
from typing import Final

from trio_live.emulator._engines import Voice, voice_named
from trio_live.emulator._speech._workers import Workers

KEPT_LINES: Final = 128
"""About 50 kB for each second: some 25 MB if all took four seconds."""


class SpeechSynthesis:
    """The voice of an emulator, shared by its connections."""

    def __init__(self, workers: Workers[Voice]) -> None:
        self.workers = workers
        self._spoken: OrderedDict[str, bytes] = OrderedDict()

    def find(self, line: str) -> bytes | None:
        """A line as PCM16 at 24 kHz, if it was prepared and not yet forgotten."""
        return self._spoken.get(line)

    async def prepare(self, lines: Iterable[str]) -> None:
        """Speak these lines, so that `find` finds them. Always a checkpoint.

        Cancellation: comes through when a line is spoken; it is kept.
        """
        for line in lines:
            if line not in self._spoken:
                self._spoken[line] = await self.workers.run(methodcaller("speak", line))
            self._spoken.move_to_end(line)
        while len(self._spoken) > KEPT_LINES:
            self._spoken.popitem(last=False)


def synthesis_for(name: str) -> SpeechSynthesis | None:
    """The voice of an emulator; ``None`` for babble.

    Args:
        name: one of `speaking_names`.

    Raises:
        ConfigError: its libraries are not installed.
    """
    engine = voice_named(name)
    return None if engine is None else SpeechSynthesis(Workers(engine.load))
