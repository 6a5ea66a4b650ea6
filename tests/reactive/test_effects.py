from __future__ import annotations

import pytest

from trio_live import ConfigError
from trio_live.reactive import EffectMode, EffectPolicy, Noop, Reaction


def test_an_effect_blocks_and_takes_its_time_unless_something_else_is_said() -> None:
    assert Reaction("r", Noop()).policy == EffectPolicy(mode=EffectMode.BLOCKING, timeout=None)


@pytest.mark.parametrize("timeout", [0, -1.0, float("nan")])
def test_an_effect_without_any_time_is_refused(timeout: float) -> None:
    with pytest.raises(ConfigError, match="leaves an effect no time"):
        EffectPolicy(timeout=timeout)
