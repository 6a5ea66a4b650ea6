from __future__ import annotations

import attrs

from tests.emulator.callers import persona
from trio_live.emulator._engines._phrases import MOST_PHRASES, expected_of

TWO_STATES = """
utterances = ["Good morning, nurse!"]
vocabulary = ["Doctor Chen"]
[[rule]]
heard = { keywords = ["appointment|check-up", "please"] }
say = "Which day?"
goto = "day"
[[rule]]
heard = { pattern = '(?P<day>monday|tuesday)', exact = ["Whenever you like."] }
in = "day"
say = "Fine."
"""

EXPECTED = expected_of(persona(TWO_STATES), "start")


def test_a_persona_listens_for_its_words_and_for_what_its_callers_say() -> None:
    assert expected_of(persona(TWO_STATES), "start").phrases == (
        "doctor chen", "good morning", "nurse", "appointment", "please",
    )  # fmt: skip


def test_rules_of_other_states_are_not_listened_for() -> None:
    phrases = expected_of(persona(TWO_STATES), "day").phrases
    assert {"monday", "tuesday", "whenever you like", "appointment"} <= set(phrases)
    assert "monday" not in expected_of(persona(TWO_STATES), "start").phrases


def test_a_client_may_ask_for_words_of_its_own() -> None:
    assert expected_of(persona(TWO_STATES), "start", ["Lighthouse Lane"]) == attrs.evolve(
        EXPECTED, phrases=("lighthouse lane", *EXPECTED.phrases), names=("Lighthouse Lane", "Doctor Chen")
    )


def test_there_are_not_too_many() -> None:
    words = [f"word {'a' * (number + 1)}" for number in range(2 * MOST_PHRASES)]
    assert len(expected_of(persona(TWO_STATES), "start", words).phrases) == MOST_PHRASES
