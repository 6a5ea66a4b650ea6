from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata

import pytest

from trio_live.cli._doctor._findings import Finding, Status
from trio_live.cli._doctor._installed import Requirement, look_at_libraries, look_at_python, requirements_in

NEEDED = (Requirement("trio", "0.25"), Requirement("h11"), Requirement("numpy", "1.26", "audio"))


def found(installed: Mapping[str, str]) -> list[Finding]:
    return list(look_at_libraries(NEEDED, installed.get))


def test_all_is_there() -> None:
    assert found({"trio": "0.31.0", "h11": "0.14", "numpy": "2.0rc1"}) == [
        Finding("dependencies", Status.OK, "trio 0.31.0, h11 0.14"),
        Finding("extra audio", Status.OK, "numpy 2.0rc1"),
    ]


def test_what_is_always_needed_is_a_problem_when_it_is_missing_and_an_extra_is_not() -> None:
    dependencies, audio = found({"trio": "0.31.0"})
    assert dependencies.status is Status.PROBLEM
    assert (dependencies.found, dependencies.advice) == ("missing: h11", "pip install --upgrade trio-live")
    assert audio.status is Status.OK
    assert audio.advice == "if you want it: pip install --upgrade 'trio-live[audio]'"


def test_what_is_too_old_is_a_problem() -> None:
    dependencies, audio = found({"trio": "0.24.1", "h11": "0.14", "numpy": "1.9.5"})
    assert dependencies == Finding(
        "dependencies", Status.PROBLEM, "trio 0.24.1, older than 0.25", "pip install --upgrade trio-live"
    )
    assert audio.status is Status.PROBLEM


@pytest.mark.parametrize(
    ("line", "requirement"),
    [
        ("trio>=0.25", Requirement("trio", "0.25")),
        ("h11", Requirement("h11")),
        ("mcp>=2.3; extra == 'mcp'", Requirement("mcp", "2.3", "mcp")),
        ('trio-live[cli]; extra == "demo"', Requirement("trio-live", "", "demo")),
        ("pytest-trio (>=0.8) ; extra == 'testing'", Requirement("pytest-trio", "0.8", "testing")),
    ],
)
def test_a_line_of_the_metadata_is_read(line: str, requirement: Requirement) -> None:
    assert list(requirements_in([line])) == [requirement]


def test_our_own_metadata_is_read() -> None:
    own = list(requirements_in(metadata.requires("trio-live") or []))
    assert {each.extra for each in own} >= {"", "audio", "cli", "llm", "mcp", "otel", "testing", "vad"}
    assert Requirement("trio", "0.25") in own


@pytest.mark.parametrize(
    ("version", "status"),
    [((3, 10), Status.PROBLEM), ((3, 11), Status.OK), ((3, 14), Status.OK), ((3, 15), Status.WARNING)],
)
def test_python(version: tuple[int, int], status: Status) -> None:
    assert look_at_python(version, "it").status is status
