"""Where a replay says something else than the session that was recorded said."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final

from trio_live._typing import JsonObject
from trio_live.recording import WireEntry
from trio_live.recording._internal import holds_acts
from trio_live.replay._connections import connections_of
from trio_live.replay._run import Replayed
from trio_live.state._internal import json_equal

_SECOND: Final = 32_000
"""Bytes of the user's sound."""


def divergences(entries: Sequence[WireEntry], replayed: Replayed, *, whole: bool) -> tuple[str, ...]:
    """A line for each difference in what is sent: the setup, the answers to calls, and all that is said to the model.

    Args:
        entries: the recording.
        replayed: what came of it.
        whole: the agent is to be the one that was recorded, so compare every piece of an answer, and all else that is
            said; the latter where the recording is of a version that holds what the program asked for. The agent that
            `recorded_agent` makes knows no more than setup and answers.
    """
    connections = connections_of(entries)
    recorded = [found for each in connections for entry in each.outgoing if isinstance(found := entry.json, dict)]
    now = [found for frame in replayed.sent if isinstance(found := json.loads(frame), dict)]
    said = (
        (*replayed.refused, *_sayings(recorded, now), *_media(recorded, now)) if whole and holds_acts(entries) else ()
    )
    return (
        *_setups(connections[0].setup, now[0].get("setup", {}) if now else {}),
        *_answers(recorded, now, pieces=whole),
        *said,
    )


def _sayings(recorded: Sequence[JsonObject], now: Sequence[JsonObject]) -> Iterator[str]:
    """What is said to the model besides, in order; sound and pictures are none of it."""
    before, after = ([_shown(each) for each in frames if _is_saying(each)] for frames in (recorded, now))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, begin, end, begins, ends in matcher.get_opcodes():
        if kind != "equal":
            both = zip_longest(before[begin:end], after[begins:ends])
            yield from (_difference("message", was, now_is) for was, now_is in both)


def _difference(what: str, was: str | None, now_is: str | None) -> str:
    if now_is is None:
        return f"the {what} {was} was sent, and is not"
    return f"the {what} {now_is} was not sent, and is" if was is None else f"the {what} {was} was sent, and is {now_is}"


def _is_saying(frame: JsonObject) -> bool:
    return not ({"setup", "toolResponse", "tool_response"} & frame.keys() or _blob(frame, "audio", "video"))


def _media(recorded: Sequence[JsonObject], now: Sequence[JsonObject]) -> Iterator[str]:
    """Sound is compared as a whole, whatever pieces it came in; pictures one by one."""
    before, after = (b"".join(_blobs(frames, "audio")) for frames in (recorded, now))
    if before != after:
        same = _common(before, after)
        yield f"the sound that was sent ({_seconds(before)} s, now {_seconds(after)} s) differs after {same / _SECOND:.2f} s"
    was, is_now = (list(_blobs(frames, "video")) for frames in (recorded, now))
    if was != is_now:
        yield f"{len(was)} pictures were sent, and {len(is_now)} are{'' if len(was) != len(is_now) else ', others'}"


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _seconds(sound: bytes) -> str:
    return f"{len(sound) / _SECOND:.2f}"


def _blobs(frames: Sequence[JsonObject], kind: str) -> Iterator[bytes]:
    for frame in frames:
        if blob := _blob(frame, kind):
            yield b64decode(blob.get("data", ""))


def _blob(frame: JsonObject, *kinds: str) -> JsonObject:
    live = frame.get("realtimeInput", {})
    return next((live[kind] for kind in kinds if isinstance(live, dict) and isinstance(live.get(kind), dict)), {})


def _setups(recorded: JsonObject, now: JsonObject) -> Iterator[str]:
    for field in dict.fromkeys([*recorded, *now]) if recorded else ():
        before, after = recorded.get(field), now.get(field)
        if not json_equal(before, after):
            yield f"setup.{field} was {_shown(before)}, and is {_shown(after)}"


def _answers(recorded: Sequence[JsonObject], now: Sequence[JsonObject], *, pieces: bool) -> Iterator[str]:
    before, after = (_answers_in(frames, most=None if pieces else 1) for frames in (recorded, now))
    for id_ in dict.fromkeys([*before, *after]):
        was, is_now = (", then ".join(map(_shown, found.get(id_, ()))) for found in (before, after))
        if id_ not in after:
            yield f"the call {id_} was answered with {was}, and is not answered"
        elif id_ not in before:
            yield f"the call {id_} was not answered, and is answered with {is_now}"
        elif not json_equal(before[id_], after[id_]):
            yield f"the call {id_} was answered with {was}, and is with {is_now}"


def _answers_in(frames: Sequence[JsonObject], *, most: int | None) -> dict[str, list[Any]]:
    """Call → its last answers, in order, so many at most: of one that runs on, there are several."""
    found: dict[str, list[Any]] = {}
    for frame in frames:
        message = frame.get("toolResponse", frame.get("tool_response"))
        for answer in (message.get("functionResponses") or ()) if isinstance(message, dict) else ():
            found.setdefault(str(answer.get("id")), []).append(answer.get("response"))
    return {id_: answers[-most:] if most else answers for id_, answers in found.items()}


def _shown(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)
