"""The recogniser of an emulator, shared by its connections."""

from __future__ import annotations

import attrs

from trio_live.emulator._engines import Engine, Recogniser, engine_named
from trio_live.emulator._speech._workers import Workers


@attrs.frozen
class RecognitionService:
    """What makes out what is said."""

    engine: Engine
    least_confidence: float
    """Words of which the recogniser is less sure than this count as noise."""
    workers: Workers[Recogniser]


def recognition_for(name: str, *least: float | None) -> RecognitionService | None:
    """The recogniser of an emulator; ``None`` where nothing is recognised.

    Args:
        name: one of `hearing_names`.
        least: how sure it must be; the first that is given counts, and what is usual for the recogniser otherwise.

    Raises:
        ConfigError: its libraries are not installed.
    """
    engine = engine_named(name)
    if engine is None:
        return None
    wanted = next((each for each in least if each is not None), engine.least_confidence)
    return RecognitionService(engine, wanted, Workers(engine.load))
