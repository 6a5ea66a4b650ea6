"""Sound for a phone: when it is sent, what is known of it, what an interruption leaves."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.phone import AudioFormat
from trio_live.phone._playout import LOST_MARK, TAIL, Mark, Playout

FRAME = 0.02
PCM = AudioFormat("slin16", 16_000)


def seconds(length: float) -> bytes:
    return b"\1\0" * round(24_000 * length)


def playout(lead: float = 0.2, *, has_marks: bool = True) -> Playout:
    return Playout(PCM, lead, FRAME, has_marks=has_marks)


def frames(due: list[bytes | Mark]) -> int:
    return sum(isinstance(each, bytes) for each in due)


def marks(due: list[bytes | Mark]) -> list[str]:
    return [each.name for each in due if isinstance(each, Mark)]


def run(out: Playout, begin: float, end: float) -> list[tuple[float, bytes | Mark]]:
    """Look whenever it is time to look. Returns what was sent, and when."""
    now, sent = begin, []
    while now <= end:
        sent += [(now, each) for each in out.due(now)]
        out.progress(now)
        out.is_drained(now)
        following = out.next_at()
        assert following > now or following == -math.inf, "it would look for ever"
        now = following
    return sent


def test_a_lead_is_sent_at_once_and_the_rest_in_its_time() -> None:
    out = playout(0.1)
    out.push(seconds(1), 5.0)
    assert frames(out.due(5.0)) == 6, "a tenth of a second, and the frame that is played now"
    assert frames(out.due(5.0)) == 0
    sent = [at for at, each in run(out, 5.0, 9.0) if isinstance(each, bytes)]
    assert len(sent) == 44
    assert sent == pytest.approx([5.02 + FRAME * number for number in range(44)])
    assert out.waiting == 0


def test_an_answer_begins_when_enough_is_there_and_not_later_than_a_little_after() -> None:
    out = playout()
    out.push(seconds(0.02), 1.0)
    assert out.due(1.0) == []
    assert out.next_at() == pytest.approx(1.06)
    out.push(seconds(0.05), 1.03)
    assert frames(out.due(1.03)) == 3
    short = playout()
    short.push(seconds(0.02), 1.0)
    assert frames(short.due(short.next_at())) == 1, "a word of 20 ms is not waited for"


def test_the_last_frame_is_filled_up_with_silence() -> None:
    out = playout()
    out.push(seconds(0.07), 0.0)
    assert frames(out.due(0.0)) == 3
    at = out.next_at()
    assert at == pytest.approx(0.06), "when more could have come, and the phone has little left"
    (last, mark) = out.due(at)
    assert isinstance(last, bytes)
    assert len(last) == PCM.frame_bytes
    assert last.endswith(bytes(200))
    assert mark == Mark("0:70")


def test_a_tail_waits_while_the_phone_has_enough_to_play() -> None:
    out = playout()
    out.push(seconds(0.21), 0.0)
    assert frames(out.due(0.0)) == 10
    assert out.next_at() == pytest.approx(0.2 - TAIL)
    out.push(seconds(0.01), 0.1)
    assert frames(out.due(0.1)) == 1, "nothing was filled up in the middle"


def test_marks_say_how_much_was_sent_and_come_back_when_it_was_played() -> None:
    out = playout(0.4)
    out.push(seconds(0.3), 0.0)
    due = out.due(0.0)
    assert marks(due) == ["0:100", "0:200", "0:300"]
    assert due.index(Mark("0:100")) == 5
    assert out.progress(0.1) is None
    assert out.played_to("0:100")
    assert out.progress(0.1) == pytest.approx(0.1)
    assert out.progress(0.1) is None, "once"
    assert not out.played_to("0:100")
    assert not out.is_drained(0.2)
    out.played_to("0:300")
    assert out.is_drained(0.3)
    assert not out.is_drained(0.3), "once"


def test_an_interruption_throws_away_what_waits_and_makes_old_marks_no_news() -> None:
    out = playout(0.1)
    out.push(seconds(1), 0.0)
    assert marks(out.due(0.0)) == ["0:100", "0:120"][:1]
    assert out.flush()
    assert (out.waiting, out.epoch) == (0, 1)
    assert not out.played_to("0:100"), "it came back because of the clear"
    assert out.progress(0.1) is None
    assert not out.is_drained(0.1)
    out.push(seconds(0.2), 0.2)
    due = out.due(0.2)
    assert frames(due) == 6, "the phone has nothing any more: the lead is sent anew"
    assert marks(due)[0] == "1:100"
    assert out.played_to("1:100")


def test_an_interruption_before_anything_was_sent_leaves_nothing_to_clear() -> None:
    out = playout()
    out.push(seconds(0.02), 0.0)
    assert not out.flush()
    assert out.due(1.0) == []
    assert out.next_at() == math.inf


def test_without_marks_the_clock_tells() -> None:
    out = playout(0.06, has_marks=False)
    out.push(seconds(0.5), 0.0)
    assert marks(out.due(0.0)) == []
    told: list[tuple[float, object]] = []
    for tick in range(60):
        now = tick / 100 + 1e-7
        out.due(now)
        played = out.progress(now)
        if played is not None:
            told.append((now, round(played, 3)))
        if out.is_drained(now):
            told.append((now, "drained"))
    at, what = told[-1]
    assert at == pytest.approx(0.5, abs=1e-6)
    assert what == "drained"
    assert [played for _, played in told[:-1]] == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_mark_that_is_lost_is_not_waited_for_for_ever() -> None:
    out = playout()
    out.push(seconds(0.1), 0.0)
    out.due(0.0)
    assert not out.is_drained(1.0)
    assert out.next_at() == pytest.approx(0.1 + LOST_MARK)
    assert out.is_drained(out.next_at())


def test_nothing_is_due_while_the_other_side_has_no_room() -> None:
    out = playout()
    out.push(seconds(1), 0.0)
    out.is_paused = True
    assert out.due(0.0) == []
    assert out.next_at() == math.inf
    out.is_paused = False
    assert frames(out.due(3.0)) == 11


def test_a_frame_that_is_sent_too_late_is_counted_as_a_gap() -> None:
    out = playout(0.1)
    out.push(seconds(1), 0.0)
    out.due(0.0)
    out.due(0.25)
    assert out.gaps.number == 1
    assert out.gaps.longest == pytest.approx(0.13)


def test_a_pause_of_the_model_is_no_gap() -> None:
    out = playout(0.1)
    out.push(seconds(0.1), 0.0)
    run(out, 0.0, 5.0)
    out.push(seconds(0.1), 9.0)
    run(out, 9.0, 12.0)
    assert out.gaps.number == 0


def test_marks_of_strangers_are_no_news() -> None:
    out = playout()
    out.push(seconds(0.2), 0.0)
    out.due(0.0)
    for name in ("", "0", "0:", "x:1", "0:x", "1:100", "0:-5", "0:²"):
        assert not out.played_to(name)
    out.played_to("0:99999")
    assert out.progress(0.0) == pytest.approx(0.2), "more than was sent cannot have been played"


@given(
    st.lists(st.tuples(st.floats(0.0, 0.5), st.integers(1, 30_000)), min_size=1, max_size=12),
    st.sampled_from([0.06, 0.2, 10.0]),
    st.booleans(),
)
def test_all_that_came_is_sent_in_time_and_in_order(
    pieces: list[tuple[float, int]],
    lead: float,
    has_marks: bool,  # noqa: FBT001
) -> None:
    out, now, came, sent = Playout(PCM, lead, FRAME, has_marks=has_marks), 0.0, 0, []
    for pause, samples in pieces:
        sent += run(out, now, now + pause)
        now += pause
        out.push(b"\1\0" * samples, now)
        came += samples
    sent += run(out, now, now + 60)
    held = [at for at, each in sent if isinstance(each, bytes)]
    assert out.waiting == 0
    assert len(held) * 480 >= came
    assert held == sorted(held)
    until = -math.inf
    for at in held:
        until = max(until, at) + FRAME
        assert until - at <= lead + FRAME + 1e-6, "never further ahead than the lead"
