"""A replay, written down as a test for pytest."""

from __future__ import annotations

import pprint
import textwrap
from typing import Any, Final

from trio_live._values import value
from trio_live.replay._run import Replayed

_WIDTH: Final = 100


@value(kw_only=True)
class TestFile:
    """What the test is about."""

    __test__ = False  # for pytest, which looks for classes of such names

    recording: str
    """The recording, as a path relative to the test."""
    module: str | None
    """The module of the agent; ``None``: the agent is the one of the recording."""
    agent: str
    """The agent, as an expression."""

    def source(self, replayed: Replayed) -> str:
        """The test, as Python.

        Args:
            replayed: what is to come of the recording from now on.
        """
        answers = [(answer.name, answer.response) for answer in replayed.tool_responses]
        imports = "replay_now" if self.module is not None else "recorded_agent, replay_now"
        lines = [
            f'"""The call in {self.recording}, as it was recorded; written by ``trio-live replay --save-test``."""',
            "",
            "from __future__ import annotations",
            "",
            "from pathlib import Path",
            "",
            *([f"import {self.module}"] if self.module is not None else []),
            "from trio_live.recording import read_recording",
            f"from trio_live.replay import {imports}",
            "",
            f"RECORDING = Path(__file__).parent / {self.recording!r}",
            "",
            "",
            "def test_the_call_goes_as_it_was_recorded() -> None:",
            "    entries = read_recording(RECORDING)",
            f"    replayed = replay_now({self.agent}, entries)",
            _expected("list(replayed.transcript)", list(replayed.transcript)),
            _expected("[(answer.name, answer.response) for answer in replayed.tool_responses]", answers),
            *([_expected("replayed.phase", replayed.phase)] if replayed.phase is not None else []),
        ]
        return "\n".join(lines) + "\n"


def _expected(expression: str, found: Any) -> str:
    shown = pprint.pformat(found, width=_WIDTH, sort_dicts=False)
    return textwrap.indent(f"assert {expression} == {shown}", "    ")
