from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from trio.testing import MockClock

from tests.emulator.callers import Caller, calling, has, persona
from trio_live.emulator import Emulation
from trio_live.emulator._service._dialect import (
    DIALECTS,
    GOOGLE_AI,
    GOOGLE_AI_2,
    VERTEX,
    VERTEX_2,
    Dialect,
    dialect_for,
)
from trio_live.emulator._service._usage import Usage
from trio_live.wire import FunctionResponse, Platform, ToolResponse, profile_for

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "data" / "wire"
PERSONA = """
words_per_delta = 1
[[rule]]
heard = { pattern = 'reading of (?P<zqx_measurement>\\d+) with the note "(?P<qbf_note>\\w+)"' }
call = { tool = "record_reading", args = { zqx_measurement = "{zqx_measurement:int}", qbf_note = "{qbf_note}" } }
then = 'I have recorded a reading of 5 with the note "steady."'
[[rule]]
heard = { pattern = 'weather in (?P<city>\\w+)' }
call = { tool = "get_weather", args = { city = "{city}" } }
then = "{get_weather}"
[[rule]]
heard = { keywords = ["greeting"] }
thought = "**Crafting a Greeting**"
say = "Hello there."
[[rule]]
heard = { keywords = ["favorite color"] }
thought = "**Recall User Information**"
say = "Your name is Alice, and your favorite color is teal."
"""


@pytest.mark.parametrize(
    ("platform", "model", "dialect"),
    [
        (Platform.GOOGLE_AI, "models/gemini-3.8-live", GOOGLE_AI),
        (Platform.GOOGLE_AI, "models/gemini-2.5-flash-native-audio-latest", GOOGLE_AI_2),
        (Platform.VERTEX, "publishers/google/models/gemini-3.8-live", VERTEX),
        (Platform.VERTEX, "projects/p/locations/l/publishers/google/models/gemini-live-2.5-flash", VERTEX_2),
        (Platform.GOOGLE_AI, "models/of-the-future", GOOGLE_AI),
    ],
)
def test_platform_and_generation_decide_the_dialect(platform: Platform, model: str, dialect: Dialect) -> None:
    finished = profile_for(model, platform).transcripts_finished
    assert dialect_for(platform, model) == attrs.evolve(dialect, transcripts_finished=finished)


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_a_count_of_zero_is_left_out(dialect: Dialect) -> None:
    usage = dialect.usage(Usage(prompt_text=3))
    assert usage.prompt_token_count == usage.total_token_count == 3
    assert usage.response_tokens is None
    assert usage.thoughts_token_count is None
    assert all(detail.token_count is None for detail in usage.response_details)


def load(name: str) -> list[dict[str, Any]]:
    path = RECORDINGS / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no recording {name!r}: recordings of real sessions are not part of the source")
    return [json.loads(line) for line in path.read_text().splitlines()]


def shape(value: Any, key: str = "") -> Any:
    """A frame without its contents: keys, types, and the strings that are fixed words."""
    match value:
        case dict() if key == "args":
            return value
        case dict():
            return {name: shape(inner, name) for name, inner in value.items() if name != "tokenCount"}
        case list():
            return [shape(item) for item in value]
        case bool():
            return value
        case str() if key in {"mimeType", "role", "modality", "name"}:
            return value
        case _:
            return type(value).__name__


def without_repeats(shapes: list[Any]) -> list[Any]:
    """Each run of the same shape once."""
    return [current for at, current in enumerate(shapes) if not at or current != shapes[at - 1]]


def without_mingling(shapes: list[Any]) -> list[Any]:
    """Of words and sound that take turns, each shape once."""
    kept: list[Any] = []
    for current in shapes:
        speech = kept[-2:] if "outputTranscription" in str(kept[-2:]) else []
        if current not in speech:
            kept.append(current)
    return kept


@attrs.frozen
class Difference:
    """Something in which the emulator's frames and Google's may differ."""

    what: str
    why: str
    levelled: Callable[[list[Any]], list[Any]]
    """The same shapes without it."""


REPEATS: Final = Difference(
    "how many pieces of words and of sound there are",
    "how long an answer lasts is the persona's, and speech comes in pieces of forty milliseconds",
    without_repeats,
)
MINGLING: Final = Difference(
    "how many pieces of words and of sound there are, and how they take turns",
    "as above; and the server writes the words down while it speaks, sooner or later as it finds time",
    without_mingling,
)
RECORDED: Final = {
    "google_ai_text_in_audio_out": (Platform.GOOGLE_AI, (MINGLING,)),
    "google_ai_history_seeding": (Platform.GOOGLE_AI, (MINGLING,)),
    "google_ai_tool_call_round": (Platform.GOOGLE_AI, (MINGLING,)),
    "vertex_text_in_audio_out": (Platform.VERTEX, (REPEATS,)),
    "vertex_tool_round": (Platform.VERTEX, (REPEATS,)),
}
"""Recorded session → its platform, and all in which the emulator's answer to the same client differs from Google's."""


def order_of(frames: list[dict[str, Any]], differences: Sequence[Difference]) -> list[Any]:
    """The shapes of frames in their order, without these differences."""
    shapes = [shape(frame) for frame in frames]
    for difference in differences:
        shapes = difference.levelled(shapes)
    return shapes


async def converse(caller: Caller, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say what the recorded client said; the frames that come back."""
    frames = [row["frame"] for row in rows if row["dir"] == "client"]
    for frame in frames:
        if "tool_response" in frame:
            (call,) = await caller.called()
            (answer,) = frame["tool_response"]["functionResponses"]
            fields = {**answer, "id": call.id}
            await caller.send(tool_response=ToolResponse(function_responses=[FunctionResponse(**fields)]))
        else:
            await caller.send_raw(json.dumps(frame))
    wanted = sum("turnComplete" in row["frame"].get("serverContent", {}) for row in rows if row["dir"] == "server")
    for _ in range(wanted):
        await caller.until(has("turn_complete"))
    return [json.loads(frame) for frame in caller.frames]


@pytest.mark.parametrize("name", RECORDED)
async def test_frames_have_the_shapes_and_the_order_of_recorded_ones(autojump_clock: MockClock, name: str) -> None:
    platform, differences = RECORDED[name]
    rows = load(name)
    recorded = [row["frame"] for row in rows if row["dir"] == "server"]
    async with calling(Emulation(persona(PERSONA)), platform) as caller:
        emulated = await converse(caller, rows)
    assert order_of(emulated, differences) == order_of(recorded, differences)
    for difference in differences:
        rest = [other for other in differences if other is not difference]
        assert order_of(emulated, rest) != order_of(recorded, rest), f"they no longer differ in {difference.what}"
