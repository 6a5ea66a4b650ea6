from __future__ import annotations

import pytest

from trio_live.phases import Conditional, CustomAppend, Dynamic, InstructionModifier, Phase, StateAppend, Static
from trio_live.state import State


def test_a_static_instruction_is_its_text(state: State) -> None:
    assert Static("Be kind.").resolve(state) == "Be kind."


def test_a_dynamic_instruction_is_made_anew_each_time(state: State) -> None:
    instruction = Dynamic(lambda s: f"Guest: {s.get('name', 'unknown')}")
    assert instruction.resolve(state) == "Guest: unknown"
    state.set("name", "Ann")
    assert instruction.resolve(state) == "Guest: Ann"


def test_a_dynamic_instruction_that_makes_no_text_says_so(state: State) -> None:
    with pytest.raises(TypeError, match="returned a NoneType where a text is wanted"):
        Dynamic(lambda _: None).resolve(state)  # type: ignore[arg-type, return-value]  # the mistake
    with pytest.raises(TypeError, match="returned a int where"):
        CustomAppend(lambda _: 3).render(state)  # type: ignore[arg-type, return-value]  # the mistake


def test_modifiers_append_in_order_with_blank_lines_between(state: State) -> None:
    state.set("size", 4)
    modifiers: list[InstructionModifier] = [
        StateAppend(["size"]),
        Conditional(lambda s: s.is_known("size"), "They have a table."),
        CustomAppend(lambda _: "Last."),
    ]
    text = Static("Serve.").resolve_with_modifiers(state, modifiers)
    assert text == "Serve.\n\n[Context: size=4]\n\nThey have a table.\n\nLast."


def test_modifiers_with_nothing_to_say_leave_the_text_alone(state: State) -> None:
    modifiers: list[InstructionModifier] = [
        StateAppend(["size"]),
        Conditional(lambda _: False, "Never."),
        CustomAppend(lambda _: ""),
    ]
    assert Static("Serve.").resolve_with_modifiers(state, modifiers) == "Serve."


def test_state_append_shows_what_resolves_in_declared_order(state: State) -> None:
    state.set("b", "plain words")
    state.set("a", {"x": [1, 2.5, True, None], "ü": "é"})
    state.set("derived:risk", 0.5)
    state.set("nothing", None)
    shown = StateAppend(["b", "missing", "a", "risk", "nothing"]).render(state)
    assert shown == '[Context: b=plain words, a={"x":[1,2.5,true,null],"ü":"é"}, risk=0.5, nothing=null]'


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("derived:risk", "risk"),
        ("session:phase", "phase"),
        ("app:mode", "mode"),
        ("user:name", "name"),
        ("turn:word", "turn:word"),
        ("bg:job", "bg:job"),
        ("app:user:name", "user:name"),
    ],
)
def test_one_leading_prefix_is_not_shown(state: State, key: str, name: str) -> None:
    state.set(key, 1)
    assert StateAppend([key]).render(state) == f"[Context: {name}=1]"


def test_as_context_a_state_append_is_a_line_of_its_own_kind(state: State) -> None:
    state.set("name", "Ann")
    assert StateAppend(["name"]).render_line(state) == "Current context: name=Ann"
    assert StateAppend(["gone"]).render_line(state) == ""
    assert Conditional(lambda _: True, "Yes.").render_line(state) == "Yes."


def test_the_same_text_from_two_modifiers_is_said_once(state: State) -> None:
    twice: list[InstructionModifier] = [CustomAppend(lambda _: "Hurry."), Conditional(lambda _: True, "Hurry.")]
    assert Static("Serve.").resolve_with_modifiers(state, twice) == "Serve.\n\nHurry."


def test_one_key_may_be_given_bare() -> None:
    assert StateAppend("name").keys == ("name",)


def test_texts_and_functions_become_instructions() -> None:
    def make(_state: State) -> str:
        return ""

    assert Phase("a", "text").instruction == Static("text")
    assert Phase("a", make).instruction == Dynamic(make)
    assert Phase("a", Static("text")).instruction == Static("text")


def test_a_modifier_of_ones_own_is_rendered_like_the_others(state: State) -> None:
    class Shout(InstructionModifier):
        def render(self, state: State) -> str:
            return "HEY"

    assert Static("Serve.").resolve_with_modifiers(state, [Shout()]) == "Serve.\n\nHEY"
    assert Shout().render_line(state) == "HEY"
