from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator._service._refusals import cut_reason, invalid, model_not_found, no_list, unknown_name


@given(st.text())
def test_a_reason_fits_a_close_frame(reason: str) -> None:
    cut = cut_reason(reason)
    assert len(cut.encode()) <= 123
    assert reason.startswith(cut)


def test_a_short_reason_stays_whole() -> None:
    assert cut_reason("é" * 61) == "é" * 61
    assert cut_reason("é" * 62) == "é" * 61


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (invalid("which one is for the log"), "1007 Request contains an invalid argument."),
        (
            unknown_name("x", "setup"),
            "1007 Invalid JSON payload received. Unknown name \"x\" at 'setup': Cannot find field.",
        ),
        (unknown_name("x"), '1007 Invalid JSON payload received. Unknown name "x": Cannot find field.'),
        (
            model_not_found("models/m", "v1"),
            "1008 models/m is not found for API version v1, or is not supported for bidiGenerateContent",
        ),
        (
            no_list("type", "setup.tools[0]"),
            (
                "1007 Invalid JSON payload received. Unknown name \"type\" at 'setup.tools[0]': "
                "Proto field is not repeating, cannot start list."
            ),
        ),
    ],
)
def test_refusals_speak_in_the_servers_words(refusal: Exception, text: str) -> None:
    assert str(refusal) == text
