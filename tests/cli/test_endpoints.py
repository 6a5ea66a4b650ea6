from __future__ import annotations

import pytest

from trio_live import ConfigError, GoogleAI
from trio_live.cli._endpoints import chosen_endpoint
from trio_live.live._internal import KEY_VARIABLES


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*KEY_VARIABLES, "GOOGLE_GENAI_USE_VERTEXAI"):
        monkeypatch.delenv(variable, raising=False)


def test_without_a_key_it_is_the_emulator() -> None:
    assert chosen_endpoint(force_emulator=False, persona=None) is None
    assert chosen_endpoint(force_emulator=False, persona="desk") is None


def test_with_a_key_it_is_the_real_api_unless_the_emulator_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "k")
    assert isinstance(chosen_endpoint(force_emulator=False, persona=None), GoogleAI)
    assert chosen_endpoint(force_emulator=True, persona="desk") is None
    with pytest.raises(ConfigError, match="--persona is for the emulator, and there is a key"):
        chosen_endpoint(force_emulator=False, persona="desk")
