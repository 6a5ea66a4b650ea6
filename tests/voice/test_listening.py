"""What is to be said of sound, in its order, however the sound was cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.voice import (
    IMMEDIATE_COMMIT,
    Again,
    BackendInputVad,
    BackendVadSnapshot,
    CommitSignal,
    Heard,
    Reported,
    TurnCommitConfig,
    TurnCommitPolicy,
    TurnListener,
    VadEvent,
)

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END
BEGIN, CUT, OVER = CommitSignal.ACTIVITY_START, CommitSignal.INTERRUPTION_START, CommitSignal.ACTIVITY_END
MS = 32
"""Bytes."""


class Switch:
    """A detector that hears speech in bytes that are not zero, at once."""

    def __init__(self) -> None:
        self.speaking = False

    def process_pcm_bytes(self, chunk: bytes) -> list[VadEvent]:
        was, self.speaking = self.speaking, any(chunk)
        return [] if was is self.speaking else [START if self.speaking else END]

    def reset(self) -> None:
        self.speaking = False

    def snapshot(self) -> BackendVadSnapshot:
        return BackendInputVad().snapshot()


def quiet(ms: int) -> bytes:
    return bytes(ms * MS)


def loud(ms: int) -> bytes:
    return b"\x01" * (ms * MS)


def listener(config: TurnCommitConfig | None = None, *, again: bool = False) -> TurnListener:
    return TurnListener(Switch(), None if config is None else TurnCommitPolicy(config), hears_again=again)


def free() -> bool:
    return False


def audible() -> bool:
    return True


def told(heard: list[Heard]) -> list[object]:
    """Sound as its length in milliseconds."""
    return [
        len(each) // MS
        if isinstance(each, bytes)
        else ("again", len(each.data) // MS)
        if isinstance(each, Again)
        else each
        for each in heard
    ]


def test_mostly_it_is_the_sound_alone() -> None:
    heard = listener()
    sound = quiet(40)
    (only,) = heard.hear(sound, lambda: False)
    assert only is sound


def test_the_beginning_is_told_before_its_sound_and_the_end_after_it() -> None:
    heard = listener().hear(quiet(40) + loud(60) + quiet(40), lambda: False)
    assert told(heard) == [40, START, 20, 40, 20, END, 20]


def test_turns_are_marked_in_the_same_order() -> None:
    heard = listener(IMMEDIATE_COMMIT).hear(loud(20) + quiet(20), lambda: False)
    assert told(heard) == [START, BEGIN, 20, 20, END, OVER]


def test_whoever_is_to_be_silent_is_silenced_first_of_all() -> None:
    assert told(listener(IMMEDIATE_COMMIT).hear(loud(20), lambda: True)) == [CUT, START, 20]


def test_what_came_before_the_mark_is_heard_again_right_after_it_once() -> None:
    ear = listener(IMMEDIATE_COMMIT, again=True)
    ear.hear(quiet(1000), lambda: False)
    assert told(ear.hear(loud(20), lambda: False)) == [START, BEGIN, ("again", 300), 20]
    assert told(ear.hear(quiet(20), lambda: False)) == [20, END, OVER]
    assert told(ear.hear(loud(20), lambda: False)) == [START, BEGIN, ("again", 20), 20], (
        "the mark ended after that piece"
    )


def test_of_speech_over_the_model_everything_is_heard_again_when_it_turns_out_to_be_a_turn() -> None:
    ear = listener(TurnCommitConfig(min_interruption_ms=600), again=True)
    ear.hear(quiet(400), lambda: True)
    heard = told(ear.hear(loud(660), lambda: True))
    assert heard == [START, CommitSignal.DUCK, 20, 580, CUT, ("again", 900), 20, 40]


def test_when_the_stream_ends_so_does_what_is_open() -> None:
    ear = listener(TurnCommitConfig())
    assert ear.stop() == []
    ear.hear(loud(20), lambda: False)
    assert ear.stop() == [END, OVER]


def test_whether_the_model_speaks_is_asked_only_where_it_matters() -> None:
    def refuse() -> bool:
        raise AssertionError("nobody has begun to speak")

    ear = listener(TurnCommitConfig())
    for _ in range(10):
        ear.hear(quiet(20), refuse)


SOUND = st.lists(st.tuples(st.booleans(), st.integers(1, 20)), max_size=12).map(
    lambda parts: b"".join((loud if is_loud else quiet)(20 * count) for is_loud, count in parts)
)


@given(sound=SOUND, cuts=st.lists(st.integers(1, 40), max_size=12), model_speaking=st.booleans())
def test_how_the_sound_was_cut_changes_nothing(sound: bytes, cuts: list[int], *, model_speaking: bool) -> None:
    config = TurnCommitConfig(eot_hold_ms=60, min_interruption_ms=100)
    whole, cut = listener(config, again=True), listener(config, again=True)
    one = whole.hear(sound, lambda: model_speaking) if sound else []
    many: list[Heard] = []
    rest = sound
    for length in [*cuts, len(sound)]:
        part, rest = rest[: 20 * MS * length], rest[20 * MS * length :]
        many += cut.hear(part, lambda: model_speaking) if part else []
    assert flat(one) == flat(many)
    assert b"".join(each for each in one if isinstance(each, bytes)) == sound, "whole, and in order"


def flat(heard: list[Heard]) -> list[object]:
    """The same, with neighbouring sound joined."""
    joined: list[object] = []
    for each in heard:
        if isinstance(each, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += each
        else:
            joined.append(each)
    return joined


# -- edges that somebody else hears ------------------------------------------------------------------------------------


def test_a_reported_edge_is_judged_as_one_heard_here() -> None:
    ear = listener(TurnCommitConfig(eot_hold_ms=100), again=True)
    assert told(ear.hear(quiet(40), free)) == [40]
    assert told(ear.report(START, free)) == [Reported(START), BEGIN, ("again", 40)]
    assert told(ear.report(START, free)) == [Reported(START)]
    assert told(ear.hear(quiet(40), free)) == [40]
    assert told(ear.report(END, free)) == [Reported(END)]
    assert told(ear.hear(quiet(80), free)) == [80]
    assert told(ear.hear(quiet(20), free)) == [20, OVER]
    assert told(ear.report(END, free)) == [Reported(END)]


def test_a_reported_word_over_the_model_is_a_backchannel_and_a_sentence_interrupts() -> None:
    ear = listener(TurnCommitConfig(min_interruption_ms=200))
    assert told(ear.report(START, audible)) == [Reported(START), CommitSignal.DUCK]
    assert told(ear.hear(quiet(100), audible)) == [100]
    assert told(ear.report(END, audible)) == [Reported(END), CommitSignal.RESTORE]
    assert told(ear.report(START, audible)) == [Reported(START), CommitSignal.DUCK]
    assert CUT in told(ear.hear(quiet(200), audible))
    at_once = listener(IMMEDIATE_COMMIT)
    assert told(at_once.report(START, audible)) == [CUT, Reported(START)]


def test_speech_begins_with_the_first_who_hears_it_and_ends_with_the_last() -> None:
    ear = listener(IMMEDIATE_COMMIT)
    assert told(ear.report(START, free)) == [Reported(START), BEGIN]
    assert told(ear.hear(loud(20), free)) == [START, 20]
    assert told(ear.report(END, free)) == [Reported(END)]
    assert told(ear.report(START, free)) == [Reported(START)]
    assert told(ear.hear(quiet(20), free)) == [20, END]
    assert told(ear.report(END, free)) == [Reported(END), OVER]


def test_a_microphone_that_stops_ends_what_was_reported_too() -> None:
    ear = listener(IMMEDIATE_COMMIT)
    ear.report(START, free)
    assert ear.stop() == [OVER]
    assert told(ear.report(END, free)) == [Reported(END)]
    assert told(ear.hear(loud(20), free)) == [START, BEGIN, 20]


def test_without_a_policy_an_edge_is_only_handed_on() -> None:
    assert told(listener().report(START, audible)) == [Reported(START)]


@given(st.lists(st.one_of(st.booleans(), st.sampled_from([START, END])), max_size=30), st.booleans())
def test_marks_alternate_whoever_hears_what(course: list[bool | VadEvent], is_audible: bool) -> None:  # noqa: FBT001
    ear = listener(TurnCommitConfig(eot_hold_ms=40, min_interruption_ms=40))
    marks: list[object] = []
    speaks_there = False
    for step in course:
        if isinstance(step, VadEvent):
            speaks_there = step is START
            heard = ear.report(step, lambda: is_audible)
        else:
            heard = ear.hear(loud(20) if step else quiet(20), lambda: is_audible)
        marks += [BEGIN if each is CUT else each for each in heard if each in (BEGIN, CUT, OVER)]
    assert marks == [BEGIN, OVER] * (len(marks) // 2) + [BEGIN] * (len(marks) % 2)
    if not speaks_there:
        ear.hear(quiet(100), lambda: is_audible)
        assert ear.policy is not None
        assert not ear.policy.turn_active
