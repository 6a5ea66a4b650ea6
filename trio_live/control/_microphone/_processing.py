"""What is done to the microphone's sound before anybody hears it: the session's processors, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trio_live.voice import InputProcessor


class Processing:
    """Changes the user's sound.

    Args:
        processors: in the order in which they change it.
        report: told which one failed, and how; the sound then stays what it was before that one.
    """

    def __init__(self, processors: Sequence[InputProcessor], report: Callable[[str, Exception], None]) -> None:
        self._processors = processors
        self._report = report

    def __call__(self, sound: bytes) -> bytes:
        """The sound as it is to be heard: whole samples, maybe none."""
        for processor in self._processors:
            try:
                changed = processor.process(sound)
                if not isinstance(changed, bytes):
                    raise TypeError(f"a processor answered {type(changed).__name__}, and not bytes")  # noqa: TRY301
            except Exception as error:  # noqa: BLE001  # user code; reported
                self._report("mic_processor", error)
            else:
                sound = changed[: len(changed) - len(changed) % 2]
        return sound
