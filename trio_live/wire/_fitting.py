"""Setups and answers, fitted to what a model can: what it refuses is left off, and what was left off is told."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from trio_live._values import value
from trio_live.wire._messages import FunctionResponse, Setup
from trio_live.wire._models import LiveModelProfile
from trio_live.wire._refusals import Refusal, required_settings, response_refusals, setup_refusals


@value
class IgnoredSetting:
    """A setting that was asked for and left off the wire."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


_SPEAKS_WHEN_EMPTY: Final = {"sessionResumption"}
"""Objects on a refused path that still ask for something when nothing is left in them: here, for handles."""


def fit_setup(setup: Setup, profile: LiveModelProfile) -> tuple[Setup, tuple[IgnoredSetting, ...]]:
    """The setup without what this model refuses, and what was left out."""
    return _fit(setup, setup_refusals(profile))


def fit_response(
    response: FunctionResponse, profile: LiveModelProfile
) -> tuple[FunctionResponse, tuple[IgnoredSetting, ...]]:
    """One function response without what this model refuses, and what was left out."""
    if response.scheduling is None and response.will_continue is None:
        return response, ()
    return _fit(response, response_refusals(profile))


def missing_settings(setup: Setup, profile: LiveModelProfile) -> tuple[str, ...]:
    """Paths without which the model does not start."""
    tree = msgspec.to_builtins(setup)
    return tuple(path for path in required_settings(profile) if not _holds(tree, path.split(".")))


def sent_behavior(setup: Setup, name: str, profile: LiveModelProfile) -> str:
    """How the model calls a function: the behaviour that was sent with its declaration, or else the model's default.

    Args:
        setup: as it was sent.
        name: of the function. One that was never declared has the model's default.
        profile: of the model that was asked for.
    """
    for tool in setup.tools or ():
        for declared in tool.function_declarations or ():
            if declared.name == name and declared.behavior in {"BLOCKING", "NON_BLOCKING"}:
                return declared.behavior
    return profile.call_behaviors[0] if profile.call_behaviors else "BLOCKING"


def _fit(value: Any, refusals: tuple[Refusal, ...]) -> tuple[Any, tuple[IgnoredSetting, ...]]:
    tree = msgspec.to_builtins(value)
    ignored = tuple(
        IgnoredSetting(refusal.path, refusal.why)
        for refusal in refusals
        if _prune(tree, refusal.path.split("."), refusal.equals)
    )
    return (msgspec.convert(tree, type(value)) if ignored else value), ignored


def _prune(node: Any, path: list[str], equals: Any) -> bool:
    """Remove what stands at ``path``, entering lists, and what is empty without it; tell whether there was anything."""
    if isinstance(node, list):
        found_in = [_prune(item, path, equals) for item in node]
        node[:] = [item for item, hit in zip(node, found_in, strict=True) if item or not hit]
        return any(found_in)
    if not isinstance(node, dict) or path[0] not in node:
        return False
    if len(path) == 1:
        if equals is not None and node[path[0]] != equals:
            return False
        del node[path[0]]
        return True
    found = _prune(node[path[0]], path[1:], equals)
    if found and not node[path[0]] and path[0] not in _SPEAKS_WHEN_EMPTY:
        del node[path[0]]
    return found


def _holds(node: Any, path: list[str]) -> bool:
    for name in path:
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return True
