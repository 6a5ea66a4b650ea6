"""The counters of a session, fed by the telemetry lane and read by anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from trio_live._typing import JsonObject, Seconds
from trio_live.events import TurnMetrics
from trio_live.telemetry._cost import CostLedger
from trio_live.telemetry._latency import LatencyDistribution, LatencySamples
from trio_live.telemetry._quiet import QuietOutput
from trio_live.telemetry._slow import SlowCallbacks
from trio_live.telemetry._timer import TurnTimer
from trio_live.telemetry._tokens import TokenCounts
from trio_live.wire import UsageMetadata
from trio_live.wire_events._internal import SoundRun

_KIB = 1024
_MS = 1000.0


class SessionTelemetry:
    """Cheap counters of one session, from its creation on.

    Each method records one thing that happened, and none raises. `audio_out` adds
    two numbers and looks at a flag. Every method that stamps takes ``now``; without it, it asks the clock.

    Args:
        clock: Seconds that never run backwards; ``trio.current_time`` in a session.
        keeps_turns: The figures of each turn are kept until `take_turns`, for somebody who reports them.
        catch_up: Called before anything is read, and before this side does what is measured: somebody who counts in
            batches counts what still waits. In another thread it may do nothing; counters are then a moment behind.
        ledger: The account of what tokens cost; without it nobody knows.
    """

    __slots__ = (
        "_asked_at",
        "_audible",
        "_audio_bytes",
        "_audio_chunks",
        "_callback_errors",
        "_catch_up",
        "_clock",
        "_created_at",
        "_dropped",
        "_interruptions",
        "_lagged",
        "_latencies",
        "_ledger",
        "_measured_turns",
        "_oddities",
        "_quiet",
        "_soft_turns",
        "_timer",
        "_tokens",
        "_tool_errors",
        "_turn_cost",
        "_turn_seconds",
        "_turns",
        "_undecodable_frames",
        "_untold",
        "gauges",
        "slow",
    )

    def __init__(
        self,
        clock: Callable[[], Seconds],
        *,
        keeps_turns: bool = False,
        catch_up: Callable[[], None] = lambda: None,
        ledger: CostLedger | None = None,
    ) -> None:
        self._clock = clock
        self._catch_up = catch_up
        self.gauges: dict[str, Callable[[], int]] = {}
        """Show how much waits in each queue, whenever somebody looks."""
        self._created_at = clock()
        self._audio_chunks = 0
        self._audio_bytes = 0
        self._interruptions = 0
        self._turns = 0
        self._measured_turns = 0
        self._turn_seconds: Seconds = 0.0
        self._untold: list[TurnMetrics] | None = [] if keeps_turns else None
        self._soft_turns = 0
        self._undecodable_frames = 0
        self._lagged = 0
        self._dropped: Counter[str] = Counter()
        self._callback_errors: Counter[str] = Counter()
        self.slow = SlowCallbacks()
        self._oddities: Counter[str] = Counter()
        self._tool_errors: Counter[str] = Counter()
        self._quiet = QuietOutput()
        self._latencies = LatencySamples()
        self._audible = LatencySamples()
        self._asked_at: Seconds | None = None
        self._timer = TurnTimer()
        self._tokens = TokenCounts()
        self._ledger = ledger or CostLedger()
        self._turn_cost: float | None = None

    # The model.

    def audio_out(self, nbytes: int, now: Seconds | None = None, *, pieces: int = 1) -> None:
        """Audio of ``nbytes`` came from the model, in so many pieces, the first of them ``now``.

        Answers what the user said or typed.
        """
        self._audio_chunks += pieces
        self._audio_bytes += nbytes
        if self._timer.wants_output:
            self._output(now, is_audio=True)

    def sound_out(self, run: SoundRun) -> bool:
        """As `audio_out`, for a run of pieces; returns whether they are nearly silent for too long, once a spell."""
        nbytes = sum(run.sizes)
        self.audio_out(nbytes, run.instants[0], pieces=len(run.sizes))
        if not self._quiet.hears(nbytes, quiet=run.is_quiet):
            return False
        self.oddity("silent sound")
        return True

    def text_out(self, now: Seconds | None = None) -> None:
        """A piece of text came from the model. Answers what the user typed, not what they said."""
        if self._timer.wants_output:
            self._output(now, is_audio=False)

    def tool_called(self) -> None:
        """The model wants functions run before it answers, maybe in a turn of their own."""
        self._timer.tool_called()

    def heard(self, at: Seconds) -> None:
        """A player says that the first sound of the running turn was played at this instant."""
        self._catch_up()
        if self._asked_at is not None and at > self._asked_at:
            self._audible = self._audible.plus(at - self._asked_at)
        self._asked_at = None

    def interrupted(self, *, phantom: bool = False) -> None:
        """The model was cut short; what was not answered yet will not be. A phantom cut nothing short."""
        if phantom:
            self.oddity("phantom interruption")
            return
        self._interruptions += 1
        self._timer.interrupted()

    def turn_complete(self, now: Seconds | None = None, *, overlong: bool = False) -> TurnMetrics:
        """The turn is over; returns its figures. ``overlong``: the server had not ended it."""
        if overlong:
            self.oddity("overlong turn")
        self._turns += 1
        self._tokens.turn_completed()
        self._turn_cost = self._ledger.turn_completed()
        took = self._timer.turn_completed(self._at(now))
        if took is not None:
            self._measured_turns += 1
            self._turn_seconds += took
        metrics = self._metrics()
        if self._untold is not None:
            self._untold.append(metrics)
        return metrics

    def soft_turn(self) -> None:
        """The model chose to say nothing. Not counted among the turns."""
        self._catch_up()
        self._soft_turns += 1
        self._timer.stayed_silent()

    def usage(self, usage: UsageMetadata) -> None:
        """The server reported tokens."""
        self._tokens.reported(usage)
        self._ledger.reported(usage)

    # The user.

    def vad_start(self, now: Seconds | None = None) -> None:
        """The server heard the user begin to speak."""
        self._timer.speech_started(self._at(now))

    def vad_end(self, now: Seconds | None = None) -> None:
        """The server heard the user stop."""
        self._timer.speech_ended(self._at(now))

    def user_speech_started(self, now: Seconds | None = None) -> None:
        """The client's own detector heard the user begin to speak. Does not count beside the server's report."""
        self._catch_up()
        self._timer.speech_started(self._at(now), from_client=True)

    def user_speech_ended(self, now: Seconds | None = None) -> None:
        """The client's own detector heard the user stop. Does not count beside the server's report."""
        self._catch_up()
        self._timer.speech_ended(self._at(now), from_client=True)

    def text_sent(self, now: Seconds | None = None) -> None:
        """A typed line is about to be sent."""
        self._catch_up()
        self._timer.text_sent(self._at(now))

    def send_failed(self) -> None:
        """The typed line that was about to be sent was not."""
        self._catch_up()
        self._timer.send_failed()

    # What should not happen.

    def drop(self, kind: str, n: int = 1) -> None:
        """A queue gave up ``n`` items of the class ``kind``."""
        self._dropped[kind] += n

    def lag(self, n: int) -> None:
        """A subscriber was too slow and lost ``n`` events."""
        self._lagged += n

    def callback_error(self, name: str) -> None:
        """The user's callback ``name`` raised."""
        self._callback_errors[name] += 1

    def tool_error(self, name: str) -> None:
        """The tool ``name`` did not do what the model asked, and the model was told."""
        self._tool_errors[name] += 1

    def oddity(self, kind: str) -> None:
        """The server did something of this ``kind`` that means nothing, or that came late, and was put right."""
        self._oddities[kind] += 1

    def undecodable_frame(self) -> None:
        """A frame of the server could not be read."""
        self._undecodable_frames += 1

    # Reading.

    @property
    def turn_count(self) -> int:
        """Completed turns."""
        self._catch_up()
        return self._turns

    @property
    def callback_errors(self) -> dict[str, int]:
        """How often each of the user's callbacks raised, by its name."""
        return dict(self._callback_errors)

    @property
    def cost_usd(self) -> float | None:
        """What the session has cost so far, in US dollars; ``None`` when the prices of its model are not known."""
        self._catch_up()
        return self._ledger.spent

    def latency(self) -> LatencyDistribution:
        """How long answers took so far."""
        self._catch_up()
        return self._latencies.distribution()

    def audible_latency(self) -> LatencyDistribution:
        """How long it took until an answer was heard, and not only there; nothing where no player reports."""
        self._catch_up()
        return self._audible.distribution()

    def turn_metrics(self) -> TurnMetrics:
        """The figures of the newest completed turn: the latency measured last, the tokens reported last."""
        self._catch_up()
        return self._metrics()

    def _metrics(self) -> TurnMetrics:
        tokens = self._tokens.latest
        return TurnMetrics(
            turn=self._turns,
            latency_ms=self._latencies.last_ms,
            prompt_tokens=tokens["prompt_token_count"],
            response_tokens=tokens["response_token_count"],
            cost_usd=self._turn_cost,
        )

    def take_turns(self) -> list[TurnMetrics]:
        """The figures of the turns completed since this was last asked, oldest first; each is told once."""
        self._catch_up()
        taken = self._untold or []
        if self._untold is not None:
            self._untold = []
        return taken

    def snapshot(self, now: Seconds | None = None) -> JsonObject:
        """All counters as JSON: numbers under fixed names, zero while nothing happened, and some small objects."""
        self._catch_up()
        uptime = round(max(self._at(now) - self._created_at, 0.0), 3)
        latencies = self._latencies
        return {
            "uptime_secs": uptime,
            "audio_chunks_out": self._audio_chunks,
            "audio_kbytes_out": self._audio_bytes // _KIB,
            "audio_throughput_kbps": round(self._audio_bytes / _KIB / uptime, 1) if uptime else 0.0,
            "interruptions": self._interruptions,
            "last_response_latency_ms": latencies.last_ms,
            "avg_response_latency_ms": latencies.mean_ms,
            "min_response_latency_ms": latencies.min_ms,
            "max_response_latency_ms": latencies.max_ms,
            "response_count": latencies.count,
            "turn_count": self._turns,
            "avg_turn_duration_ms": self._mean_turn_ms(),
            **self._tokens.latest,
            "response_latency": latencies.distribution().to_json(),
            "audible_latency": self._audible.distribution().to_json(),
            "tokens_by_modality": self._tokens.by_modality(),
            "cost": self._ledger.to_json(),
            "dropped": dict(self._dropped),
            "callback_errors": self._callback_errors.total(),
            "slow_callbacks": self.slow.to_json(),
            "tool_errors": dict(self._tool_errors),
            "lagged_subscribers": self._lagged,
            "undecodable_frames": self._undecodable_frames,
            "soft_turns": self._soft_turns,
            "oddities": dict(self._oddities),
            "queues": {name: read() for name, read in self.gauges.items()},
        }

    def _mean_turn_ms(self) -> float:
        """Over the turns the user began; those the model began by itself have no length."""
        return round(self._turn_seconds / self._measured_turns * _MS, 3) if self._measured_turns else 0.0

    def _output(self, now: Seconds | None, *, is_audio: bool) -> None:
        now = self._at(now)
        waited = self._timer.output(now, is_audio=is_audio)
        if waited is not None:
            self._asked_at = now - waited
            self._latencies = self._latencies.plus(waited)

    def _at(self, now: Seconds | None) -> Seconds:
        return self._clock() if now is None else now
