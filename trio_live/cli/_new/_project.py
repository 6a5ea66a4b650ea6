"""A new project: which files it has, and how they are made. Nothing that is there is ever written over."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

import click

from trio_live import ConfigError, __version__

FILES: Final = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    ".gitignore": "gitignore.txt",
    "persona.toml": "persona.toml.txt",
    "PACKAGE/__init__.py": "init.py.txt",
    "PACKAGE/agent.py": "agent.py.txt",
    "tests/test_agent.py": "test_agent.py.txt",
}
"""Each file of a project, and of what it is made."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
_TAKEN: Final = frozenset({"tests", "trio", "trio_live"})


def package_of(name: str) -> str:
    """The package of a project of this name.

    Raises:
        ConfigError: the name will not do, and why.
    """
    package = name.replace("-", "_").lower()
    if _NAME.fullmatch(name) is None:
        raise ConfigError(
            f"{name!r} is no name for a project: letters, digits and single hyphens, a letter first; such as my-agent"
        )
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in _TAKEN:
        raise ConfigError(f"a package named {package} would hide another one; call the project my-{name}, say")
    return package


def files_of(name: str) -> Mapping[str, str]:
    """The files of a project, each with what stands in it.

    Raises:
        ConfigError: the name will not do.
    """
    package = package_of(name)
    holes = {"@NAME@": name, "@PACKAGE@": package, "@VERSION@": __version__}
    made = {}
    for path, source in FILES.items():
        text = (resources.files("trio_live.cli._new") / "skeleton" / source).read_text(encoding="utf-8")
        for hole, value in holes.items():
            text = text.replace(hole, value)
        made[path.replace("PACKAGE", package)] = text
    return made


def make_project(folder: Path) -> None:
    """Make a project, and say how to go on.

    Args:
        folder: where; its name is that of the project.

    Raises:
        ConfigError: the name will not do, or there is something in the folder already.
        OSError: a file cannot be written.
    """
    name = folder.absolute().name
    files = files_of(name)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ConfigError(f"{folder} is there already, and nothing is written over: choose another name")
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
        click.echo(f"  {folder / path}")
    click.echo(f"\nmade {name}; README.md in it says the rest. To begin:\n")
    click.echo(f"  cd {folder}\n  python -m pip install -e '.[test]'\n  python -m pytest")
    click.echo(f"  trio-live chat {package_of(name)}.agent:live --persona persona.toml --emulator")
