"""The table of promises: complete, and read."""

from __future__ import annotations

from typing import get_args

import pytest

from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.resilience._guarantees import GUARANTEES, Guarantee, Kind, kind_of, without_setup, words_of
from trio_live.wire import Content, Platform, profile_for

TELLS = profile_for("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI)
ANSWERS = profile_for("gemini-3.1-flash-live-preview", Platform.GOOGLE_AI)
TURNS = (Content.of("We are full."),)
ROWS: list[tuple[Command, Kind, Kind]] = [
    (SendText("Hi"), Kind.WORDS, Kind.WORDS),
    (SendClientContent(TURNS, turn_complete=True), Kind.PROMPT, Kind.PROMPT),
    (SendClientContent(TURNS, turn_complete=False), Kind.CONTEXT, Kind.PROMPT),
    (Steer(facts=TURNS), Kind.CONTEXT, Kind.PROMPT),
    (Steer(facts=TURNS, prompt=True), Kind.PROMPT, Kind.PROMPT),
    (Steer(instruction="Be kind."), Kind.INSTRUCTION, Kind.INSTRUCTION),
    (SendToolResponse(()), Kind.ANSWER, Kind.ANSWER),
    (SendAudio(b""), Kind.SOUND, Kind.SOUND),
    (SendVideo(b""), Kind.PICTURE, Kind.PICTURE),
    (ActivityStart(), Kind.MARK, Kind.MARK),
    (ActivityEnd(), Kind.MARK, Kind.MARK),
    (AudioStreamEnd(), Kind.MARK, Kind.MARK),
]
"""A command, its kind with a model that can be told things, and with one that answers whatever it is told."""


@pytest.mark.parametrize(("command", "told", "answered"), ROWS)
def test_every_command_is_of_a_kind(command: Command, told: Kind, answered: Kind) -> None:
    assert (kind_of(command, TELLS), kind_of(command, ANSWERS)) == (told, answered)


def test_the_table_has_a_row_for_every_kind_and_the_rows_hold_every_command() -> None:
    assert set(GUARANTEES) == set(Kind)
    assert {type(command) for command, _, _ in ROWS} == set(get_args(Command))


def test_nothing_that_would_be_said_twice_is_sent_twice() -> None:
    assert {kind for kind, row in GUARANTEES.items() if row.plain is Guarantee.AT_MOST_ONCE} == {
        Kind.WORDS,
        Kind.PROMPT,
    }
    assert all(row.indexed is not Guarantee.AT_MOST_ONCE for row in GUARANTEES.values())


def test_the_setup_says_instructions_and_tools_so_what_is_left_is_the_rest() -> None:
    assert without_setup(Steer(instruction="x", tools=())) is None
    assert without_setup(Steer(instruction="x", facts=TURNS, prompt=True)) == Steer(facts=TURNS, prompt=True)
    assert without_setup(SendText("Hi")) == SendText("Hi")


def test_the_words_of_a_command_can_be_told() -> None:
    assert [words_of(command) for command, *_ in ROWS[:6]] == ["Hi", *["We are full."] * 4, ""]
