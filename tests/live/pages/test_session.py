"""What each method writes into the setup, and what it refuses."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.live.setups import SETTERS, Call, at, setup_of
from trio_live import Live, State, TransportKind
from trio_live.resilience import NO_RECONNECT, RECONNECT
from trio_live.wire import AvatarConfig, Platform

ONCE = Live.builder().reconnect(on=False)
"""Asks for no handles by itself."""

ROWS = [pytest.param(call, path, value, id=f"{name}-{path}") for name, call, path, value in SETTERS]


@pytest.mark.parametrize(("call", "path", "value"), ROWS)
def test_a_setting_stands_in_the_setup(call: Call, path: str, value: Any) -> None:
    assert at(setup_of(ONCE), path) in (..., ["AUDIO"])
    assert at(setup_of(call(ONCE)), path) == value


def test_nothing_chosen_asks_for_sound_and_handles_to_reconnect_with_and_nothing_else() -> None:
    sound = {"generationConfig": {"responseModalities": ["AUDIO"]}}
    assert setup_of(ONCE) == sound
    assert setup_of(Live.builder(), Platform.GOOGLE_AI) == {**sound, "sessionResumption": {}}
    assert setup_of(Live.builder(), Platform.VERTEX) == {**sound, "sessionResumption": {"transparent": True}}
    assert setup_of(Live.builder().session_resume(on=False)) == sound
    assert setup_of(ONCE.session_resume()) == {**sound, "sessionResumption": {}}


def test_reconnecting_is_tuned_value_by_value() -> None:
    assert Live.builder().spec.reconnect == RECONNECT
    tuned = Live.builder().reconnect(attempts=9).reconnect(within=60, sound_kept=1).reconnect(rotate=False)
    assert tuned.spec.reconnect == attrs.evolve(RECONNECT, attempts=9, within=60, sound_kept=1, rotate=False)
    off = tuned.reconnect(on=False)
    assert off.spec.reconnect == NO_RECONNECT
    assert off.reconnect().spec.reconnect == RECONNECT


OFF: list[tuple[str, Call]] = [
    ("session_resume", lambda b: b.session_resume_from("h").session_resume(on=False)),
    ("session_resume", lambda b: b.session_resume(on=False)),
    ("transparent_resumption", lambda b: b.transparent_resumption(on=False)),
    ("no_context_compression", lambda b: b.context_compression(10, 5).no_context_compression()),
    ("history_in_client_content", lambda b: b.history_in_client_content().history_in_client_content(on=False)),
    ("history_in_client_content", lambda b: b.history_in_client_content(on=False)),
]


@pytest.mark.parametrize(("name", "call"), OFF, ids=[f"{name}-{n}" for n, (name, _) in enumerate(OFF)])
def test_what_is_switched_off_leaves_no_trace(name: str, call: Call) -> None:
    assert setup_of(call(ONCE)) == setup_of(ONCE)


def test_resumption_keeps_what_else_was_said_of_it() -> None:
    live = ONCE.session_resume_from("h").transparent_resumption().session_resume()
    assert setup_of(live)["sessionResumption"] == {"handle": "h", "transparent": True}
    assert setup_of(live.transparent_resumption(on=False))["sessionResumption"] == {"handle": "h"}


def test_dials_that_are_not_given_keep_their_values() -> None:
    live = Live.builder().sampling(top_p=0.5, seed=1).temperature(1).sampling(top_k=3)
    assert setup_of(live)["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "topP": 0.5,
        "seed": 1,
        "temperature": 1,
        "topK": 3,
    }


def test_thinking_settings_add_up() -> None:
    live = Live.builder().thinking(128).include_thoughts()
    assert setup_of(live)["generationConfig"]["thinkingConfig"] == {"thinkingBudget": 128, "includeThoughts": True}


def test_the_last_voice_counts() -> None:
    live = Live.builder().replicated_voice(b"RIFF").voice("Puck")
    assert setup_of(live)["generationConfig"]["speechConfig"]["voiceConfig"] == {
        "prebuiltVoiceConfig": {"voiceName": "Puck"}
    }


def test_an_avatar_answers_in_pictures() -> None:
    live = Live.builder().avatar(AvatarConfig(avatar_name="Ada"))
    assert setup_of(live)["generationConfig"]["responseModalities"] == ["VIDEO"]


def test_timeouts_are_kept_one_by_one() -> None:
    spec = Live.builder().timeouts(connect=3).timeouts(setup=4).spec
    assert (spec.connect_within, spec.setup_within) == (3, 4)


def test_frames_are_carried_by_the_lean_transport_unless_another_is_chosen() -> None:
    assert Live.builder().spec.transport is TransportKind.LEAN
    assert Live.builder().transport(TransportKind.TRIO_WEBSOCKET).spec.transport is TransportKind.TRIO_WEBSOCKET


REFUSED: list[tuple[str, type[Exception], Call]] = [
    ("model", TypeError, lambda b: b.model(5)),  # type: ignore[arg-type]
    ("model", ValueError, lambda b: b.model("")),
    ("voice", TypeError, lambda b: b.voice(None)),  # type: ignore[arg-type]
    ("voice", ValueError, lambda b: b.voice(" ")),
    ("sample", TypeError, lambda b: b.replicated_voice("RIFF")),  # type: ignore[arg-type]
    ("consent", TypeError, lambda b: b.replicated_voice(b"RIFF", consent="yes")),  # type: ignore[arg-type]
    ("instruction", TypeError, lambda b: b.instruction(b"x")),  # type: ignore[arg-type]
    ("instruction", ValueError, lambda b: b.instruction("")),
    ("temperature", TypeError, lambda b: b.temperature("hot")),  # type: ignore[arg-type]
    ("temperature", ValueError, lambda b: b.temperature(2.5)),
    ("top_p", ValueError, lambda b: b.sampling(top_p=1.5)),
    ("top_k", ValueError, lambda b: b.sampling(top_k=0)),
    ("seed", TypeError, lambda b: b.sampling(seed=1.5)),  # type: ignore[arg-type]
    ("seed", ValueError, lambda b: b.sampling(seed=2**40)),
    ("max_output_tokens", ValueError, lambda b: b.sampling(max_output_tokens=0)),
    ("max_output_tokens", TypeError, lambda b: b.sampling(max_output_tokens=False)),
    ("max_output_tokens", TypeError, lambda b: b.sampling(max_output_tokens="")),  # type: ignore[arg-type]
    ("greeting", TypeError, lambda b: b.greeting(5)),  # type: ignore[arg-type]
    ("within", ValueError, lambda b: b.greeting("Hi", within=0)),
    ("protected", ValueError, lambda b: b.greeting("Hi", protected=-1)),
    ("budget", ValueError, lambda b: b.thinking(-2)),
    ("budget", TypeError, lambda b: b.thinking(True)),
    ("level", ValueError, lambda b: b.thinking_level("deep")),
    ("include_thoughts", TypeError, lambda b: b.include_thoughts(1)),  # type: ignore[arg-type]
    ("affective_dialog", TypeError, lambda b: b.affective_dialog("on")),  # type: ignore[arg-type]
    ("proactive_audio", TypeError, lambda b: b.proactive_audio(None)),  # type: ignore[arg-type]
    ("media_resolution", ValueError, lambda b: b.media_resolution("ultra")),
    ("session_resume", TypeError, lambda b: b.session_resume("handle")),  # type: ignore[arg-type]
    ("reconnect", TypeError, lambda b: b.reconnect(3)),  # type: ignore[arg-type]
    ("attempts", ValueError, lambda b: b.reconnect(attempts=0)),
    ("within", ValueError, lambda b: b.reconnect(within=0)),
    ("rotate", TypeError, lambda b: b.reconnect(rotate=1)),  # type: ignore[arg-type]
    ("sound_kept", ValueError, lambda b: b.reconnect(sound_kept=-1)),
    ("handle", ValueError, lambda b: b.session_resume_from("")),
    ("transparent_resumption", TypeError, lambda b: b.transparent_resumption(1)),  # type: ignore[arg-type]
    ("trigger", ValueError, lambda b: b.context_compression(0)),
    ("target", TypeError, lambda b: b.context_compression(10, 5.0)),  # type: ignore[arg-type]
    ("target", ValueError, lambda b: b.context_compression(10, 10)),
    ("target_language", ValueError, lambda b: b.translation("")),
    ("echo", TypeError, lambda b: b.translation("de", echo=1)),  # type: ignore[arg-type]
    ("config", TypeError, lambda b: b.avatar("Ada")),  # type: ignore[arg-type]
    ("history_in_client_content", TypeError, lambda b: b.history_in_client_content(0)),  # type: ignore[arg-type]
    ("settings", TypeError, lambda b: b.safety({"category": "C"})),  # type: ignore[arg-type]
    ("labels", TypeError, lambda b: b.labels("team")),  # type: ignore[arg-type]
    ("label", TypeError, lambda b: b.labels({1: "x"})),  # type: ignore[dict-item]
    ("label team", TypeError, lambda b: b.labels({"team": 1})),  # type: ignore[dict-item]
    ("state", TypeError, lambda b: b.state({})),  # type: ignore[arg-type]
    ("callback_errors", ValueError, lambda b: b.callback_errors("ignore")),  # type: ignore[arg-type]
    ("callback_errors", ValueError, lambda b: b.callback_errors(["raise"])),  # type: ignore[arg-type]
    ("transport", TypeError, lambda b: b.transport("lean")),  # type: ignore[arg-type]
    ("connect", ValueError, lambda b: b.timeouts(connect=0)),
    ("setup", TypeError, lambda b: b.timeouts(setup="soon")),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(
    ("name", "error", "call"),
    REFUSED,
    ids=[f"{name}-{error.__name__}-{n}" for n, (name, error, _) in enumerate(REFUSED)],
)
def test_a_wrong_argument_raises_at_the_call_and_is_named(name: str, error: type[Exception], call: Call) -> None:
    with pytest.raises(error, match=name):
        call(Live.builder())


def test_a_state_is_the_callers_own_object() -> None:
    mine = State()
    assert Live.builder().state(mine).spec.state is mine
