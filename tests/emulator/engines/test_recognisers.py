from __future__ import annotations

import pytest

from trio_live.emulator import Emulation
from trio_live.emulator._engines import ENGINES, engine_named, hearing_names
from trio_live.errors import ConfigError


def test_the_option_takes_every_recogniser() -> None:
    assert hearing_names() == ("turns", "auto", *ENGINES)


def test_without_a_recogniser_nothing_is_recognised() -> None:
    assert engine_named("turns") is None


@pytest.mark.parametrize("name", ENGINES)
def test_a_recogniser_that_is_not_installed_is_told_when_the_emulator_opens(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trio_live.emulator._engines._choosing.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"emulator-speech"):
        Emulation(hearing=name)
    Emulation(hearing="auto")


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_every_row_can_be_used(engine: object) -> None:
    assert 0 < ENGINES["whisper"].least_confidence < 1
    assert engine is not None
