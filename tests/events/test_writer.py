"""The verbs of a session: the protocol that lower rooms know, and the writer that stands behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from trio_live.events import SessionWriter
from trio_live.lanes._internal import RawWriter

VERBS = (
    "send_audio",
    "send_text",
    "send_video",
    "send_client_content",
    "send_tool_response",
    "update_instruction",
    "signal_activity_start",
    "signal_activity_end",
    "end_audio_stream",
    "disconnect",
)


def verbs_of(kind: type) -> set[str]:
    return {name for name, value in vars(kind).items() if inspect.isfunction(value) and not name.startswith("_")}


def shape(function: Callable[..., Any]) -> list[tuple[str, Any, Any, Any]]:
    """Names, kinds, defaults and types of the parameters, and the type of the result."""
    hints = get_type_hints(function)
    rows: list[tuple[str, Any, Any, Any]] = [
        (parameter.name, parameter.kind, parameter.default, hints.get(parameter.name))
        for parameter in inspect.signature(function).parameters.values()
    ]
    return [*rows, ("return", None, None, hints["return"])]


def as_session_writer(writer: RawWriter) -> SessionWriter:
    """Type-checked: a raw writer is a session writer."""
    return writer


def test_a_writer_has_these_verbs() -> None:
    assert verbs_of(SessionWriter) == set(VERBS)


def test_the_raw_writer_has_every_one_of_them() -> None:
    assert verbs_of(RawWriter) >= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_the_same_signature_in_both(verb: str) -> None:
    promised, kept = getattr(SessionWriter, verb), getattr(RawWriter, verb)
    assert shape(kept) == shape(promised)
    assert inspect.iscoroutinefunction(promised)
    assert inspect.iscoroutinefunction(kept)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_does(verb: str) -> None:
    assert inspect.getdoc(getattr(SessionWriter, verb))
    assert inspect.getdoc(getattr(RawWriter, verb))
