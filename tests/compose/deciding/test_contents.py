"""What of a conversation is kept, as far as it is a function of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.compose import C, ContextPolicy
from trio_live.compose._deciding import answers_in, calls_in
from trio_live.wire import Content, FunctionCall, FunctionResponse, Part

CALL = Content(role="model", parts=[Part(function_call=FunctionCall(name="f"))])
ANSWER = Content(role="user", parts=[Part(function_response=FunctionResponse(name="f", response={}))])


@st.composite
def conversations(draw: st.DrawFn) -> list[Content]:
    contents: list[Content] = []
    for number in range(draw(st.integers(0, 6))):
        if draw(st.booleans()):
            contents += [CALL, ANSWER]
        else:
            text = draw(st.sampled_from(["a", "bb", "cccccccc", "[Agent: x] d"])) + str(number % 2)
            contents.append(Content.of(text, draw(st.sampled_from(["user", "model"]))))
    return contents


DROPPING: list[ContextPolicy] = [
    C.window(2),
    C.head(3),
    C.sample(2),
    C.user_only(),
    C.model_only(),
    C.exclude_tools(),
    C.text_only(),
    C.filter(lambda content: content.role == "user"),
    C.dedup(),
    C.truncate(6),
    C.budget(2),
    C.from_agents("x"),
    C.exclude_agents("x"),
]
policies = st.lists(st.sampled_from(DROPPING), max_size=3)


def chain(policies: list[ContextPolicy]) -> ContextPolicy:
    whole = ContextPolicy()
    for each in policies:
        whole = whole >> each
    return whole


@given(policies, policies, policies)
def test_k1_putting_together_is_associative_and_changes_nothing(
    first: list[ContextPolicy], second: list[ContextPolicy], third: list[ContextPolicy]
) -> None:
    a, b, c = chain(first), chain(second), chain(third)
    before = (len(a), len(b), len(c))
    assert (a >> b) >> c == a >> (b >> c) == a + b + c
    assert len(a >> b) == len(a) + len(b)
    assert (len(a), len(b), len(c)) == before


@given(conversations(), st.integers(1, 20), st.sampled_from([C.truncate, C.window, C.budget]))
def test_k8_the_newest_are_an_end_of_the_whole(contents: list[Content], number: int, make: object) -> None:
    kept = make(number).apply(contents)  # type: ignore[operator]
    assert kept == contents[len(contents) - len(kept) :]
    assert bool(kept) == bool(contents), "the last one is always there"
    fitted = C.fit(number).apply(contents)
    marked = len(fitted) > 0 and fitted[0] not in contents
    assert fitted[marked:] == contents[len(contents) - len(fitted[marked:]) :]


@given(conversations(), policies)
def test_k8_chains_make_nothing_up_and_keep_a_call_with_its_answer(
    contents: list[Content], chained: list[ContextPolicy]
) -> None:
    before = list(contents)
    kept = chain(chained).apply(contents)
    rest = iter(contents)
    assert all(any(content is other for other in rest) for content in kept), "in their order, and none that is new"
    assert contents == before
    for place, content in enumerate(kept):
        if calls_in(content):
            assert answers_in(kept[place + 1])
        if answers_in(content):
            assert calls_in(kept[place - 1])


def test_one_policy_is_the_input_of_the_next() -> None:
    talk = [Content.of(str(number), ["user", "model"][number % 2]) for number in range(6)]
    assert (C.user_only() >> C.window(2)).apply(talk) == [talk[2], talk[4]]
    assert (C.window(2) >> C.user_only()).apply(talk) == [talk[4]]


def test_a_marker_says_how_many_were_left_out() -> None:
    talk = [Content.of("x" * 10) for _ in range(4)]
    first, *rest = C.fit(5).apply(talk)
    assert first == Content.of("[2 earlier messages omitted]")
    assert rest == talk[2:]


@pytest.mark.parametrize("number", [0, -1, 1.5, True])
@pytest.mark.parametrize("name", ["window", "head", "sample", "truncate", "budget", "fit"])
def test_a_number_is_one(name: str, number: object) -> None:
    from trio_live import ConfigError

    with pytest.raises(ConfigError, match="whole number above 0"):
        getattr(C, name)(number)


def test_what_is_redacted_shows_in_no_part_of_it_wherever_it_stands() -> None:
    policy = C.redact(["Ann", "Anna", "D", "a(b"])
    (said,) = policy.apply([Content.of("Anna met Ann at a(b")])
    assert said == Content.of("[REDACTED] met [REDACTED] at [REDACTED]"), "whatever the order of the texts"
    called = Content(
        role="model", parts=[Part(function_call=FunctionCall(id="1", name="look", args={"who": ["Anna"]}))]
    )
    answer = FunctionResponse(id="1", name="look", response={"found": {"name": "Ann"}})
    asked, answered = policy.apply([called, Content(role="user", parts=[Part(function_response=answer)])])
    assert [part.function_call and part.function_call.args for part in asked.parts or ()] == [{"who": ["[REDACTED]"]}]
    assert [part.function_response and part.function_response.response for part in answered.parts or ()] == [
        {"found": {"name": "[REDACTED]"}}
    ]


def test_texts_to_be_redacted_are_texts() -> None:
    from trio_live import ConfigError

    for wrong in ([], [""], ["a", ""]):
        with pytest.raises(ConfigError, match=r"C\.redact needs the texts"):
            C.redact(wrong)
