from __future__ import annotations

from trio_live.emulator import Persona


def test_utterances_are_said_in_order_and_then_nobody_knows() -> None:
    persona = Persona(name="p", utterances=("a", "b"))
    assert [persona.utterance(number) for number in range(4)] == ["a", "b", "(speech)", "(speech)"]


def test_utterances_may_repeat() -> None:
    persona = Persona(name="p", utterances=("a", "b"), repeat_utterances=True)
    assert [persona.utterance(number) for number in range(5)] == ["a", "b", "a", "b", "a"]
    assert Persona(name="p", repeat_utterances=True).utterance(0) == "(speech)"


def test_a_persona_of_nothing_but_a_name_has_an_answer() -> None:
    assert Persona(name="p").default[0].say
