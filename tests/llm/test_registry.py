from __future__ import annotations

from typing import Any

import pytest

from trio_live import ConfigError
from trio_live.llm import LlmRegistry, MockLlm


def test_the_first_pattern_that_fits_makes_the_model() -> None:
    models = LlmRegistry()
    models.register("gemini-3.8-*", lambda name: MockLlm.text("new", model_id=name))
    models.register("gemini-*", lambda name: MockLlm.text("any", model_id=f"any {name}"))
    assert models.create("gemini-3.8-flash").model_id == "gemini-3.8-flash"
    assert models.create("gemini-2.5-flash").model_id == "any gemini-2.5-flash"
    assert models.create("gemini-2.5-flash") is not models.create("gemini-2.5-flash")
    assert ("gemini-x" in models, "gpt" in models, 3 in models) == (True, False, False)
    assert models.patterns == ("gemini-3.8-*", "gemini-*")


@pytest.mark.parametrize(
    ("pattern", "factory", "words"),
    [
        ("", MockLlm.text, "a pattern of names is a text"),
        (3, MockLlm.text, "a pattern of names is a text"),
        ("known", MockLlm.text, "the pattern 'known' is registered already"),
        ("new", "MockLlm", "is called with their name, which 'MockLlm' cannot be"),
    ],
)
def test_mistakes_are_told_at_the_registration(pattern: Any, factory: Any, words: str) -> None:
    models = LlmRegistry()
    models.register("known", MockLlm.text)
    with pytest.raises(ConfigError, match=words):
        models.register(pattern, factory)


def test_a_name_that_nobody_knows_names_the_patterns() -> None:
    models = LlmRegistry()
    with pytest.raises(ConfigError, match="nobody makes a model 'x'; the patterns are none: register some"):
        models.create("x")
    models.register("mock", lambda _: "no model")  # type: ignore[arg-type, return-value]
    with pytest.raises(ConfigError, match="nobody makes a model 'x'; the patterns are mock"):
        models.create("x")
    with pytest.raises(ConfigError, match="made 'no model' for 'mock', which is no BaseLlm"):
        models.create("mock")
