from __future__ import annotations

import pytest

from trio_live import ConfigError, State
from trio_live.evaluation import Exchange, Judged, Talk
from trio_live.llm import MockLlm


async def test_the_judge_sees_the_talk_and_what_is_known_and_no_more() -> None:
    llm = MockLlm.text('{"score": 7, "why": "fine"}')
    state = State()
    state.set("name", "Ann")
    state.set("state_meta:name", {"source": "extraction"})
    assert await Judged("Be kind.", llm).look(Talk((Exchange("Hi", "Hello."),), state)) == (True, "1.00 of 0.70: fine")
    assert llm.last_request is not None
    text = llm.last_request.contents[0].parts[0].text or ""  # type: ignore[index]
    assert "Rubric: Be kind." in text
    assert "Caller: Hi\nAgent: Hello." in text
    assert '{"name": "Ann"}' in text


@pytest.mark.parametrize(("rubric", "at_least"), [(" ", 0.5), ("ok", 1.5), ("ok", -1)])
def test_mistakes_are_told_when_it_is_made(rubric: str, at_least: float) -> None:
    with pytest.raises(ConfigError):
        Judged(rubric, MockLlm.text(""), at_least=at_least)
