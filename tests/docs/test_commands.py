"""Every command on a page is run as it stands there, or is one that can be seen to exist."""

from __future__ import annotations

import ast
import itertools
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import trio

from tests.docs.blocks import DOCS, EXAMPLES, ROOT, Block, blocks, keep_call
from tests.processes import PLAIN, finish, first_lines, serve

EXTRAS: Final = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
)
SESSIONS: Final = {
    node.name
    for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}
VARIABLES: Final = {"GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "GOOGLE_API_KEY"}
LONG: Final = {"trio-live demo": "tests/cli", "trio-live soak": "tests/cli", "trio-live talk": "tests/cli"}
"""A command that takes long by its nature → where it is run."""
SHORTER: Final = {r"--port \d+": "--port 0"}
"""A fixed port may be taken on this machine."""


ELSEWHERE: Final = {"how-to/new-project.md": "tests/cli/new/test_project.py"}
"""Page about a project that is made by a command → where that is made, tested and talked to."""


def commands() -> Iterator[tuple[Block, str]]:
    """Every command, and where it stands."""
    for block in blocks("sh", "console"):
        if block.page in ELSEWHERE:
            continue
        for line in block.text.splitlines():
            if block.language == "sh" or line.startswith("$ "):
                for part in line.removeprefix("$ ").split(" && "):
                    yield block, part.strip()


COMMANDS: Final = list(commands())
OURS: Final = sorted(
    {line.replace(".venv/bin/", "") for _, line in COMMANDS if "trio-live " in line and "pip" not in line}
)
OTHERS: Final = sorted({line for _, line in COMMANDS if "trio-live " not in line or "pip" in line})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader of these pages would be: their files, their agents."""
    tutorial = EXAMPLES / "tutorial"
    for name in ("restaurant.py", "luna.toml"):
        shutil.copy(tutorial / name, tmp_path)
    shutil.copy(tutorial / "restaurant.py", tmp_path / "my_agent.py")
    with (tmp_path / "my_agent.py").open("a", encoding="utf-8") as file:
        file.write("\n\nlive = restaurant()\n")
    library = [each.text for each in blocks("toml") if each.page == "how-to/personas.md"]
    (tmp_path / "library.toml").write_text("\n".join(library), encoding="utf-8")
    trio.run(keep_call, tmp_path)
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    """The command and the reader's modules are found."""
    return {**PLAIN, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{PLAIN['PATH']}", "PYTHONPATH": str(folder)}


def serves(command: str) -> bool:
    """Whether it serves until it is interrupted."""
    return bool(re.match(r"trio-live (phone|emulator(?! check)(?!.*--print-env))", command))


@pytest.mark.parametrize("command", [each for each in OURS if not each.startswith(tuple(LONG))])
def test_a_command_of_ours_does_what_it_is_there_for(command: str, folder: Path) -> None:
    env = environment(folder)
    inner = re.fullmatch(r'eval "\$\((.*)\)"', command)
    if inner:
        command = inner[1]
    if serves(command):
        for old, new in SHORTER.items():
            command = re.sub(old, new, command)
        with serve("sh", "-c", f"cd {shlex.quote(str(folder))} && exec {command}", env=env) as process:
            address, _ = first_lines(process)
            assert re.match(r"wss?://", address), process.stderr and process.stderr.read()
        return
    if "--diff" in command:
        finish("sh", "-c", "trio-live contract my_agent:live > contract.json", env=env, cwd=folder)
    done = finish("sh", "-c", command, env=env, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout or "--html" in command or "check" in command or ">" in command or "--diff" in command, (
        "it says something"
    )


def known(command: str) -> bool:
    """Whether a command that is not ours leads to something."""
    words = shlex.split(command)
    match words:
        case ["export", assignment]:
            return assignment.partition("=")[0] in VARIABLES
        case ["unset", variable]:
            return variable in VARIABLES
        case ["python3", "-m", "venv", ".venv"]:
            return True
        case [program, "install", *wanted] if program.endswith("pip"):
            named = [extra for each in wanted for found in re.findall(r"\[(.*)\]", each) for extra in found.split(",")]
            ours = any(re.match(r"(\.|/path/to/the/checkout)\[", each) for each in wanted)
            return not ours or set(named) <= EXTRAS
        case ["nox" | ".venv/bin/nox", *arguments]:
            return all(name in SESSIONS for flag, name in itertools.pairwise(arguments) if flag == "-s")
        case [".venv/bin/python" | ".venv/bin/pytest" | "python", *arguments]:
            files = [each for each in arguments if each.endswith(".py")]
            return all(is_there(each) for each in files) and (bool(files) or words[0].endswith("pytest"))
        case _:
            return False


def is_there(file: str) -> bool:
    """Whether it is a file of the project, or one that a page has its reader save."""
    return (ROOT / file).exists() or any(EXAMPLES.rglob(file))


@pytest.mark.parametrize("command", OTHERS)
def test_another_command_leads_to_something(command: str) -> None:
    assert known(command), f"{[block.name for block, line in COMMANDS if line == command]}: nobody knows {command!r}"


@pytest.mark.parametrize("command", LONG)
def test_what_takes_long_is_run_elsewhere(command: str) -> None:
    tests = (ROOT / LONG[command]).rglob("test_*.py")
    assert any(f'"{command.split()[1]}"' in each.read_text(encoding="utf-8") for each in tests)


def test_pages_are_asked_for_their_commands() -> None:
    assert all((ROOT / file).exists() for file in ELSEWHERE.values())
    assert len(OURS) > 10
    assert (DOCS / "tutorial").is_dir()
