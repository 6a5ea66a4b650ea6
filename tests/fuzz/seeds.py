"""One seed after the other, each played by itself; what was slow is played again, and what broke is kept."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from typing import Protocol, TypeVar

from tests.fuzz.decoding import again, is_slow
from tests.fuzz.steps import Steps


class Report(Protocol):
    """What is found out about every kind of story."""

    failures: list[str]
    longest_step_ms: float
    longest_step: str


R = TypeVar("R", bound=Report)


def play_seeds(first: int, count: int, seconds: float, kind: type[R], play: Callable[[int, R], Steps]) -> R:
    """So many seeds, or for so long. A story that breaks is a failure.

    Args:
        first: the first seed.
        count: how many.
        seconds: after which no other one begins.
        kind: of the report.
        play: plays one, measures it, and reports. What is only measured once more is reported to nobody.
    """
    report, until = kind(), time.monotonic() + seconds
    for seed in range(first, first + count):
        if time.monotonic() > until:
            break
        try:
            steps = play(seed, report)
            longest = steps.longest_ms
            if is_slow(longest):
                longest = min(longest, *again(lambda seed=seed: play(seed, kind()).longest_ms))  # type: ignore[misc]
        except Exception:  # noqa: BLE001  # what the report is for
            report.failures.append(f"seed {seed}\n{traceback.format_exc()}")
            continue
        if longest > report.longest_step_ms:
            report.longest_step_ms, report.longest_step = longest, f"{steps.name} of seed {seed}"
    return report
