"""Blocks that are files for other programs: each is read by what is to read it, as far as that can be had here."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.docs.blocks import EXAMPLES, ROOT, Block, blocks
from tests.processes import TRIO_LIVE, finish
from trio_live.evaluation import read_evaluation

UNITS = [each for each in blocks("ini") if "[Service]" in each.text]
IMAGES = list(blocks("dockerfile"))


@pytest.fixture
def evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the page about evaluations, and what it names."""
    (text,) = [each.text for each in blocks("toml") if each.page == "how-to/evaluate.md"]
    example = (EXAMPLES / "evaluate_a_talk.py").read_text(encoding="utf-8")
    shutil.copy(EXAMPLES / "evaluate_a_talk.py", tmp_path / "my_agents.py")
    persona = re.findall(r'PERSONA = parse_persona\("""(.*?)"""\)', example, re.DOTALL)
    (tmp_path / "luna.toml").write_text(persona[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "evaluation.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_evaluation_is_held_but_for_what_needs_a_judge(evaluation: Path) -> None:
    text = evaluation.read_text(encoding="utf-8")
    evaluation.write_text(text[: text.index("[[expect]]\njudged")], encoding="utf-8")
    done = finish(*TRIO_LIVE, "evaluate", str(evaluation), cwd=evaluation.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED: books a table" in done.stdout


def test_the_judgement_is_understood(evaluation: Path) -> None:
    assert "judged" in tomllib.loads(evaluation.read_text(encoding="utf-8"))["expect"][1]
    assert callable(read_evaluation)


@pytest.mark.parametrize("block", list(blocks("json")), ids=lambda block: block.name)
def test_json_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", list(blocks("xml")), ids=lambda block: block.name)
def test_xml_is_xml(block: Block) -> None:
    assert ET.fromstring(block.text).tag == "Response"  # noqa: S314  # our own


@pytest.mark.parametrize("unit", UNITS, ids=lambda block: block.name)
def test_a_unit_of_systemd_can_be_read_and_stops_in_time(unit: Block) -> None:
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.text)
    assert parser["Service"]["KillSignal"] == "SIGTERM"
    grace = re.findall(r"^GRACE = ([\d.]+)", (EXAMPLES / "service.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert float(grace[0]) < float(parser["Service"]["TimeoutStopSec"])
    assert Path(parser["Service"]["ExecStart"].split()[1]).name == "service.py"


@pytest.mark.parametrize("image", IMAGES, ids=lambda block: block.name)
def test_an_image_runs_a_file_that_is_there_and_lets_signals_through(image: Block) -> None:
    text = image.text
    assert all(re.match(r"(FROM|RUN|COPY|WORKDIR|USER|STOPSIGNAL|CMD) ", line) for line in text.splitlines())
    assert 'CMD ["python", "/srv/service.py"' in text, "a list: a shell would keep the signal to itself"
    wheel, copied = re.findall(r"^COPY (\S+)", text, re.MULTILINE)
    assert wheel == "dist/*.whl", "where `nox -s package` puts it"
    assert (EXAMPLES / copied).exists()
    python = re.findall(r"^FROM python:([\d.]+)", text, re.MULTILINE)[0]
    assert f"Python :: {python}" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
