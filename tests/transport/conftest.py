"""Whatever is true of one carrier of frames is true of the other: most tests of this room run over both."""

from __future__ import annotations

import pytest

from trio_live.transport import TransportKind


@pytest.fixture(params=list(TransportKind), ids=lambda kind: kind.value)
def kind(request: pytest.FixtureRequest) -> TransportKind:
    """What carries the frames."""
    found: TransportKind = request.param
    return found
