from __future__ import annotations

import signal
from collections.abc import Generator

import pytest
import trio

from trio_live.cli._signals import ENDING, run_until_told


@pytest.fixture(autouse=True, params=[signal.default_int_handler, signal.SIG_IGN], ids=["as usual", "ignored"])
def inherited(request: pytest.FixtureRequest) -> Generator[None, None, None]:
    """SIGINT as the process found it; afterwards both signals are as they were."""
    before = {each: signal.getsignal(each) for each in ENDING}
    signal.signal(signal.SIGINT, request.param)
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def test_a_command_that_ends_by_itself_was_told_nothing() -> None:
    async def main() -> None:
        await trio.lowlevel.checkpoint()

    assert trio.run(run_until_told, main) is None


@pytest.mark.parametrize("told", ENDING)
def test_a_signal_cancels_the_command_and_a_second_one_would_end_the_process(told: signal.Signals) -> None:
    ended: list[object] = []

    async def main() -> None:
        try:
            signal.raise_signal(told)
            await trio.sleep_forever()
        finally:
            ended.extend(signal.getsignal(each) for each in ENDING)

    assert trio.run(run_until_told, main) is told
    assert ended == [signal.SIG_DFL, signal.SIG_DFL]


def test_an_error_comes_out_as_it_went_in() -> None:
    async def main() -> None:
        raise OSError("no such port")

    with pytest.raises(OSError, match="no such port"):
        trio.run(run_until_told, main)
