"""Human speech, as the tests of hearing have it."""

from __future__ import annotations

from tests.voice.conftest import recording

__all__ = ["recording"]
