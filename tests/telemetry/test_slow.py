from __future__ import annotations

from trio_live.telemetry._slow import SlowCallbacks


def test_each_is_counted_with_its_worst_time() -> None:
    slow = SlowCallbacks()
    for took in (0.002, 0.0055, 0.003):
        slow.count("on_audio", took)
    slow.count("on_text", 0.0011)
    assert slow.to_json() == {
        "on_audio": {"count": 3, "worst_ms": 5.5},
        "on_text": {"count": 1, "worst_ms": 1.1},
    }
