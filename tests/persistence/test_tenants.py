from __future__ import annotations

import pytest

from trio_live.persistence import FsPersistence, MemoryPersistence
from trio_live.persistence._tenants import open_tenancy


def test_two_sessions_of_one_name_in_one_place_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with open_tenancy(FsPersistence("x"), "a"), open_tenancy(FsPersistence("x"), "a"):
        assert "2 live sessions of this process save as 'a' in FsPersistence('x')" in caplog.text


def test_others_are_not(caplog: pytest.LogCaptureFixture) -> None:
    one, other = MemoryPersistence(), MemoryPersistence()
    with open_tenancy(one, "a"), open_tenancy(other, "a"), open_tenancy(one, "b"):
        pass
    with open_tenancy(one, "a"):
        assert not caplog.text
