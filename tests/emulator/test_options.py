from __future__ import annotations

from typing import Any

import attrs
import pytest

from trio_live.emulator._options import Choices, EmulatorOptions
from trio_live.errors import ConfigError


def test_every_option_is_a_keyword_of_the_functions_that_open_an_emulator() -> None:
    assert [field.name for field in attrs.fields(EmulatorOptions)] == list(Choices.__annotations__)


def test_all_mistakes_are_listed() -> None:
    wrong: Any = {"pace": -1, "head_start": -0.1, "time_scale": 0, "keys": "secret", "models": "m"}
    with pytest.raises(ConfigError) as raised:
        EmulatorOptions(**wrong)
    assert len(raised.value.problems) == 5
    assert "secret" not in str(raised.value)


def test_who_hears_and_who_speaks_are_of_a_list() -> None:
    with pytest.raises(ConfigError) as raised:
        EmulatorOptions(hearing="sharply", speaking="loudly", least_confidence=1.5)
    assert raised.value.problems == (
        "hearing is 'sharply'; there are turns, auto, whisper, pocketsphinx",
        "speaking is 'loudly'; there are babble, auto, hibari",
        "least_confidence is 1.5; it lies between 0 and 1",
    )
