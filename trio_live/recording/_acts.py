"""What a program asked of its session, in the lines of a recording.

The wire does not tell the user's words from those of the framework: a typed question, a phase's instruction and a
reminder are frames of one kind. So what the program asks for, from outside of the session's own callbacks, is kept
besides, at the instant at which it asks. A replay asks the same again; what the session says of it is made anew::

    {"version":2,"sound":"wire"}                                     the program has its session
    {"act":1,"verb":"send_text","text":"Are you open?"}              it asks for something
    {"act":1,"gaveUp":true}                                          and did not wait for the end of it, or was refused

Sound would be there twice, in what the program gave and in what was sent of it. So where this side only passes it on
(`"sound":"wire"`), the frames on the wire are what was asked for; behind one that is not, because the framework made or
changed it, stands `{"unasked":true}`, and what the program gave is kept as everything else is.

What callbacks ask for is not among it: they are called in the replay, too, and ask again.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

import pybase64

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError, LiveError
from trio_live.recording._entries import WireDirection, WireEntry
from trio_live.wire import (
    ClientContent,
    ClientMessage,
    Content,
    FunctionResponse,
    ToolResponse,
    decode_client_message,
    encode_client_message,
)
from trio_live.wire._internal import encode_audio_input

VERSION: Final = 2
"""Of recordings that hold the program's acts; those before hold frames alone, and say no number."""


@value
class Verb:
    """How what one method was given is kept."""

    written: Callable[..., JsonObject]
    """The arguments, by their names, as JSON."""
    read: Callable[[JsonObject], dict[str, Any]]
    """And back."""


def _plain(*names: str) -> Verb:
    return Verb(lambda **given: given, lambda found: {name: found[name] for name in names})


def _bytes(name: str) -> Verb:
    return Verb(
        lambda **given: {"data": pybase64.b64encode_as_string(bytes(given[name]))},
        lambda found: {name: b64decode(found["data"])},
    )


def _contents(turns: Sequence[Content], *, turn_complete: bool) -> JsonObject:
    return _message(ClientMessage(client_content=ClientContent([*turns], turn_complete)))


def _contents_of(found: JsonObject) -> dict[str, Any]:
    content = _client(found).client_content or ClientContent()
    return {"turns": content.turns or [], "turn_complete": bool(content.turn_complete)}


def _answers(responses: Sequence[FunctionResponse]) -> JsonObject:
    return _message(ClientMessage(tool_response=ToolResponse([*responses])))


def _answers_of(found: JsonObject) -> dict[str, Any]:
    return {"responses": (_client(found).tool_response or ToolResponse()).function_responses or []}


def _message(message: ClientMessage) -> JsonObject:
    found: JsonObject = json.loads(encode_client_message(message))
    return found


def _client(found: JsonObject) -> ClientMessage:
    return decode_client_message(json.dumps(found))


NOTHING: Final = _plain()

VERBS: Final[dict[str, Verb]] = {
    "send_audio": _bytes("data"),
    "send_text": _plain("text"),
    "send_video": _bytes("jpeg"),
    "send_client_content": Verb(_contents, _contents_of),
    "send_tool_response": Verb(_answers, _answers_of),
    "update_instruction": _plain("text"),
    "signal_activity_start": NOTHING,
    "signal_activity_end": NOTHING,
    "end_audio_stream": NOTHING,
    "ask": _plain("text", "wait_for_tools"),
    "user_speech_started": NOTHING,
    "user_speech_ended": NOTHING,
    "playback_progress": _plain("played_ms"),
    "playback_drained": NOTHING,
    "playback_flushed": NOTHING,
    "microphone_muted": _plain("muted"),
    "dtmf_received": _plain("digit"),
    "transition_to": _plain("phase", "reason"),
    "transfer_to": _plain("agent", "reason"),
}
"""Method of a session or its writers, or a property that is set → how what it was given is kept."""

OWNERS: Final = ("", "writer", "session.writer")
"""Whose methods these are: the handle's, or those of what it has under this name."""

SOUND: Final = '{"realtimeInput":{"audio":'
"""So a frame begins that holds sound."""


class KeepsLines(Protocol):
    """Keeps the lines of a recording: `SafeRecorder`."""

    sent: Callable[[str], None] | None
    """Told of every frame that goes out, once it is kept."""

    def record(self, direction: WireDirection, frames: Iterable[bytes | str]) -> None:
        """Keep some."""


@value
class Act:
    """One thing that a program asked of its session."""

    number: int
    verb: str
    """One of `VERBS`."""
    of: str
    """One of `OWNERS`."""
    given: dict[str, Any]
    """The arguments, by their names."""


class ActLog:
    """Records what a program asks of its session.

    Args:
        lines: keeps them.
    """

    def __init__(self, lines: KeepsLines) -> None:
        self._lines = lines
        self._count = 0
        self._passes_sound = False
        self._on_way: list[bytes] = []
        """Sound that the program gave and that was not sent yet."""

    def begin(self, *, passes_sound: bool) -> None:
        """The program has its session: from now on it may ask.

        Args:
            passes_sound: this side does not listen to the sound that it is given, nor change it.
        """
        self._passes_sound = passes_sound
        self._put({"version": VERSION, **({"sound": "wire"} if passes_sound else {})})
        if passes_sound:
            self._lines.sent = self._sent

    @contextmanager
    def act(self, verb: str, of: str, given: dict[str, Any]) -> Generator[None, None, None]:
        """The program asks for something, as long as the block lasts.

        Args:
            verb: one of `VERBS`.
            of: one of `OWNERS`.
            given: its arguments. Those that cannot be written are of the wrong kind, which the session says itself.
        """
        try:
            arguments = VERBS[verb].written(**given)
        except (TypeError, ValueError, AttributeError, LiveError):
            yield
            return
        self._count = number = self._count + 1
        self._put({"act": number, "verb": verb, **({"of": of} if of else {}), **arguments})
        try:
            yield
        except BaseException:
            self._put({"act": number, "gaveUp": True})
            raise

    def give(self, data: Any) -> bool:
        """The program gives sound; tells whether it is on the wire as it is, and need not be kept beside it.

        It is on its way then: whoever gave it says afterwards with `given` that it went.
        """
        passes = self._passes_sound and type(data) is bytes and not len(data) % 2
        if passes:
            self._on_way.append(data)
        return passes

    def given(self, data: bytes) -> bool:
        """Sound is no longer on its way; tells whether it was sent as it is."""
        if data not in self._on_way:  # nearly always there is nothing
            return True
        self._on_way.remove(data)
        return False

    def _sent(self, frame: str) -> None:
        for number, data in enumerate(self._on_way):
            if frame == encode_audio_input(data):
                del self._on_way[number]
                return
        if frame.startswith(SOUND):
            self._put({"unasked": True})

    def _put(self, line: JsonObject) -> None:
        self._lines.record(WireDirection.APP, [json.dumps(line, separators=(",", ":"), default=repr).encode()])


def act_in(entry: WireEntry) -> Act | None:
    """What a line of the program asks for; ``None`` for a line that asks for nothing.

    Raises:
        ConfigError: it asks for something that is not known here.
    """
    found = _app(entry)
    if "verb" not in found:
        return None
    try:
        of = OWNERS[OWNERS.index(found.get("of", ""))]
        return Act(found["act"], found["verb"], of, VERBS[found["verb"]].read(found))
    except (KeyError, TypeError, ValueError, LiveError):
        raise ConfigError(
            f"frame {entry.seq}: the program asked for {found['verb']!r} in a way that this version does not know"
        ) from None


def acts_of(entries: Sequence[WireEntry]) -> list[tuple[WireEntry, Act]]:
    """Everything the program asked for, each with the line that tells of it.

    Raises:
        ConfigError: some of it is not known here.
    """
    on_wire = any(_app(entry).get("sound") == "wire" for entry in entries)
    found: list[tuple[WireEntry, Act]] = []
    for entry, following in zip(entries, (*entries[1:], None), strict=True):
        act = act_in(entry)
        if act is None and on_wire and (following is None or not _app(following).get("unasked")):
            act = _sound_in(entry)
        if act is not None:
            found.append((entry, act))
    return found


def _sound_in(entry: WireEntry) -> Act | None:
    """The sound of a frame that the program gave."""
    if entry.direction is not WireDirection.OUT or not entry.payload.startswith(SOUND.encode()):
        return None
    data = entry.json["realtimeInput"]["audio"]["data"]
    return Act(-entry.seq, "send_audio", "writer", {"data": b64decode(data)})


def given_up_in(entry: WireEntry) -> int | None:
    """The number of the act that a line says was given up; ``None`` when it says something else."""
    found = _app(entry)
    return found.get("act") if found.get("gaveUp") else None


def holds_acts(entries: Iterable[WireEntry]) -> bool:
    """Whether a recording says what the program asked for: one of an earlier version does not."""
    return any(entry.direction is WireDirection.APP for entry in entries)


def _app(entry: WireEntry) -> JsonObject:
    found = entry.json if entry.direction is WireDirection.APP else None
    return found if isinstance(found, dict) else {}
