"""What a recording tells at a glance: turns, calls, times and ends. Nothing is played for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import attrs

from trio_live._typing import Seconds
from trio_live._wording import one_line
from trio_live.conversation import TranscriptTurn
from trio_live.errors import RemoteProtocolError
from trio_live.recording import WireDirection, WireEntry
from trio_live.recording._internal import Act, act_in, holds_acts
from trio_live.replay._connections import connections_of
from trio_live.wire import (
    ClientMessage,
    ServerContent,
    ServerMessage,
    decode_client_message,
    decode_server_message,
)

M = TypeVar("M")

WIDTH: Final = 80
"""Characters of arguments and answers that are shown."""
SPEAKS: Final = frozenset({"send_text", "ask"})
"""Verbs that say something for the user."""
TOLD: Final = {
    "send_text": "typed",
    "ask": "asked",
    "update_instruction": "the program instructs",
    "dtmf_received": "key",
    "transition_to": "the program moves on to",
    "transfer_to": "the program hands over to",
}
"""Verb → what is said of it, before the first of what it was given."""
BESIDE: Final = "\n\n"
"""Between what the framework says and what the user typed, where both are one text."""


@attrs.define
class _Turn:
    began: Seconds
    user: str = ""
    model: str = ""
    asked: Seconds | None = None
    answered: Seconds | None = None
    interrupted: bool = False

    def __str__(self) -> str:
        sides = [one_line(line) for line in TranscriptTurn(0, self.user, self.model).lines()]
        if self.asked is not None and self.answered is not None:
            sides.append(f"answered after {1000 * (self.answered - self.asked):.0f} ms")
        return "; ".join([*sides, *(["interrupted"] if self.interrupted else [])]) or "nothing said"


@attrs.frozen
class Inspection:
    """What happened in a recorded session, a line for each thing, with the seconds since its beginning."""

    lines: tuple[str, ...]
    connections: int
    turns: int
    calls: int
    unanswered: int
    """Calls without an answer that were not cancelled."""
    unreadable: int
    """Frames of the server that cannot be read."""


def inspect_recording(entries: Sequence[WireEntry]) -> Inspection:
    """Look through a recording.

    Args:
        entries: from `read_recording`.

    Raises:
        ConfigError: nothing of a session is in it.
    """
    connections = connections_of(entries)
    return _Look(entries[0].ts_ms).through(entries, len(connections))


class _Look:
    def __init__(self, began_ms: int) -> None:
        self._began_ms = began_ms
        self._turn: _Turn | None = None
        self._asked: dict[str, tuple[str, Seconds]] = {}
        self._last_words: Seconds | None = None
        self._turns = self._calls = self._unreadable = 0
        self._speaks = Counter[str]()
        self._tells_apart = False

    def through(self, entries: Sequence[WireEntry], connections: int) -> Inspection:
        self._tells_apart = holds_acts(entries)
        lines = tuple(line for entry in entries for line in self._lines(entry))
        rest = [f"         turn {self._turns}, unfinished: {self._turn}"] if self._turn is not None else []
        return Inspection((*lines, *rest), connections, self._turns, self._calls, len(self._asked), self._unreadable)

    def _lines(self, entry: WireEntry) -> Iterator[str]:
        now = (entry.ts_ms - self._began_ms) / 1000
        match entry.direction:
            case WireDirection.OUT:
                told = self._from_us(_decoded(decode_client_message, entry), now)
            case WireDirection.IN:
                told = self._from_server(_decoded(decode_server_message, entry), now)
            case WireDirection.APP:
                told = self._from_program(act_in(entry), now)
            case _:
                code, reason = entry.close or (1006, "")
                told = iter([f"closed with {code}{f': {one_line(reason)}' if reason else ''}"])
        for line in told:
            yield f"{now:8.3f} {line}"

    def _from_us(self, message: ClientMessage | None, now: Seconds) -> Iterator[str]:
        if message is None:
            return
        if message.setup is not None:
            resumed = message.setup.session_resumption and message.setup.session_resumption.handle
            yield f"setup of {message.setup.model}{', resumed' if resumed else ''}"
        for words in _words_in(message):
            yield from self._sent(words, now)
        for answer in (message.tool_response.function_responses or ()) if message.tool_response else ():
            name, asked = self._asked.get(answer.id or "", (answer.name or "", now))
            after = f"after {1000 * (now - asked):.0f} ms: {_short(answer.response)}"
            if answer.will_continue:
                yield f"{name} runs on, and told {after}"
            else:
                self._asked.pop(answer.id or "", None)
                yield f"{name} answered {after}"

    def _from_program(self, act: Act | None, now: Seconds) -> Iterator[str]:
        """What the program asked for, where it is more than sound."""
        if act is None or act.verb not in TOLD:
            return
        words = str(next(iter(act.given.values())))
        if act.verb in SPEAKS:
            self._last_words = now
            self._speaks[words] += 1
        yield f"{TOLD[act.verb]}: {one_line(words)}"

    def _sent(self, words: str, now: Seconds) -> Iterator[str]:
        """Words on the wire: the user's, which were told when they were typed, or what the framework says besides."""
        if not self._tells_apart:
            self._last_words = now
            yield f"sent: {one_line(words)}"
            return
        typed = next((each for each in self._speaks if words == each or words.endswith(f"{BESIDE}{each}")), None)
        besides = words if typed is None else words.removesuffix(typed).removesuffix(BESIDE)
        if besides:
            yield f"told the model: {one_line(besides)}"
        if typed is not None:
            self._speaks.subtract([typed])
            if self._speaks[typed] < 0:
                yield f"sent again: {one_line(typed)}"

    def _from_server(self, message: ServerMessage | None, now: Seconds) -> Iterator[str]:
        if message is None:
            self._unreadable += 1
            yield "a frame that cannot be read"
            return
        for call in (message.tool_call.function_calls or ()) if message.tool_call else ():
            self._calls += 1
            self._asked[call.id or ""] = (call.name or "", now)
            yield f"calls {call.name}({_short(call.args)})"
        for id_ in (message.tool_call_cancellation.ids or ()) if message.tool_call_cancellation else ():
            name, _ = self._asked.pop(id_, (id_, now))
            yield f"cancels {name}"
        if message.go_away is not None:
            yield "goAway"
        if message.server_content is not None:
            yield from self._content(message.server_content, now)

    def _content(self, content: ServerContent, now: Seconds) -> Iterator[str]:
        turn = self._turn = self._turn or _Turn(now, asked=self._last_words)
        if content.input_transcription is not None:
            turn.user += content.input_transcription.text or ""
        if content.output_transcription is not None:
            turn.model += content.output_transcription.text or ""
        parts = (content.model_turn.parts or ()) if content.model_turn is not None else ()
        if content.output_transcription is None:
            turn.model += "".join(part.text for part in parts if part.text and not part.thought)
        if parts and turn.answered is None:
            turn.answered = now
        turn.interrupted = turn.interrupted or bool(content.interrupted)
        if content.turn_complete:
            yield f"turn {self._turns}: {turn}"
            self._turns += 1
            self._turn = self._last_words = None


def _words_in(message: ClientMessage) -> Iterator[str]:
    """What is said to the model in words, turn by turn."""
    turns = (message.client_content.turns or ()) if message.client_content is not None else ()
    update = message.context_update.system_instruction if message.context_update is not None else None
    for turn in (*turns, *(() if update is None else (update,))):
        words = " ".join(part.text for part in turn.parts or () if part.text)
        if words:
            yield words
    if message.realtime_input is not None and message.realtime_input.text:
        yield message.realtime_input.text


def _decoded(decode: Callable[[bytes], M], entry: WireEntry) -> M | None:
    try:
        return decode(entry.payload)
    except RemoteProtocolError:
        return None


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return one_line(text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…")
