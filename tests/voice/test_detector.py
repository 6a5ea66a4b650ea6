from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.voice import EnergyBackend, VadConfig, VadEvent, VadState, VoiceActivityDetector
from trio_live.voice._internal import energy_dbfs

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END
FRAME = 480


def frame(amplitude: int, *, half_period: int = 4, samples: int = FRAME) -> bytes:
    """A square wave: its RMS is its amplitude, and it crosses zero once in `half_period` samples."""
    wave = (amplitude if index // half_period % 2 == 0 else -amplitude for index in range(samples))
    return struct.pack(f"<{samples}h", *wave)


def at(dbfs: float) -> bytes:
    return frame(round(32767 * 10 ** (dbfs / 20)))


def floor_of(detector: VoiceActivityDetector) -> float:
    assert isinstance(detector.backend, EnergyBackend)
    return detector.backend.noise_floor_dbfs


LOUD, QUIET = at(-6), at(-64)
HUM, HISS = frame(16_000, half_period=FRAME // 2), frame(16_000, half_period=1)


def drive(detector: VoiceActivityDetector, pattern: str) -> list[VadEvent | None]:
    """Feeds L for a loud frame and Q for a quiet one."""
    return [detector.process_frame(LOUD if letter == "L" else QUIET) for letter in pattern]


@pytest.mark.parametrize(
    ("before", "now", "state", "event"),
    [
        ("", "Q", VadState.SILENCE, None),
        ("", "L", VadState.PENDING_SPEECH, None),
        ("L", "L", VadState.PENDING_SPEECH, None),
        ("LL", "L", VadState.SPEECH, START),
        ("L", "Q", VadState.SILENCE, None),
        ("LL", "Q", VadState.SILENCE, None),
        ("LLQL", "L", VadState.PENDING_SPEECH, None),
        ("LLL", "L", VadState.SPEECH, None),
        ("LLL", "Q", VadState.HANGOVER, None),
        ("LLLQ", "Q", VadState.HANGOVER, None),
        ("LLLQ", "L", VadState.SPEECH, None),
        ("LLLQQL", "Q", VadState.HANGOVER, None),
        ("LLLQQ", "Q", VadState.SILENCE, END),
        ("LLLQQQ", "L", VadState.PENDING_SPEECH, None),
    ],
)
def test_each_transition(before: str, now: str, state: VadState, event: VadEvent | None) -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=3, hangover_frames=3))
    drive(detector, before)
    assert drive(detector, now) == [event]
    assert detector.state is state
    assert detector.speaking is (state in {VadState.SPEECH, VadState.HANGOVER})


def test_one_frame_is_enough_when_one_is_asked_for() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=1, hangover_frames=1))
    assert drive(detector, "LQLLQ") == [START, END, START, None, END]


def edges_by_counting(heard: list[bool], min_speech_frames: int, hangover_frames: int) -> Iterator[VadEvent | None]:
    speaking, run = False, 0
    for loud in heard:
        run = run + 1 if loud is not speaking else 0
        if run < (hangover_frames if speaking else min_speech_frames):
            yield None
            continue
        speaking, run = not speaking, 0
        yield START if speaking else END


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=80), st.integers(1, 5), st.integers(1, 5))
def test_edges_are_what_counting_runs_gives(heard: list[bool], min_speech: int, hangover: int) -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=min_speech, hangover_frames=hangover))
    events = drive(detector, "".join("L" if loud else "Q" for loud in heard))
    assert events == list(edges_by_counting(heard, min_speech, hangover))


@pytest.mark.parametrize("sound", [HUM, HISS])
def test_what_is_loud_but_not_shaped_like_speech_does_not_begin_speech(sound: bytes) -> None:
    detector = VoiceActivityDetector()
    assert [detector.process_frame(sound) for _ in range(50)] == [None] * 50
    assert detector.state is VadState.SILENCE
    assert detector.last_probability == 0.0


@pytest.mark.parametrize("sound", [HUM, HISS, at(-49)])
def test_what_would_not_begin_speech_may_go_on_with_it(sound: bytes) -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=1, hangover_frames=1, initial_noise_floor_dbfs=-75))
    detector.process_frame(LOUD)
    assert floor_of(detector) == pytest.approx(-61.7, abs=0.1), "so -49 dBFS lies between the two thresholds"
    assert detector.process_frame(sound) is None
    assert detector.state is VadState.SPEECH
    assert detector.last_probability == 0.0


def test_thresholds_are_measured_from_the_floor_before_the_frame() -> None:
    detector = VoiceActivityDetector(VadConfig(initial_noise_floor_dbfs=-60))
    detector.process_frame(at(-44.5))
    assert detector.state is VadState.PENDING_SPEECH
    assert floor_of(detector) == pytest.approx(-60 + 15.5 / 3, abs=0.1)


def test_exactly_at_the_threshold_is_not_above_it() -> None:
    sound = at(-40)
    detector = VoiceActivityDetector(VadConfig(initial_noise_floor_dbfs=energy_dbfs(sound) - 15))
    detector.process_frame(sound)
    assert detector.state is VadState.SILENCE


# --- the noise floor


def test_a_room_20_db_above_the_first_guess_is_learned_instead_of_taken_for_speech() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=2))
    room = at(-40)
    assert [detector.process_frame(room) for _ in range(100)] == [None] * 100
    assert floor_of(detector) == pytest.approx(-40, abs=0.5)


def test_half_a_second_teaches_a_room_within_about_2_db() -> None:
    detector = VoiceActivityDetector()
    for _ in range(17):
        detector.process_frame(at(-46))
    assert floor_of(detector) == pytest.approx(-46, abs=2.2)


def test_learning_never_becomes_too_slow_in_a_long_call() -> None:
    detector = VoiceActivityDetector()
    for _ in range(5_000):
        detector.process_frame(at(-60))
    before = floor_of(detector)
    for _ in range(350):
        detector.process_frame(at(-52))
    assert floor_of(detector) - before == pytest.approx(4, abs=0.2), "half of the change, in about ten seconds"


def test_learning_is_quick_at_first_and_slow_later() -> None:
    def moved_after(frames: int) -> float:
        detector = VoiceActivityDetector()
        for _ in range(frames):
            detector.process_frame(at(-60))
        before = floor_of(detector)
        detector.process_frame(at(-50))
        return floor_of(detector) - before

    steps = [moved_after(frames) for frames in (0, 5, 19, 100, 497, 498, 1_000)]
    assert steps == sorted(steps, reverse=True)
    assert min(steps[:3]) > 0.04 * 10, "the first twenty frames"
    assert steps[-1] == pytest.approx(steps[-2], abs=1e-4)
    assert steps[-1] == pytest.approx(0.02, abs=1e-3)


def test_only_silence_teaches() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=2, hangover_frames=5))
    drive(detector, "QQQL")
    floor = floor_of(detector)
    drive(detector, "LLLQQLL")
    assert floor_of(detector) == floor


def test_digital_silence_teaches_nothing() -> None:
    detector = VoiceActivityDetector()
    for _ in range(100):
        detector.process_frame(bytes(960))
    assert floor_of(detector) == -60.0
    detector.process_frame(at(-45))
    assert floor_of(detector) == pytest.approx(-55, abs=0.1), "the first real frame still counts as the first"


def test_speech_after_a_muted_microphone_ends_in_the_noise_of_the_room() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=2, hangover_frames=8))
    room = at(-48)
    frames = [bytes(960)] * 100 + [room] * 10 + [LOUD] * 20 + [room] * 20
    events = [(index, event) for index, event in enumerate(map(detector.process_frame, frames)) if event]
    assert events == [(111, START), (137, END)]


def test_the_floor_stays_within_what_a_room_can_be() -> None:
    detector = VoiceActivityDetector()
    for _ in range(500):
        detector.process_frame(frame(1))
    assert -70.0 <= floor_of(detector) < -69.9
    for _ in range(3_000):
        detector.process_frame(HUM)
    assert -36.0 < floor_of(detector) <= -35.0


def test_a_long_hiss_at_the_very_beginning_does_not_hide_the_vowel_after_it() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=2))
    events = [detector.process_frame(HISS) for _ in range(7)] + [detector.process_frame(at(-17)) for _ in range(3)]
    assert events == [None] * 8 + [START, None]


# --- frames kept for a caller that sends only speech


def numbered(number: int, amplitude: int) -> bytes:
    return struct.pack("<h", number) + frame(amplitude)[2:]


def test_pre_speech_comes_oldest_first_and_only_once() -> None:
    detector = VoiceActivityDetector()
    frames = [numbered(number, 20) for number in range(5)]
    for each in frames:
        detector.process_frame(each)
    assert detector.drain_pre_speech() == frames[2:]
    assert detector.drain_pre_speech() == []


def test_pending_frames_are_the_first_of_the_speech() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=3))
    quiet = [numbered(number, 20) for number in range(5)]
    loud = [numbered(number, 16_000) for number in range(5, 9)]
    for each in quiet + loud:
        detector.process_frame(each)
    assert detector.drain_pre_speech() == quiet[2:]
    assert detector.drain_pending() == loud[:3]
    assert detector.drain_pending() == []


def test_one_pending_frame_when_one_begins_speech() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=1, pre_speech_frames=0))
    drive(detector, "QQ")
    assert detector.process_frame(LOUD) is START
    assert detector.drain_pre_speech() == []
    assert detector.drain_pending() == [LOUD]


def test_a_false_alarm_joins_what_precedes_the_next_speech() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=3, pre_speech_frames=4))
    amplitudes = (20, 20, 16_000, 16_000, 20)
    frames = [numbered(number, amplitude) for number, amplitude in enumerate(amplitudes)]
    for each in frames:
        detector.process_frame(each)
    assert detector.drain_pending() == []
    assert detector.drain_pre_speech() == frames[1:]


def test_the_end_of_speech_clears_what_was_kept() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=1, hangover_frames=1))
    drive(detector, "QQQLQ")
    assert detector.drain_pre_speech() == []
    assert detector.drain_pending() == []


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=60), st.integers(1, 4), st.integers(1, 4), st.integers(0, 4))
def test_a_gate_that_replays_what_was_kept_loses_no_speech(
    heard: list[bool], min_speech: int, hangover: int, pre_speech: int
) -> None:
    config = VadConfig(min_speech_frames=min_speech, hangover_frames=hangover, pre_speech_frames=pre_speech)
    detector = VoiceActivityDetector(config)
    frames = [numbered(number, 16_000 if loud else 20) for number, loud in enumerate(heard)]
    last_end = 0
    for index, each in enumerate(frames, 1):
        event = detector.process_frame(each)
        if event is START:
            wanted = min(index - last_end, pre_speech + min_speech)
            replayed = detector.drain_pre_speech() + detector.drain_pending()
            assert replayed == frames[index - wanted : index]
        elif event is END:
            last_end = index


# --- the rest


def test_nothing_is_known_before_the_first_frame() -> None:
    detector = VoiceActivityDetector()
    assert detector.config == VadConfig()
    assert detector.state is VadState.SILENCE
    assert detector.last_probability is None
    assert detector.frames_processed == 0
    assert detector.frames_since_event is None
    assert floor_of(detector) == -60.0


def test_frames_since_the_last_edge_are_counted() -> None:
    detector = VoiceActivityDetector(VadConfig(min_speech_frames=2, hangover_frames=2))
    seen = []
    for letter in "QLLLQQQ":
        drive(detector, letter)
        seen.append(detector.frames_since_event)
    assert seen == [None, None, 0, 1, 2, 0, 1]


def test_reset_makes_it_new() -> None:
    used, new = VoiceActivityDetector(), VoiceActivityDetector()
    drive(used, "QQLQLLLLLQQ")
    used.reset()
    assert floor_of(used) == floor_of(new)
    for name in ("state", "last_probability", "frames_processed", "frames_since_event"):
        assert getattr(used, name) == getattr(new, name), name
    assert used.drain_pre_speech() == used.drain_pending() == []
    assert drive(used, "QLLLQQLLL") == drive(new, "QLLLQQLLL")


@pytest.mark.parametrize("odd", [b"", b"\x01", bytes(2), frame(16_000, samples=7)])
def test_a_frame_of_any_length_is_judged(odd: bytes) -> None:
    detector = VoiceActivityDetector()
    assert detector.process_frame(odd) is None
    assert detector.frames_processed == 1
