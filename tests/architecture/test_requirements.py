"""What the package asks to be installed is what it imports: nothing more, and nothing less."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.test_floors import FILES, ROOT, imports, name_of

PROJECT = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


IMPORTED_AS = {"opentelemetry_api": "opentelemetry", "hibari_tts": "hibari"}
"""What is imported under another name."""


def package_of(requirement: str) -> str:
    """The name under which a requirement is imported."""
    name = re.split(r"[\[<>=;~! ]", requirement)[0].replace("-", "_")
    return IMPORTED_AS.get(name, name)


def required(extra: str | None = None) -> set[str]:
    """What an extra, or the package itself, asks for; extras that consist of others ask for nothing of their own."""
    requirements = PROJECT["dependencies"] if extra is None else EXTRAS[extra]
    return {package_of(requirement) for requirement in requirements} - {"trio_live"}


def imported(path: Path) -> set[str]:
    """The libraries a file imports."""
    roots = {module.partition(".")[0] for module in imports(path)}
    return {root for root in roots if root != "trio_live" and root not in sys.stdlib_module_names}


IMPORTED = {library for path in FILES for library in imported(path)}


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_what_is_asked_for_is_imported(extra: str | None) -> None:
    idle = required(extra) - IMPORTED
    assert not idle, f"nothing imports {', '.join(sorted(idle))}; take it out of {extra or 'the dependencies'}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_what_is_imported_is_asked_for(path: Path) -> None:
    missing = imported(path) - required().union(*map(required, EXTRAS))
    assert not missing, f"{name_of(path)} imports {', '.join(sorted(missing))}, which pyproject.toml does not name"
