from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phases._internal import StandingContext
from trio_live.wire import Blob, Content, Part


def line(text: str, role: str = "model") -> Content:
    return Content.of(text, role)


def picture() -> Content:
    return Content(role="model", parts=[Part(text="look"), Part(inline_data=Blob("image/png", b"x"))])


def test_what_stood_in_the_previous_turn_is_not_said_again() -> None:
    standing = StandingContext.of([line("a"), line("b")])
    assert standing.without_repeats([line("b"), line("c"), line("a")]) == (line("c"),)


def test_the_role_counts() -> None:
    assert StandingContext.of([line("a")]).without_repeats([line("a", "user")]) == (line("a", "user"),)


def test_turns_with_anything_but_text_are_always_said() -> None:
    silent = Content(role="model")
    thought = Content(role="model", parts=[Part(text="hm", thought=True)])
    batch = [picture(), silent, thought]
    assert StandingContext.of(batch).without_repeats(batch) == tuple(batch)


def test_several_text_parts_count_together() -> None:
    both = Content(role="model", parts=[Part(text="a"), Part(text="b")])
    assert StandingContext.of([both]).without_repeats([both, line("a"), line("ab")]) == (line("a"), line("ab"))


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=4), max_size=12))
def test_p24_unchanged_text_is_said_once_and_text_that_came_back_again(turns: list[list[str]]) -> None:
    standing, previous = StandingContext(), set[str]()
    for texts in turns:
        batch = [line(text) for text in texts]
        said = standing.without_repeats(batch)
        assert said == tuple(line(text) for text in texts if text not in previous)
        standing, previous = StandingContext.of(batch), set(texts)
