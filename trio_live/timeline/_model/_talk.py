"""What the wire tells: who spoke when, the turns, the functions, the connections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from trio_live._typing import Seconds
from trio_live.telemetry import TokenPrices, prices_for
from trio_live.telemetry._internal import cost_of
from trio_live.timeline._model._board import Board, Draft
from trio_live.timeline._model._frames import decoded, short, shown, text_of, titles_of_ours, titles_of_server
from trio_live.timeline._model._levels import LevelLine, levels_of
from trio_live.timeline._model._played import PlayedSound, Stretch
from trio_live.timeline._model._tools import ToolRow
from trio_live.timeline._model._turns import RunningTurn
from trio_live.timeline._model._values import Frame, Outcome, Span, Track
from trio_live.voice import PlaybackLedger
from trio_live.voice._internal import duration_seconds
from trio_live.wire import (
    AUDIO_OUTPUT_RATE,
    Platform,
    RealtimeInput,
    ServerContent,
    ServerMessage,
    UsageMetadata,
    decode_client_message,
    decode_server_message,
)

INPUT_RATE: Final = 16_000
DONE: Final = frozenset({"IDLE", "REQUIRES_ACTION"})
"""The status of a server that has said all it will say."""


class Talk:
    """Reads the frames of a call, one after the other.

    Args:
        board: where spans are written.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self.sound = PlayedSound(lambda stretch: board.add(_of_sound(stretch)))
        self.user_level = LevelLine()
        self.turns: list[RunningTurn] = []
        self.tools = ToolRow(board)
        self.is_told = False
        """Whether somebody tells of playback and interruptions who knows better."""
        self._ledger = PlaybackLedger()
        self._turn: RunningTurn | None = None
        self._asked: Seconds | None = None
        self._speech_began: Seconds | None = None
        self._by_status = False
        """The server says by its status when it is done."""
        self._user_until: Seconds = 0.0
        self._vad: Draft | None = None
        self._edges: Draft | None = None
        self._connection: Draft | None = None
        self._connections = 0
        self._prices: TokenPrices | None = None

    # -- frames -------------------------------------------------------------------------------------------------

    def read(self, frame: Frame, at: Seconds, hidden: bytes | None = None) -> None:
        """Read one.

        Args:
            frame: of the recording.
            at: when.
            hidden: the same frame as it may be shown; ``None``: as it is.
        """
        payload = frame.payload if hidden is None else hidden
        if frame.close is not None:
            self._closed(frame.close, at)
        elif frame.direction == "out":
            self._sent(payload, frame.payload, at)
        elif frame.direction == "in":
            self._came(payload, frame.payload, at)

    def _sent(self, payload: bytes, raw: bytes, at: Seconds) -> None:
        message = decoded(decode_client_message, payload)
        if message is None:
            self._board.mark(Track.WIRE, "out", "unreadable", at, "cannot be read", shown(payload))
            return
        self._mark("out", titles_of_ours(message), payload, at)
        if message.setup is not None:
            self._dial(message.setup.model, at)
        if message.realtime_input is not None:
            self._heard(message.realtime_input, payload, raw, at)
        if message.client_content is not None and message.client_content.turn_complete:
            self._typed(text_of(message.client_content.turns or ()), at)
        for answer in (message.tool_response.function_responses or ()) if message.tool_response else ():
            self.tools.answered(answer, at)

    def _mark(self, row: str, titles: Iterator[tuple[str, str]], payload: bytes, at: Seconds) -> None:
        found = list(titles) or [("empty", "nothing but a sign of life")]
        title = " · ".join(dict.fromkeys(each for _, each in found))
        self._board.mark(Track.WIRE, row, found[0][0], at, title, shown(payload))

    def _came(self, payload: bytes, raw: bytes, at: Seconds) -> None:
        message = decoded(decode_server_message, payload)
        if message is None:
            self._board.mark(Track.WIRE, "in", "unreadable", at, "cannot be read", shown(payload))
            return
        self._mark("in", titles_of_server(message), payload, at)
        if message.setup_complete is not None and self._connection is not None:
            self._connection.title = f"connection {self._connections}"
        for call in (message.tool_call.function_calls or ()) if message.tool_call is not None else ():
            self._running(at)
            self.tools.called(call, at)
        for id_ in (message.tool_call_cancellation.ids or ()) if message.tool_call_cancellation is not None else ():
            self.tools.cancelled(id_, "the server no longer wants its answer", at)
        if message.voice_activity is not None:
            self._activity(message.voice_activity.kind, at)
        if message.server_content is not None:
            self._content(message.server_content, message, raw if raw is not payload else None, at)
        if message.usage_metadata is not None:
            self._usage(message.usage_metadata)

    # -- the user -----------------------------------------------------------------------------------------------

    def _heard(self, sent: RealtimeInput, payload: bytes, raw: bytes, at: Seconds) -> None:
        if sent.audio is not None and sent.audio.data is not None:
            message = None if raw is payload else decoded(decode_client_message, raw)
            blob = message.realtime_input.audio if message is not None and message.realtime_input is not None else None
            pcm = blob.data if blob is not None and blob.data is not None else sent.audio.data
            seconds = duration_seconds(pcm, INPUT_RATE)
            begins = max(self._user_until, at - seconds)
            self.user_level.put(begins, levels_of(pcm, INPUT_RATE))
            self._user_until = begins + seconds
        if sent.activity_start is not None:
            self.edge(at, begins=True)
        if sent.activity_end is not None:
            self.edge(at, begins=False)
        if sent.text:
            self._typed(sent.text, at)

    def edge(self, at: Seconds, *, begins: bool) -> None:
        """This side heard the user begin to speak, or stop."""
        if begins == self._board.is_open(self._edges):
            return
        if begins:
            self._edges = self._board.open(Draft(Track.USER, "edges", "speech", at, "speech, as this side heard it"))
        else:
            self._board.close(self._edges, at)
        self._spoke(at, begins=begins)

    def _activity(self, kind: str | None, at: Seconds) -> None:
        if kind == "ACTIVITY_START" and not self._board.is_open(self._vad):
            self._vad = self._board.open(Draft(Track.USER, "vad", "speech", at, "speech, as the server heard it"))
        elif kind == "ACTIVITY_END":
            self._board.close(self._vad, at)
        self._spoke(at, begins=kind == "ACTIVITY_START")

    def _spoke(self, at: Seconds, *, begins: bool) -> None:
        """Two may hear the same: the first beginning counts, and the last end."""
        if not begins:
            self._asked = at
        elif self._speech_began is None or (self._asked or 0.0) > self._speech_began:
            self._speech_began = at

    def _typed(self, text: str, at: Seconds) -> None:
        if text.strip():
            self._asked = self._speech_began = at
            self._board.mark(Track.USER, "said", "typed", at, short(text))

    # -- the model ----------------------------------------------------------------------------------------------

    def _content(self, content: ServerContent, message: ServerMessage, raw: bytes | None, at: Seconds) -> None:
        if content.interrupted:
            self._interrupted(at)
        self._words(content, at)
        audible = message if raw is None else decoded(decode_server_message, raw) or message
        parts = audible.server_content.model_turn if audible.server_content is not None else None
        for part in (parts.parts or ()) if parts is not None else ():
            if part.thought:
                continue
            if part.inline_data is not None and (part.inline_data.mime_type or "").startswith("audio/"):
                self._spoken(part.inline_data.data or b"", at)
            elif part.text and content.output_transcription is None:
                self._answering(at).model += part.text
        if content.interaction_status:
            self._by_status = True
        if content.interaction_status in DONE or (content.turn_complete and not self._by_status):
            self._complete(at)

    def _words(self, content: ServerContent, at: Seconds) -> None:
        if content.input_transcription is not None and content.input_transcription.text:
            text = content.input_transcription.text
            self._running(at).user += text
            self._board.mark(Track.USER, "said", "words", at, short(text))
        if content.output_transcription is not None and content.output_transcription.text:
            text = content.output_transcription.text
            self._running(at).model += text
            self._ledger.said(len(text))
            self._board.mark(Track.MODEL, "words", "words", at, short(text))

    def _spoken(self, pcm: bytes, at: Seconds) -> None:
        seconds = duration_seconds(pcm, AUDIO_OUTPUT_RATE)
        turn = self._answering(at)
        turn.received_seconds += seconds
        self.sound.queue(levels_of(pcm, AUDIO_OUTPUT_RATE), seconds, at, turn)
        self._ledger.queued(seconds, at)

    def _running(self, at: Seconds) -> RunningTurn:
        if self._turn is None:
            begins = at if self._speech_began is None else min(at, self._speech_began)
            number = len(self.turns)
            draft = self._board.open(Draft(Track.CONTROL, "turn", "turn", begins, f"turn {number}"))
            self._turn = RunningTurn(number, begins, draft=draft)
            self.turns.append(self._turn)
        return self._turn

    def _answering(self, at: Seconds) -> RunningTurn:
        turn = self._running(at)
        if turn.first_byte is None:
            turn.first_byte, turn.speech_ends = at, self._asked
        return turn

    def _usage(self, usage: UsageMetadata) -> None:
        """A report may come with the end of its turn, or behind it."""
        if not self.turns:
            return
        turn = self._turn or self.turns[-1]
        turn.prompt_tokens = turn.prompt_tokens if usage.prompt_token_count is None else usage.prompt_token_count
        turn.response_tokens = turn.response_tokens if usage.response_tokens is None else usage.response_tokens
        if self._prices is not None:
            turn.cost_usd = cost_of(usage, self._prices)

    def _complete(self, at: Seconds) -> None:
        turn, self._turn = self._turn, None
        if turn is None:
            return
        turn.ends = at
        self._ledger.turn_completed()
        if turn.draft is not None:
            told = {"number": turn.number, "user": turn.user.strip(), "model": turn.model.strip()}
            turn.draft.data = json.dumps({**told, "interrupted": turn.interrupted}, ensure_ascii=False)
            turn.draft.title = f"turn {turn.number}: {short(turn.model) or short(turn.user) or 'nothing said'}"
            self._board.close(turn.draft, at)
        self._asked = None
        if not self._is_speaking:
            self._speech_began = None

    @property
    def _is_speaking(self) -> bool:
        return self._board.is_open(self._vad) or self._board.is_open(self._edges)

    def _interrupted(self, at: Seconds) -> None:
        if self._turn is not None:
            self._turn.interrupted = True
        if not self.is_told:
            self.cut(at)

    def cut(self, at: Seconds) -> None:
        """What was not played is thrown away."""
        position = self.sound.position(at)
        thrown = self.sound.cut(at)
        if not thrown:
            return
        self._ledger.progressed(position, at)
        self._ledger.interrupted(at)
        heard = self._ledger.heard()
        self._ledger.resumed()
        turn = self._turn or (self.turns[-1] if self.turns else None)
        if turn is None:
            return
        turn.interrupted = True
        if turn.heard_characters is None and heard is not None:
            turn.heard_characters = heard.characters
        title = f"interrupted: {turn.heard_seconds:.1f} s were heard, {thrown:.1f} s were not"
        self._board.mark(Track.MODEL, "interruption", "interrupted", at, title)

    # -- the link -----------------------------------------------------------------------------------------------

    def _dial(self, model: str | None, at: Seconds) -> None:
        self._board.close(self._connection, at)
        self._connections += 1
        is_vertex = (model or "").startswith(("projects/", "publishers/"))
        self._prices = prices_for(model or "", Platform.VERTEX if is_vertex else Platform.GOOGLE_AI)
        title = f"connection {self._connections}, not accepted yet"
        data = json.dumps({"model": model})
        self._connection = self._board.open(Draft(Track.CONTROL, "connection", "connection", at, title, data))

    def _closed(self, close: tuple[int, str], at: Seconds) -> None:
        code, reason = close
        words = f"closed with {code}{f': {short(reason)}' if reason else ''}"
        self._board.mark(Track.WIRE, "in", "close", at, words)
        if self._connection is not None:
            self._connection.title += f", {words}"
        self._board.close(self._connection, at)
        self.tools.connection_lost(words, at)

    def finish(self, at: Seconds) -> Seconds:
        """Nothing more is to come; returns when the last sound has been played."""
        return self.sound.finish(at)

    def running_sound(self) -> Iterator[Span]:
        """What is received, played and thrown away, and may still go on."""
        for stretch in self.sound.running.values():
            yield _of_sound(stretch)


def _of_sound(stretch: Stretch) -> Span:
    outcome = Outcome.UNHEARD if stretch.row == "unheard" else Outcome.FINE
    title = f"{stretch.seconds:.2f} s {stretch.row}"
    return Span(Track.MODEL, stretch.row, "sound", stretch.begins, stretch.ends, title, outcome=outcome)
