"""What a program asked of its session, in the lines of a recording.

The wire does not tell the user's words from those of the framework: a typed question, a phase's instruction and a
reminder are frames of one kind. So what the program asks for, from outside of the session's own callbacks, is kept
besides, at the instant at which it asks. A replay asks the same again; what the session says of it is made anew::

    {"version":2}                                                    the program has its session
    {"act":1,"verb":"send_text","text":"Are you open?"}              it asks for something
    {"act":1,"gaveUp":true}                                          and did not wait for the end of it, or was refused

What callbacks ask for is not among it: they are called in the replay, too, and ask again.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

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

Records: TypeAlias = Callable[[WireDirection, Iterable[bytes]], None]


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
        record: keeps a line.
    """

    def __init__(self, record: Records) -> None:
        self._record = record
        self._count = 0

    def begin(self) -> None:
        """The program has its session: from now on it may ask."""
        self._put({"version": VERSION})

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

    def _put(self, line: JsonObject) -> None:
        self._record(WireDirection.APP, [json.dumps(line, separators=(",", ":"), default=repr).encode()])


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


def acts_of(entries: Iterable[WireEntry]) -> list[Act]:
    """Everything the program asked for.

    Raises:
        ConfigError: some of it is not known here.
    """
    return [act for entry in entries if (act := act_in(entry)) is not None]


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
