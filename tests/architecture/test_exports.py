"""Doors: a room's ``__init__``, and its ``_internal`` for other rooms, hold imports and ``__all__``, and say what they export."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import trio_live
from tests.processes import finish_code

ROOT = Path(trio_live.__file__).parent
DOORS = sorted(path for name in ("__init__.py", "_internal.py") for path in ROOT.rglob(name))


def module_of(door: Path) -> str:
    parts = door.relative_to(ROOT).with_suffix("").parts
    return ".".join(("trio_live", *(part for part in parts if part != "__init__")))


FRONT_DOOR = ROOT / "__init__.py"


@pytest.mark.parametrize("door", [door for door in DOORS if door != FRONT_DOOR], ids=module_of)
def test_a_door_holds_imports_and_names_only(door: Path) -> None:
    tree = ast.parse(door.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{module_of(door)} does not say what room it opens"
    for node in tree.body[1:]:
        is_all = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        assert isinstance(node, ast.Import | ast.ImportFrom) or is_all, f"{module_of(door)} holds logic"


@pytest.mark.parametrize("door", DOORS, ids=module_of)
def test_a_door_offers_what_it_says(door: Path) -> None:
    module = importlib.import_module(module_of(door))
    names = module.__all__
    assert len(set(names)) == len(names)
    missing = [name for name in names if not hasattr(module, name)]
    assert not missing, f"{module_of(door)} promises {missing}"


def test_the_front_door_shows_only_what_rooms_offer() -> None:
    for name in trio_live.__all__:
        value = getattr(trio_live, name)
        home = getattr(value, "__module__", None)
        if home is None or not home.startswith("trio_live."):
            continue
        room = importlib.import_module(".".join(home.split(".")[:2]))
        assert name in getattr(room, "__all__", dir(room)), f"{name} is at the front door but not at its room's"


def test_the_front_door_tells_type_checkers_what_it_offers() -> None:
    tree = ast.parse(FRONT_DOOR.read_text(encoding="utf-8"))
    told = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    assert len(imports) == len(told.body)
    names = {(node.module, alias.name) for node in imports for alias in node.names}
    modules = {name for room, name in names if room == "trio_live"}
    offered = {(f"trio_live.{room}", name) for room, names in trio_live._OFFERED.items() for name in names}
    assert names == offered | {("trio_live", module) for module in modules}
    assert {name for _, name in names} | {"__version__"} == set(trio_live.__all__)


def test_importing_the_package_opens_no_room() -> None:
    code = "import sys, trio_live; print(sorted(name for name in sys.modules if name.startswith(('trio', 'attr'))))"
    assert finish_code(code).stdout.strip() == "['trio_live', 'trio_live._version']"


def test_rooms_that_serve_declarations_are_not_opened_for_a_program_that_declares_nothing() -> None:
    code = """
import sys, trio
from trio_live import ConnectError, Live

async def main():
    try:
        async with Live.builder().connect_google_ai("key", base_url="ws://127.0.0.1:1"):  # where nobody listens
            pass
    except ConnectError:
        print(sorted({f"trio_live.{room}" for room in ("reactive", "voice", "emulator", "testing")} & set(sys.modules)))

trio.run(main)
"""
    shown = finish_code(code)
    assert shown.stdout.strip() == "[]", shown.stderr


def test_a_room_is_opened_by_its_name() -> None:
    code = "import trio_live; print(trio_live.errors.LiveError is trio_live.LiveError, 'Live' in dir(trio_live))"
    shown = finish_code(code)
    assert shown.stdout.strip() == "True True", shown.stderr


def test_a_name_that_is_nowhere_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="module 'trio_live' has no attribute 'Lvie'"):
        trio_live.Lvie  # type: ignore[attr-defined]  # noqa: B018


def test_opening_the_package_imports_nothing_of_the_extras() -> None:
    code = (
        "import sys; from trio_live import *; "
        "print(sorted({'rich','click','httpx','hypothesis','pytest','numpy','soxr'} & set(sys.modules)))"
    )
    shown = finish_code(code)
    assert shown.stdout.strip() == "[]", shown.stderr
