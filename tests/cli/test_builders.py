from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trio_live import ConfigError, Live
from trio_live.cli._builders import find_agent, find_builder
from trio_live.contract import RuntimeContract


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    for name in [name for name in sys.modules if name.startswith("builder_for_a_test")]:
        del sys.modules[name]


def write(text: str, name: str = "builder_for_a_test") -> Path:
    path = Path(f"{name}.py").absolute()
    path.write_text(f"from trio_live import Live, ConfigError\n{text}\n", encoding="utf-8")
    return path


def test_a_builder_or_a_function_that_returns_one_is_found() -> None:
    write("live = Live.builder()\ndef made():\n    return live.model('m')\n", "builder_for_a_test_sound")
    assert find_builder("builder_for_a_test_sound:live").spec.model is None
    assert find_builder("./builder_for_a_test_sound.py:made").spec.model == "m"
    assert isinstance(find_agent("builder_for_a_test_sound:live"), Live)


def test_a_contract_does_for_an_agent() -> None:
    Path("kept.json").write_text(Live.builder().describe_contract().to_json(), encoding="utf-8")
    assert isinstance(find_agent("kept.json"), RuntimeContract)


@pytest.mark.parametrize(
    ("number", "text", "what"),
    [
        (1, "live = Live.builder(", "2: '(' was never closed"),
        (2, "live = 1 / 0", "2: ZeroDivisionError: division by zero"),
        (3, "def live():\n    assert False", "3: AssertionError"),
        (4, "live = Live.biulder()", "2: AttributeError: type object 'Live' has no attribute 'biulder'"),
    ],
)
def test_a_module_that_cannot_be_loaded_is_told_with_its_line(number: int, text: str, what: str) -> None:
    name = f"builder_for_a_test_{number}"
    path = write(text, name)
    with pytest.raises(ConfigError) as caught:
        find_builder(f"{name}:live")
    assert str(caught.value) == f"'{name}:live' cannot be loaded: {path}:{what}"


def test_a_mistake_of_the_agent_is_told_as_it_is() -> None:
    write("raise ConfigError('no good')", "builder_for_a_test_mistaken")
    with pytest.raises(ConfigError, match=r"^no good$"):
        find_builder("builder_for_a_test_mistaken:live")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "write it as module:attribute"),
        ("builder_for_a_test_nowhere:live", "cannot be found"),
        ("builder_for_a_test_odd:nothing", "has no attribute 'nothing'"),
        ("builder_for_a_test_odd:live", "is a int, not a Live builder"),
    ],
)
def test_what_is_no_builder_is_told(name: str, words: str) -> None:
    write("live = 5", "builder_for_a_test_odd")
    with pytest.raises(ConfigError, match=words):
        find_builder(name)
