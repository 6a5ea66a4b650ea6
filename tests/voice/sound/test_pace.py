from __future__ import annotations

import pytest

from trio_live.voice._sound._pace import SpeechPace


def test_a_voice_is_taken_to_speak_sixteen_characters_a_second_until_its_own_pace_is_known() -> None:
    pace = SpeechPace()
    assert pace.characters_in(1.0) == 16
    pace.learn(20, 1.9)
    assert pace.characters_in(1.0) == 16
    pace.learn(2, 0.6)
    assert pace.characters_a_second == pytest.approx(22 / 2.5)


@pytest.mark.parametrize(("characters", "sound"), [(1, 0.49), (0, 30.0)])
def test_a_turn_that_is_short_or_wordless_tells_nothing(characters: int, sound: float) -> None:
    pace = SpeechPace()
    pace.learn(characters, sound)
    pace.learn(30, 2.0)
    assert pace.characters_a_second == 15


def test_only_whole_characters_are_counted() -> None:
    assert SpeechPace().characters_in(0.99) == 15
