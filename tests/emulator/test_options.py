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
