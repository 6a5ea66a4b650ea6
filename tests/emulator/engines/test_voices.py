from __future__ import annotations

import pytest

from trio_live.emulator import Emulation
from trio_live.emulator._engines import VOICES, speaking_names, voice_named
from trio_live.errors import ConfigError


def test_the_option_takes_every_voice() -> None:
    assert speaking_names() == ("babble", "auto", *VOICES)
    assert voice_named("babble") is None


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_that_is_not_installed_is_told_when_the_emulator_opens(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trio_live.emulator._engines._choosing.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"emulator-speech"):
        Emulation(speaking=name)
    Emulation(speaking="auto")
