"""What all tests of this room share."""

from __future__ import annotations

from tests.lanes.stray import pytest_runtest_call

__all__ = ["pytest_runtest_call"]
