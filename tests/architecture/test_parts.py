"""Whoever is made from the parts of a session takes what it needs and lets go of the rest."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.test_floors import FILES, name_of, parsed

WHOLE = {"SessionParts"}
"""Types that hold everything; nobody keeps one."""


def wholes(function: ast.FunctionDef) -> set[str]:
    """The parameters that are everything."""
    given = [*function.args.args, *function.args.kwonlyargs]
    return {each.arg for each in given if each.annotation is not None and ast.unparse(each.annotation) in WHOLE}


def kept(tree: ast.AST) -> list[str]:
    """Assignments to an attribute of a parameter that is everything."""
    return [
        ast.unparse(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in wholes(function)
        if any(isinstance(target, ast.Attribute) for target in node.targets)
    ]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nobody_keeps_all_the_parts_of_a_session(path: Path) -> None:
    assert not kept(parsed(path)), f"{name_of(path)} keeps everything; take what is needed"


def test_the_check_sees_it() -> None:
    assert kept(ast.parse("class A:\n def __init__(self, parts: SessionParts):\n  self._parts = parts"))
    assert not kept(ast.parse("class A:\n def __init__(self, parts: SessionParts):\n  self._state = parts.state"))
