"""What the pages say that a failure looks like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.testing.test_example_phases import HASTY, WRITES
from trio_live.testing.strategies import PhaseFault, check_phases

PAGE = Path(__file__).parents[2] / "docs/how-to/property-test-phases.md"


def test_the_page_shows_the_message_that_comes() -> None:
    with pytest.raises(PhaseFault) as caught:
        check_phases(HASTY, writes=WRITES, max_examples=20)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert without_numbers(shown.strip()) == without_numbers(str(caught.value))


def without_numbers(text: str) -> str:
    return re.sub(r"in \d+ stories", "in many stories", text)
