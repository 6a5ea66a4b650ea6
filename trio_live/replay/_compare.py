"""Where a replay says something else than the session that was recorded said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from trio_live._typing import JsonObject
from trio_live.recording import WireEntry
from trio_live.replay._connections import connections_of
from trio_live.replay._run import Replayed
from trio_live.state._internal import json_equal


def divergences(entries: Sequence[WireEntry], replayed: Replayed) -> tuple[str, ...]:
    """A line for each difference in what is sent by itself: the setup, and the answers to calls.

    Args:
        entries: the recording.
        replayed: what came of it.
    """
    connections = connections_of(entries)
    recorded = [found for each in connections for entry in each.outgoing if isinstance(found := entry.json, dict)]
    now = [found for frame in replayed.sent if isinstance(found := json.loads(frame), dict)]
    return (*_setups(connections[0].setup, now[0].get("setup", {}) if now else {}), *_answers(recorded, now))


def _setups(recorded: JsonObject, now: JsonObject) -> Iterator[str]:
    for field in dict.fromkeys([*recorded, *now]) if recorded else ():
        before, after = recorded.get(field), now.get(field)
        if not json_equal(before, after):
            yield f"setup.{field} was {_shown(before)}, and is {_shown(after)}"


def _answers(recorded: Sequence[JsonObject], now: Sequence[JsonObject]) -> Iterator[str]:
    before, after = dict(_answers_in(recorded)), dict(_answers_in(now))
    for id_ in dict.fromkeys([*before, *after]):
        if id_ not in after:
            yield f"the call {id_} was answered with {_shown(before[id_])}, and is not answered"
        elif id_ not in before:
            yield f"the call {id_} was not answered, and is answered with {_shown(after[id_])}"
        elif not json_equal(before[id_], after[id_]):
            yield f"the call {id_} was answered with {_shown(before[id_])}, and is with {_shown(after[id_])}"


def _answers_in(frames: Sequence[JsonObject]) -> Iterator[tuple[str, Any]]:
    for frame in frames:
        message = frame.get("toolResponse", frame.get("tool_response"))
        for answer in (message.get("functionResponses") or ()) if isinstance(message, dict) else ():
            yield str(answer.get("id")), answer.get("response")


def _shown(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)
