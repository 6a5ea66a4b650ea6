"""``trio-live new``: what it makes works, without a network, and it writes over nothing."""

from __future__ import annotations

import functools
import re
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.processes import TRIO_LIVE, finish
from trio_live import ConfigError, __version__
from trio_live.cli._commands import cli
from trio_live.cli._new._project import FILES, files_of, package_of

run = functools.partial(finish, *TRIO_LIVE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, as the command makes it."""
    folder = tmp_path_factory.mktemp("new") / "front-desk2"
    done = run("new", str(folder))
    assert done.returncode == 0, done.stderr
    assert f"cd {folder}" in done.stdout
    return folder


def test_its_tests_pass(project: Path) -> None:
    done = finish(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_what_its_readme_says_can_be_done(project: Path) -> None:
    readme = (project / "README.md").read_text(encoding="utf-8")
    agent = "front_desk2.agent:live"
    for command in (
        f"trio-live chat {agent} --persona persona.toml --emulator",
        f"trio-live emulator check persona.toml --against {agent}",
        f"trio-live phases {agent}",
    ):
        assert command in readme
        done = run(*command.split()[1:], typed="A table for two on Friday.\nMy name is Ada.\n\n", cwd=project)
        assert done.returncode == 0, done.stderr
        if " chat " in command:
            assert "Your reservation is A-7." in done.stdout
            assert "[phase name → goodbye: when it is reserved" in done.stdout


def test_it_names_what_it_needs_and_nothing_is_left_open(project: Path) -> None:
    told = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert told["project"]["name"] == "front-desk2"
    assert told["project"]["dependencies"] == [f"trio-live[cli]>={__version__}"]
    made = files_of("front-desk2")
    assert made.keys() == {path.replace("PACKAGE", "front_desk2") for path in FILES}
    for path, text in made.items():
        assert (project / path).read_text(encoding="utf-8") == text
        assert not re.search("@[A-Z]+@", text), path


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("kept", "file"):
        result = CliRunner().invoke(cli, ["new", str(tmp_path / name)])
        assert result.exit_code == 1
        assert "nothing is written over" in result.output
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    assert CliRunner().invoke(cli, ["new", str(tmp_path / "desk")]).exit_code == 0
    assert (tmp_path / "desk" / "desk" / "agent.py").is_file()


@pytest.mark.parametrize(
    ("name", "package"), [("desk", "desk"), ("my-agent", "my_agent"), ("My_Agent", "my_agent"), ("a1", "a1")]
)
def test_the_package_is_named_after_the_project(name: str, package: str) -> None:
    assert package_of(name) == package
    assert f"{package}/agent.py" in files_of(name)


@pytest.mark.parametrize(
    "name", ["", "1a", "a b", "-a", "a--b", "a.b", "ä", "trio", "json", "class", "tests", "trio-live"]
)
def test_a_name_that_will_not_do_is_told(name: str) -> None:
    with pytest.raises(ConfigError, match=r"no name for a project|would hide another one"):
        package_of(name)
