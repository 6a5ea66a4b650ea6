from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.desk import agent
from tests.evaluation.test_file import GOOD, written
from tests.llm.server import serving
from trio_live import ConfigError, Live
from trio_live.evaluation._internal import evaluate_file

JUDGEMENT = b'{"candidates": [{"content": {"parts": [{"text": "{\\"score\\": 1, \\"why\\": \\"it was\\"}"}]}}]}'


def find(name: str) -> Live:
    assert name == "tests.evaluation.desk:live"
    return agent()


async def test_the_judge_is_the_text_model_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, GOOD)
    with pytest.raises(ConfigError, match="name one with --model"):
        await evaluate_file(file, find, is_online=False, model=None)
    async with serving(lambda _: (200, JUDGEMENT)) as server:
        monkeypatch.setenv("GEMINI_API_KEY", "any")
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        monkeypatch.delenv("GOOGLE_GENAI_USE_VERTEXAI", raising=False)
        report = await evaluate_file(file, find, is_online=False, model="gemini-3.8-flash")
    assert report.passed, report.text()
    assert [asked.path for asked in server.asked] == ["/v1beta/models/gemini-3.8-flash:generateContent"]
