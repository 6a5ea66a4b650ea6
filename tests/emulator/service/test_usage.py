from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trio_live.emulator._service._usage import (
    IMAGE_TOKENS,
    Context,
    Meter,
    Usage,
    Window,
    audio_tokens,
    text_tokens,
    window_for,
)
from trio_live.wire import ContextWindowCompression, SlidingWindow


def test_a_turn_is_billed_with_the_whole_context() -> None:
    meter = Meter()
    meter.read("12345678")
    meter.heard(2.0)
    meter.saw()
    meter.wrote("abcd")
    meter.spoke(4.0)
    meter.thought("hm")
    assert meter.close_turn() == Usage(
        prompt_text=2, prompt_audio=50, prompt_image=IMAGE_TOKENS, response_text=1, response_audio=100, thoughts=1
    )
    assert meter.context == Context(text=3, audio=150, image=IMAGE_TOKENS)


def test_a_context_can_be_carried_over() -> None:
    meter = Meter(Context(text=7))
    assert meter.close_turn().prompt == 7


@given(st.lists(st.sampled_from(["read", "wrote", "thought"]), max_size=20))
def test_the_prompt_never_shrinks(steps: list[str]) -> None:
    meter, last = Meter(), 0
    for step in steps:
        getattr(meter, step)("some words")
        usage = meter.close_turn()
        assert usage.prompt >= last
        last = usage.prompt


def test_estimates() -> None:
    assert (text_tokens(""), text_tokens("a"), text_tokens("a" * 9)) == (0, 1, 3)
    assert audio_tokens(0.5) == 12


def test_a_window_without_compression_only_has_a_size() -> None:
    window = window_for(1000, None)
    assert (window.size, window.trigger) == (1000, None)


@pytest.mark.parametrize(
    ("compression", "trigger", "target"),
    [
        (ContextWindowCompression(), 800, 400),
        (ContextWindowCompression(trigger_tokens="500"), 500, 250),
        (ContextWindowCompression(trigger_tokens=500, sliding_window=SlidingWindow(target_tokens="100")), 500, 100),
    ],
)
def test_what_a_client_does_not_say_about_compression_is_usual(
    compression: ContextWindowCompression, trigger: int, target: int
) -> None:
    window = window_for(1000, compression)
    assert (window.trigger, window.target) == (trigger, target)


@given(
    text=st.integers(0, 10_000),
    audio=st.integers(0, 10_000),
    image=st.integers(0, 10_000),
    kept=st.integers(0, 500),
    target=st.integers(0, 5_000),
)
def test_a_compressed_context_keeps_the_instruction_and_fits(
    text: int, audio: int, image: int, kept: int, target: int
) -> None:
    context = Context(text=text + kept, audio=audio, image=image)
    assume(context.total > target)
    small = context.cut_to(target, kept)
    assert small.text >= kept
    assert small.total <= max(target, kept)


def test_a_meter_compresses_when_it_is_time() -> None:
    meter = Meter(window=Window(1000, 100, 50))
    meter.instructed("x" * 40)
    assert not meter.compress()
    meter.read("y" * 400)
    assert meter.compress()
    assert 10 <= meter.context.total <= 50
    assert not meter.is_full


def test_a_meter_is_full_when_the_window_is() -> None:
    meter = Meter(window=Window(10))
    meter.read("x" * 40)
    before = meter.is_full
    meter.read("x")
    assert (before, meter.is_full) == (False, True)
    assert not meter.compress()
