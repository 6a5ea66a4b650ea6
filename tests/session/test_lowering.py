"""By which road each channel reaches each model: a list for every row of the table."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.wire.frames import written
from trio_live.errors import LocalProtocolError
from trio_live.events import Applied, Road, SteeringChannel
from trio_live.events._internal import Command, SendClientContent, SendText, Steer
from trio_live.session._internal import lower, to_messages
from trio_live.wire import (
    PROFILES,
    UNKNOWN_MODEL,
    Blob,
    Content,
    FunctionDeclaration,
    LiveModelProfile,
    Part,
    Platform,
    Tool,
    profile_for,
)

G, V = Platform.GOOGLE_AI, Platform.VERTEX
UPDATE, SYSTEM, USER, CONTENT = Road.CONTEXT_UPDATE, Road.SYSTEM_TURN, Road.USER_TURN, Road.CONTENT
SPOKEN, ADVICE, SETUP, NOWHERE = Road.REALTIME_TEXT, Road.ADVICE, Road.SETUP, Road.NOWHERE

ROADS = {
    # model, platform: tools, standing instruction, facts, prompt
    ("gemini-2.5-flash-native-audio-latest", G): (ADVICE, USER, CONTENT, CONTENT),
    ("gemini-live-2.5-flash-native-audio", V): (ADVICE, SYSTEM, CONTENT, CONTENT),
    ("gemini-live-2.5-flash", G): (ADVICE, USER, CONTENT, CONTENT),
    ("gemini-live-2.5-flash", V): (ADVICE, SYSTEM, CONTENT, CONTENT),
    ("gemini-3.1-flash-live-preview", G): (ADVICE, SPOKEN, SPOKEN, SPOKEN),
    ("gemini-3.1-flash-live-preview", V): (ADVICE, SPOKEN, SPOKEN, SPOKEN),
    ("gemini-3.8-live", G): (UPDATE, UPDATE, CONTENT, CONTENT),
    ("gemini-3.8-live", V): (UPDATE, UPDATE, CONTENT, CONTENT),
    ("gemini-3.8-live-extended-thinking", G): (UPDATE, UPDATE, CONTENT, CONTENT),
    ("gemini-3.8-live-extended-thinking", V): (UPDATE, UPDATE, CONTENT, CONTENT),
    ("gemini-3.5-live-translate-preview", G): (NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    ("gemini-3.5-live-translate-preview", V): (NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    ("gemini-3.5-transcribe-live", G): (NOWHERE, SETUP, NOWHERE, NOWHERE),
    ("gemini-3.5-transcribe-live", V): (NOWHERE, SETUP, NOWHERE, NOWHERE),
    ("gemini-robotics-er-2-streaming-preview", G): (ADVICE, USER, CONTENT, CONTENT),
    ("gemini-of-tomorrow", G): (ADVICE, USER, CONTENT, CONTENT),
    ("gemini-of-tomorrow", V): (ADVICE, SYSTEM, CONTENT, CONTENT),
}
WHEN = {
    UPDATE: Applied.NOW,
    SYSTEM: Applied.NEXT_TURN,
    USER: Applied.NEXT_TURN,
    CONTENT: Applied.NEXT_TURN,
    SPOKEN: Applied.NEXT_TURN,
    ADVICE: Applied.NEXT_TURN,
    SETUP: Applied.NEXT_CONNECTION,
    NOWHERE: Applied.UNSUPPORTED,
}
ALL = [*PROFILES, *UNKNOWN_MODEL.values()]

FACTS = (Content.of("Two guests.", "model"), Content.of("It is late.", "model"))
TOOLS = (Tool(function_declarations=[FunctionDeclaration("order")]), Tool(google_search={}))
EVERYTHING = Steer(tools=TOOLS, instruction="Be brief.", facts=FACTS, prompt=True)


def frames(command: Command, abilities: LiveModelProfile, *, seeding: bool = False) -> list[Any]:
    return [written(message) for message in to_messages(command, abilities, seeding=seeding)]


def turns(frame: Any) -> list[tuple[str, str]]:
    return [(turn["role"], turn["parts"][0]["text"]) for turn in frame["clientContent"].get("turns", ())]


def spoken(frame: Any) -> list[str]:
    text: str = frame["realtimeInput"]["text"]
    return text.split("\n\n")


def test_every_family_has_a_list() -> None:
    listed = {profile_for(*key).name for key in ROADS}
    assert listed == {profile.name for profile in ALL if not profile.retired}


@pytest.mark.parametrize(("key", "roads"), ROADS.items(), ids=lambda value: str(value[0]))
def test_each_channel_has_its_road(key: tuple[str, Platform], roads: tuple[Road, ...]) -> None:
    outcomes = [lower(channel, profile_for(*key)) for channel in SteeringChannel]
    assert tuple(outcome.road for outcome in outcomes) == roads
    assert [outcome.applied for outcome in outcomes[:3]] == [WHEN[road] for road in roads[:3]]
    assert outcomes[3].applied is (Applied.UNSUPPORTED if roads[3] is NOWHERE else Applied.NOW)
    assert all(outcome.why in str(outcome) for outcome in outcomes)


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: f"{profile.name}-{profile.platform.name}")
def test_no_model_is_sent_what_it_does_not_take(profile: LiveModelProfile) -> None:
    for command in (
        EVERYTHING,
        SendClientContent(FACTS, turn_complete=True),
        SendClientContent((), turn_complete=True),
    ):
        for frame in frames(command, profile):
            (kind,) = frame
            match kind:
                case "contextUpdate":
                    assert profile.context_update
                case "clientContent":
                    assert lower(SteeringChannel.FACTS, profile).road is CONTENT
                    roles = {role for role, _ in turns(frame)}
                    assert profile.system_turns or "system" not in roles
                case "realtimeInput":
                    assert profile.realtime_text
                case _:
                    pytest.fail(kind)


def test_one_update_carries_tools_and_instruction_and_what_is_not_given_is_not_touched() -> None:
    newest = profile_for("gemini-3.8-live", V)
    update, facts, prompt = frames(EVERYTHING, newest)
    assert update == {
        "contextUpdate": {
            "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}]},
            "tools": {"tools": [{"functionDeclarations": [{"name": "order"}]}, {"googleSearch": {}}]},
        }
    }
    assert turns(facts) == [("model", "Two guests."), ("model", "It is late.")]
    assert facts["clientContent"]["turnComplete"] is False
    assert prompt == {"clientContent": {"turnComplete": True}}
    assert frames(Steer(tools=()), newest) == [{"contextUpdate": {"tools": {"tools": []}}}]
    (alone,) = frames(Steer(instruction="Be brief."), newest)
    assert alone["contextUpdate"].keys() == {"systemInstruction"}


def test_generation_2_5_is_never_sent_an_update_and_keeps_its_declarations() -> None:
    for key in (("gemini-2.5-flash-native-audio-latest", G), ("gemini-live-2.5-flash-native-audio", V)):
        said = frames(EVERYTHING, profile_for(*key))
        assert [[*frame] for frame in said] == [["clientContent"]] * 3
        assert frames(Steer(tools=TOOLS), profile_for(*key)) == []


def test_where_only_realtime_text_is_left_all_of_it_is_one_text() -> None:
    """Each text of its own would be an activity of its own, which the model may answer."""
    oldest = profile_for("gemini-3.1-flash-live-preview", G)
    (frame,) = frames(EVERYTHING, oldest)
    instruction, text, *facts, prompt = spoken(frame)
    assert "instructions have changed" in instruction
    assert [text, *facts] == ["Be brief.", "Two guests.", "It is late."]
    assert "Speak now." in prompt
    (quiet,) = frames(attrs.evolve(EVERYTHING, prompt=False), oldest)
    assert "Do not answer it" in spoken(quiet)[-1], "and says when no answer is wanted"
    assert frames(Steer(tools=TOOLS), oldest) == []


def test_words_of_the_user_take_the_facts_along() -> None:
    facts, words = frames(SendText("A table?", FACTS), profile_for("gemini-3.8-live", G))
    assert (len(turns(facts)), turns(words)) == (2, [("user", "A table?")])
    (text,) = frames(SendText("A table?", FACTS), profile_for("gemini-3.1-flash-live-preview", G))
    assert spoken(text) == ["Two guests.", "It is late.", "A table?"]


def test_contents_become_realtime_text_where_history_can_only_be_seeded() -> None:
    oldest = profile_for("gemini-3.1-flash-live-preview", G)
    (asked,) = frames(SendClientContent((Content.of("Who?"),), turn_complete=True), oldest)
    assert spoken(asked) == ["Who?"]
    (told,) = frames(SendClientContent((Content.of("It is late."),), turn_complete=False), oldest)
    assert spoken(told)[0] == "It is late."
    assert "Do not answer it" in spoken(told)[1]
    seeds = SendClientContent(FACTS, turn_complete=True)
    assert [[*frame] for frame in frames(seeds, oldest, seeding=True)] == [["clientContent"]]


def test_pictures_and_sound_travel_in_the_live_stream_there() -> None:
    oldest = profile_for("gemini-3.1-flash-live-preview", G)
    parts = [
        Part(inline_data=Blob("image/png", b"x")),
        Part(inline_data=Blob("audio/pcm;rate=16000", b"yy")),
        Part("Hm"),
    ]
    picture, sound, text = frames(SendClientContent((Content("user", parts),), turn_complete=True), oldest)
    assert picture["realtimeInput"].keys() == {"video"}
    assert sound["realtimeInput"].keys() == {"audio"}
    assert spoken(text) == ["Hm"]
    with pytest.raises(LocalProtocolError, match="text, pictures and sound only"):
        frames(SendClientContent((Content("user", [Part(thought=True)]),), turn_complete=True), oldest)


def test_typed_words_are_refused_at_the_call_where_a_model_takes_none() -> None:
    with pytest.raises(LocalProtocolError, match=r"3\.5 transcribe live model takes no text"):
        frames(SendText("Hello?"), profile_for("gemini-3.5-transcribe-live", G))


@pytest.mark.parametrize(("platform", "role"), [(G, "user"), (V, "system")])
def test_turns_of_the_system_are_the_users_where_it_has_none(platform: Platform, role: str) -> None:
    """Google AI closed the session on that role with 1007."""
    said = SendClientContent((Content.of("Be brief.", "system"),), turn_complete=False)
    (frame,) = frames(said, profile_for("gemini-2.5-flash-native-audio-latest", platform))
    assert turns(frame) == [(role, "Be brief.")]
