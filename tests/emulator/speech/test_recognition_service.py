from __future__ import annotations

import pytest

from tests.emulator.recognisers import install
from trio_live.emulator._speech._recognition_service import recognition_for


def test_nothing_is_recognised_unless_it_is_asked_for() -> None:
    assert recognition_for("turns") is None


@pytest.mark.parametrize(
    ("least", "wanted"), [((None, None), 0.5), ((0.1, None), 0.1), ((None, 0.2), 0.2), ((0.0, 0.2), 0.0)]
)
def test_the_first_who_says_how_sure_it_must_be_is_heeded(
    monkeypatch: pytest.MonkeyPatch, least: tuple[float | None, ...], wanted: float
) -> None:
    install(monkeypatch)
    service = recognition_for("scripted", *least)
    assert service is not None
    assert service.least_confidence == wanted
