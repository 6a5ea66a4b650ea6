"""What notes tell: phases, extractions, steps, effects, changes of the State, and what was really played."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.errors import ConfigError
from trio_live.session import SessionPhase
from trio_live.timeline._model._board import Board, Draft
from trio_live.timeline._model._frames import short
from trio_live.timeline._model._talk import Talk
from trio_live.timeline._model._values import Note, Outcome, Span, StateChange, Track

PHASE_KEY: Final = "session:phase"
LINK_PHASES: Final = frozenset(phase.value for phase in SessionPhase)
"""What that key holds where the conversation has no phases."""
TURN_EVENTS: Final = frozenset({"InputTranscript", "OutputTranscript", "TurnMetrics"})
"""Events that say something of a turn, and are no marks of their own."""
ON_THE_WIRE: Final = frozenset(
    {"ToolExecution", "TurnComplete", "ResumptionUpdate", "TextComplete", "VadStart", "VadEnd"}
)
"""Events that only repeat what the wire has told."""
WORKS: Final = {"step": "step", "effect": "effect", "extraction": "extraction"}
"""Kind of a note → the row in which its bar stands."""


class Control:
    """Reads the notes of a call, one after the other.

    Args:
        board: where spans are written.
        talk: what the wire told; some notes know better.
        since: how many seconds an instant, told in seconds since the epoch, is from the beginning of the call.
        limit: so many changes, looks and explanations are kept, the newest; ``None``: all.
    """

    def __init__(self, board: Board, talk: Talk, since: Callable[[Seconds], Seconds], limit: int | None = None) -> None:
        self._board = board
        self._talk = talk
        self._since = since
        self.changes: deque[StateChange] = deque(maxlen=limit)
        self.samples: deque[tuple[Seconds, JsonObject]] = deque(maxlen=limit)
        self.explanations: deque[tuple[Seconds, JsonObject]] = deque(maxlen=limit)
        self.contract: JsonObject | None = None
        self.played_is_measured = False
        self._phase: Draft | None = None
        self._epoch: int | None = None
        self._read: Final[Mapping[str, Callable[[Seconds, JsonObject], None]]] = {
            "event": self._event,
            "mutation": self._mutation,
            "tool": self._tool,
            "connection": self._connection,
            "sample": self._sample,
            "explanation": lambda at, data: self.explanations.append((at, data)),
            "contract": self._contract,
        }

    def read(self, note: Note, at: Seconds) -> None:
        """Read one; of a kind that is not known, nothing.

        Raises:
            ConfigError: what it holds is not what a session notes.
        """
        try:
            if note.kind in WORKS:
                self._work(WORKS[note.kind], at, note.data)
            elif note.kind in self._read:
                self._read[note.kind](at, note.data)
        except (TypeError, ValueError, AttributeError) as problem:
            raise ConfigError(f"a note of the kind {note.kind!r} is none of a session ({problem})") from None

    # -- what was done ------------------------------------------------------------------------------------------

    def _work(self, row: str, at: Seconds, data: JsonObject) -> None:
        error = data.get("error")
        title = f"{data.get('name')}{f': {error}' if error else ''}"
        begins = min(at, self._instant(data.get("began"), at))
        outcome = Outcome.FAILED if error else Outcome.FINE
        name = str(data.get("name"))
        self._board.add(Span(Track.CONTROL, row, name, begins, at, title, _json(data), outcome))

    def _tool(self, at: Seconds, data: JsonObject) -> None:
        began = self._instant(data.get("began"), at)
        told = {name: data[name] for name in ("error", "reason") if data.get(name) is not None}
        self._talk.tools.ran(str(data.get("id") or ""), {**told, "ran_for_ms": round(1000 * (at - began))})

    def _connection(self, at: Seconds, data: JsonObject) -> None:
        words = f"connection {data.get('generation', '')} {data.get('state')}".replace("  ", " ")
        reason = data.get("reason")
        title = f"{words}{f': {short(reason)}' if reason else ''}"
        self._board.mark(Track.CONTROL, "connection", "link", at, title, _json(data))

    def _contract(self, _: Seconds, data: JsonObject) -> None:
        self.contract = data

    # -- events -------------------------------------------------------------------------------------------------

    def _event(self, at: Seconds, data: JsonObject) -> None:
        name = str(data.get("event"))
        if name == "PhaseTransition":
            self._moved(at, str(data.get("to")), data)
        elif name == "ToolCancelled":
            for id_ in data.get("ids") or ():
                self._talk.tools.cancelled(str(id_), "given up", at)
        elif name == "Extraction":
            title = f"{data.get('name')}: {short(data.get('value'))}"
            self._board.mark(Track.CONTROL, "extraction", "found", at, title, _json(data))
        elif name == "Interrupted":
            self._talk.cut(at)
        elif name in TURN_EVENTS:
            self._of_turn(name, data)
        elif name not in ON_THE_WIRE:
            outcome = Outcome.FAILED if name in {"Error", "ExtractionError", "Undelivered"} else Outcome.FINE
            said = next((data[key] for key in ("message", "reason", "error", "text") if data.get(key)), "")
            title = f"{name}{f': {short(said)}' if said else ''}"
            self._board.add(Span(Track.CONTROL, "event", name, at, at, title, _json(data), outcome))

    def _of_turn(self, name: str, data: JsonObject) -> None:
        """The record of a session counts its turns itself; the newest one whose end was told is meant."""
        turns = self._talk.turns
        if name == "TurnMetrics":
            number = int(data.get("turn", 0)) - 1
            if 0 <= number < len(turns):
                turns[number].cost_usd = data.get("cost_usd")
            return
        number = int(data.get("turn", -1))
        if name == "OutputTranscript" and data.get("is_final") and 0 <= number < len(turns):
            turn = turns[number]
            if turn.interrupted:
                turn.told_heard = str(data.get("text") or "").strip()

    # -- the State ----------------------------------------------------------------------------------------------

    def _mutation(self, at: Seconds, data: JsonObject) -> None:
        if data.get("delta"):
            return
        key, who = str(data.get("key")), str(data.get("who") or data.get("origin") or "")
        old, new = (_json(data[side]) if side in data else None for side in ("old", "new"))
        self.changes.append(StateChange(at, key, old, new, who))
        title = f"{key} = {short(data['new'])}" if "new" in data else f"{key} is gone"
        self._board.mark(Track.CONTROL, "state", key.partition(":")[0], at, title, _json(data))
        if key == PHASE_KEY and isinstance(data.get("new"), str) and data["new"] not in LINK_PHASES:
            self._moved(at, data["new"], None)

    def _moved(self, at: Seconds, to: str, event: JsonObject | None) -> None:
        """Both the State and an event tell of a move: the first one begins the phase, the second has the reason."""
        if self._phase is None or self._phase.kind != to:
            self._board.close(self._phase, at)
            self._phase = self._board.open(Draft(Track.CONTROL, "phase", to, at, to))
        if event is not None:
            why = self._described(str(event.get("from")), to) or str(event.get("reason") or "")
            self._phase.title = f"{to}: {short(why)}"
            self._phase.data = _json({**event, "described": why})

    def _described(self, from_: str, to: str) -> str | None:
        """How the agent itself describes the only transition from one phase to another."""
        phases = (self.contract or {}).get("phases") or ()
        found = [
            way.get("description")
            for phase in phases
            if phase.get("name") == from_
            for way in phase.get("transitions") or ()
            if way.get("target") == to
        ]
        return found[0] if len(found) == 1 else None

    # -- looks --------------------------------------------------------------------------------------------------

    def _sample(self, at: Seconds, data: JsonObject) -> None:
        playback = data.get("playback")
        if isinstance(playback, dict):
            self._talk.is_told = True
            self._played(at, playback)
        if isinstance(data.get("hears"), bool):
            self._talk.edge(at, begins=data["hears"])
        rest = {name: each for name, each in data.items() if name not in {"playback", "hears"}}
        if rest:
            self.samples.append((at, rest))

    def _played(self, at: Seconds, playback: JsonObject) -> None:
        """Puts right what was played: by a player that reports, or else as the session itself takes it to be."""
        self.played_is_measured = self.played_is_measured or bool(playback.get("is_reported"))
        epochs = [each for each in playback.get("epochs") or () if isinstance(each, dict)]
        before, self._epoch = self._epoch, max((each.get("epoch", 0) for each in epochs), default=0)
        for each in epochs:
            if before is not None and before <= each.get("epoch", 0) < self._epoch:
                self._talk.sound.report(each.get("played", 0.0), at)
                self._talk.cut(at)
            elif each.get("epoch") == self._epoch:
                self._talk.sound.report(each.get("played", 0.0), at)

    def _instant(self, found: Json, otherwise: Seconds) -> Seconds:
        return max(0.0, self._since(found)) if isinstance(found, int | float) else otherwise


def _json(found: Json) -> str:
    return json.dumps(found, ensure_ascii=False, default=repr)
