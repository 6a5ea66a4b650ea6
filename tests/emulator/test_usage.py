from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator._usage import IMAGE_TOKENS, Context, Meter, Usage, audio_tokens, text_tokens


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
