"""The door opens without pytest and without Hypothesis."""

from __future__ import annotations

from tests.processes import finish_code


def test_the_door_needs_nothing_of_the_extra() -> None:
    code = (
        "import sys\n"
        "for name in ('pytest', 'hypothesis', 'pytest_trio', '_pytest'): sys.modules[name] = None\n"
        "import trio_live.testing as door\n"
        "from trio_live import Live\n"
        "run = door.play_now(Live.builder().model('gemini-3.8-live'), door.Script().says('Hi.'))\n"
        "print(run.transcript_text)\n"
    )
    shown = finish_code(code)
    assert shown.stdout == "Assistant: Hi.\n", shown.stderr
