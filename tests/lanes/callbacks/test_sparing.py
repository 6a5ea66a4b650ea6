from __future__ import annotations

import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from trio_live.lanes._callbacks._sparing import Sparing


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from("ab")), max_size=20))
def test_each_name_is_said_at_most_so_often_and_what_was_not_said_is_counted(calls: list[tuple[float, str]]) -> None:
    async def main() -> None:
        sparing = Sparing(1.0)
        said: dict[str, float] = {}
        asked, told = 0, 0
        unsaid = dict.fromkeys("ab", 0)
        for wait, name in calls:
            await trio.sleep(wait)
            asked += 1
            missed = sparing.due(name)
            now = trio.current_time()
            assert (missed is None) == (name in said and now - said[name] < 1.0)
            if missed is None:
                unsaid[name] += 1
            else:
                assert missed == unsaid[name]
                said[name], unsaid[name] = now, 0
                told += 1 + missed
        assert told + sum(unsaid.values()) == asked

    trio.run(main, clock=MockClock(autojump_threshold=0))
