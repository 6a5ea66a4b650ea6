"""The table of hooks describes exactly what can be hung in."""

from __future__ import annotations

import attrs
import pytest

from trio_live.lanes import HOOKS, CallbackMode, EventCallbacks
from trio_live.lanes._internal import with_callback
from trio_live.session import Lane

FIELDS = [field.name for field in attrs.fields(EventCallbacks)]
WITH_MODES = {
    "on_turn_complete",
    "on_generation_complete",
    "on_connected",
    "on_disconnected",
    "on_error",
    "on_go_away",
    "on_extracted",
    "on_extraction_error",
    "on_tool_cancelled",
    "on_transfer",
    "on_resumed",
    "on_resumption_update",
    "on_dtmf",
}
ADDED = {
    "on_media",
    "on_grounding",
    "on_resumption_update",
    "on_resumption_update_mode",
    "on_dtmf",
    "on_dtmf_mode",
}
"""What came after the first thirty-eight."""


async def act(*args: object) -> None:
    return


async def other(*args: object) -> None:
    return


def test_there_are_thirty_eight_fields_and_those_that_were_added() -> None:
    assert len(FIELDS) - len(ADDED) == 38
    assert set(FIELDS) >= ADDED
    assert [name for name in FIELDS if not name.endswith("_mode")] == sorted(HOOKS, key=FIELDS.index)


def test_every_hook_is_a_field_and_every_field_a_hook_or_its_mode() -> None:
    modes = {f"{name}_mode" for name, hook in HOOKS.items() if hook.modes}
    assert set(FIELDS) == set(HOOKS) | modes


def test_only_these_hooks_may_run_concurrently() -> None:
    assert {name for name, hook in HOOKS.items() if hook.modes} == WITH_MODES


@pytest.mark.parametrize("name", HOOKS)
def test_the_lane_decides_whether_a_hook_is_async(name: str) -> None:
    hook = HOOKS[name]
    if hook.lane is Lane.CONTROL:
        assert hook.is_async is not name.startswith("instruction_")
    else:
        assert hook.lane is (Lane.TELEMETRY if name == "on_usage" else Lane.FAST)
        assert not hook.is_async
        assert not hook.modes


def test_everything_is_absent_and_blocking_by_default() -> None:
    callbacks = EventCallbacks()
    for name, hook in HOOKS.items():
        assert getattr(callbacks, name) is None
        if hook.modes:
            assert getattr(callbacks, f"{name}_mode") is CallbackMode.BLOCKING


@pytest.mark.parametrize("name", HOOKS)
def test_the_last_registration_counts_with_its_own_mode(name: str) -> None:
    callbacks = with_callback(EventCallbacks(), name, act, CallbackMode.CONCURRENT)
    assert getattr(callbacks, name) is act
    callbacks = with_callback(callbacks, name, other)
    assert getattr(callbacks, name) is other
    assert callbacks == with_callback(EventCallbacks(), name, other)


def test_a_repr_shows_what_is_set_and_how_and_nothing_else() -> None:
    callbacks = with_callback(EventCallbacks(on_audio=print), "on_error", act, CallbackMode.CONCURRENT)
    assert repr(callbacks) == "EventCallbacks(on_audio, on_error (concurrent))"
    assert repr(EventCallbacks()) == "EventCallbacks()"


def test_every_hook_has_a_deadline_or_a_sentence_why_not() -> None:
    for name, hook in HOOKS.items():
        assert hook.patience.startswith("none: ") is (hook.deadline is None), name
    assert HOOKS["on_interrupted"].patience == "5 s"
