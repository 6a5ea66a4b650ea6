from __future__ import annotations

import attrs
import pytest

from tests.phases.hooks import raising
from trio_live.phases._internal import HookCall


def test_a_call_is_a_value_that_cannot_be_changed() -> None:
    call = HookCall("phase 'a' on_enter", raising(ValueError()))
    assert call.timeout is None
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        call.where = "elsewhere"  # type: ignore[misc]  # the mistake
