from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.callers import persona
from trio_live.emulator._persona._decisions import Decision, Memory, Say, answer, fresh_memory
from trio_live.emulator._persona._reactions import images_of, interrupted, is_image, next_silence, react
from trio_live.emulator._persona._values import Occasion
from trio_live.wire import Blob, Content, Part

REACTIVE = persona("""
[[rule]]
heard = { keywords = ["night"] }
say = "Good night."
goto = "night"
[[rule]]
heard = { keywords = ["hush"] }
silent = true
[[on_image]]
once = true
say = "Picture {image.number}."
[[on_image]]
set = { last = "{image.number}" }
[[on_context]]
heard = { pattern = 'guest is (?P<guest>\\w+)' }
goto = "night"
[[on_silence]]
name = "first"
after = 2
say = "Hello?"
[[on_silence]]
name = "second"
after = 5
in = "night"
once = true
goto = "start"
[[on_interrupted]]
in = "night"
set = { cut = "{said}" }
say = ["Oh.", "{cut}"]
[[default]]
say = "Yes."
""")


def happens(memory: Memory, occasion: Occasion, text: str = "", **news: Any) -> Decision:
    return react(REACTIVE, memory, occasion, (), text=text, news=news)


def said(decision: Decision) -> list[str]:
    return [line for action in decision.actions if isinstance(action, Say) for line in action.lines]


FRESH = fresh_memory(REACTIVE)


def test_the_first_reaction_that_fits_applies_and_once_means_once() -> None:
    first = happens(FRESH, Occasion.IMAGE, image={"number": 1})
    assert said(first) == ["Picture 1."]
    second = happens(first.memory, Occasion.IMAGE, image={"number": 2})
    assert not second.is_heard
    assert second.memory.values["last"] == "2"


def test_news_is_remembered_even_when_nothing_reacts() -> None:
    decision = happens(FRESH, Occasion.UNKNOWN_ANSWER, answer={"name": "f", "id": "1"})
    assert decision.silent
    assert decision.memory.values["answer"] == {"name": "f", "id": "1"}


def test_a_reaction_may_ask_for_words_and_take_values_from_them() -> None:
    assert happens(FRESH, Occasion.CONTEXT, "nothing of that").memory.state == "start"
    found = happens(FRESH, Occasion.CONTEXT, "the guest is Ada")
    assert (found.memory.state, found.memory.values["guest"]) == ("night", "Ada")


def test_each_reaction_to_silence_applies_once_until_the_user_speaks() -> None:
    memory = answer(REACTIVE, FRESH, "night", ()).memory
    first = next_silence(REACTIVE, memory)
    assert first is not None
    assert (first.name, first.after) == ("first", 2)
    memory = happens(memory, Occasion.SILENCE).memory
    second = next_silence(REACTIVE, memory)
    assert second is not None
    assert second.name == "second"
    memory = happens(memory, Occasion.SILENCE).memory
    assert memory.state == "start"
    assert next_silence(REACTIVE, memory) is None
    again = next_silence(REACTIVE, answer(REACTIVE, memory, "night", ()).memory)
    assert again == first


def test_the_lines_of_an_interruption_open_the_next_answer_and_no_other() -> None:
    memory = interrupted(REACTIVE, answer(REACTIVE, FRESH, "night", ()).memory)
    assert memory.values["cut"] == "Good night."
    hushed = answer(REACTIVE, memory, "hush", ())
    assert hushed.silent
    assert hushed.actions == ()
    following = answer(REACTIVE, hushed.memory, "well", ())
    assert said(following) == ["Oh.", "Good night.", "Yes."]
    assert said(answer(REACTIVE, following.memory, "well", ())) == ["Yes."]


def test_in_other_states_an_interruption_changes_nothing() -> None:
    assert interrupted(REACTIVE, FRESH) == FRESH


@pytest.mark.parametrize(("mime", "picture"), [("image/png", True), ("audio/pcm", False), (None, False)])
def test_pictures_are_known_by_their_type(mime: str | None, picture: bool) -> None:  # noqa: FBT001  # a parameter of this test
    blob = Blob(mime_type=mime, data=b"x")
    assert is_image(blob) is picture
    assert images_of(Content(parts=[Part(text="x"), Part(inline_data=blob)])) == ([blob] if picture else [])
