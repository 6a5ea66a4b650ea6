"""How this side listens: its own detector of speech, turns, and who decides that the model is interrupted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import attrs

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.live import _checks as check
from trio_live.live._pages._base import LiveSpec, Page, with_control, with_realtime_input
from trio_live.wire import AutomaticActivityDetection
from trio_live.wire._internal import evolve

if TYPE_CHECKING:
    from trio_live.voice import (
        BackendInputVad,
        InputProcessor,
        TurnCommitConfig,
        VadBackendType,
        VadConfig,
        VoiceTiming,
    )

INPUT_RATE = 16_000
"""Samples a second of what `send_audio` takes."""


class VoicePage(Page):
    """How this side listens."""

    def input_vad(self, config: VadConfig | None = None, *, backend: VadBackendType | None = None) -> Self:
        """Listen to the user on this side, too: edges of speech are found in what `send_audio` is given.

        They cancel deferred prompts, end silences and feed the rules, as `user_speech_started` and ``…_ended`` do, which
        then need not be called. Who decides about turns and interruptions is another question.

        Args:
            config: settings of the detector, for 16 kHz; the backend's usual ones, if none are given.
            backend: what judges the frames; energy and zero crossings, if none is given.

        Raises:
            TypeError: no `VadConfig`.
            ConfigError: the settings are for another rate than that of `send_audio`.
        """
        from trio_live.voice import EnergyBackend, VadConfig

        kind: VadBackendType = EnergyBackend if backend is None else backend
        chosen = kind.USUAL if config is None else check.instance("config", config, VadConfig)
        if chosen.sample_rate != INPUT_RATE:
            raise ConfigError(f"send_audio takes {INPUT_RATE} samples a second, and the detector {chosen.sample_rate}")
        detector = partial(_detector, chosen, kind)
        detector()  # a missing library says so here
        return self._with(_with_voice(self.spec, detector=detector))

    def mic_processor(self, make: Callable[[], InputProcessor]) -> Self:
        """Change the microphone's sound before anybody hears it, this side's own detector included.

        Processors work in the order in which they were added, on the session's task, so they are to be quick. One that
        resamples lets `send_audio` take another rate: ``mic_processor(lambda: Resampler(48_000, 16_000))``.

        Args:
            make: makes it, once for each session; a class without arguments will do. What it raises while it works is
                reported, and the sound passes as it was.

        Raises:
            TypeError: it makes no `InputProcessor`.
        """
        from trio_live.voice import InputProcessor

        if not isinstance(make(), InputProcessor):
            raise TypeError(f"a processor has methods process(pcm) and reset(), and what {make!r} makes has not")
        return self._with(_with_voice(self.spec, processors=(*self.spec.control.voice.processors, make)))

    def mic_gain(self, db: float) -> Self:
        """Make the microphone louder or quieter.

        Args:
            db: decibels, -60 to 60.

        Raises:
            ConfigError: out of bounds.
        """
        from trio_live.voice import Gain

        return self.mic_processor(partial(Gain, db))

    def mic_noise_gate(self, threshold_dbfs: float = -50.0, hold: Seconds = 0.3) -> Self:
        """Send silence while the microphone hears only what is quieter than a threshold.

        Args:
            threshold_dbfs: in decibels relative to full scale.
            hold: seconds for which it stays open after something louder.

        Raises:
            ConfigError: a value is out of bounds.
        """
        from trio_live.voice import NoiseGate

        return self.mic_processor(partial(NoiseGate, threshold_dbfs, hold))

    def mic_denoise(self) -> Self:
        """Take steady noise off the microphone (extra ``audio``); the sound is sent 20 ms later.

        Raises:
            ConfigError: numpy is missing.
        """
        from trio_live.audio import Denoiser

        return self.mic_processor(Denoiser)

    def client_interruption_authority(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Let this side decide when the user's turn begins and ends, and when the model is interrupted.

        The server's detection is switched off and the turns are marked. Speech over the model silences it here at once:
        ``on_interrupted`` is called before the server knows, and what it still sends of that answer is not handed on. Edges
        become turns by a turn-commit policy; see `turn_commit`.

        Args:
            on: False leaves it to the server again.

        Raises:
            TypeError: no boolean.
        """
        realtime = self.spec.setup.realtime_input_config
        before = (realtime and realtime.automatic_activity_detection) or AutomaticActivityDetection()
        detection = evolve(before, disabled=True if check.flag("on", on) else None)
        spec = with_realtime_input(self.spec, automatic_activity_detection=detection)
        return self._with(_with_voice(spec, client_authority=on))

    def turn_commit(self, config: TurnCommitConfig) -> Self:
        """What makes turns of edges: how long silence must last to end one, and speech over the model to interrupt it.

        While it is not known yet what speech over the model is, `events.PlaybackVolume` asks for less of it; a short "mm-hm"
        changes nothing else. Where the server decides about interruptions, that is all that happens here.

        Args:
            config: `IMMEDIATE_COMMIT`, `RESPONSIVE_COMMIT`, `CONVERSATIONAL_COMMIT`, or your own.

        Raises:
            TypeError: no `TurnCommitConfig`.
        """
        from trio_live.voice import TurnCommitConfig

        return self._with(_with_voice(self.spec, commit=check.instance("config", config, TurnCommitConfig)))

    def turn_commit_ms(self, eot_hold: float, min_interruption: float) -> Self:
        """As `turn_commit`, in two numbers.

        Args:
            eot_hold: milliseconds of silence that end a turn.
            min_interruption: milliseconds of speech over the model that interrupt it.

        Raises:
            ConfigError: a number is no length of time.
        """
        from trio_live.voice import TurnCommitConfig

        return self.turn_commit(TurnCommitConfig(eot_hold_ms=eot_hold, min_interruption_ms=min_interruption))

    def voice_timing(self, timing: VoiceTiming, *phases: str) -> Self:
        """What is waited for in the talk, or in some of its phases: until a silent user is asked, until a turn is over.

        Where several hold at once, the cautious value of each does: the shorter wait, the longer silence, no interruption if
        one forbids it. A session that may have to ask listens to its user (`input_vad`).

        Args:
            timing: what is waited for.
            phases: the names of the phases in which it holds; none: in the whole talk.

        Raises:
            TypeError: no `VoiceTiming`, or a name that is no string.
        """
        from trio_live.voice import VoiceTiming

        checked = check.instance("timing", timing, VoiceTiming)
        where: list[str | None] = [check.text("phase", phase) for phase in phases]
        more = [(phase, checked) for phase in where or [None]]
        return self._with(_with_voice(self.spec, timings=(*self.spec.control.voice.timings, *more)))

    def no_interruption(self) -> Self:
        """Let nobody interrupt the model: what the user says over it begins a turn that is answered when it has finished."""
        return self._with(with_realtime_input(self.spec, activity_handling="NO_INTERRUPTION"))


def _with_voice(spec: LiveSpec, **changes: Any) -> LiveSpec:
    return with_control(spec, voice=attrs.evolve(spec.control.voice, **changes))


def _detector(config: VadConfig, backend: VadBackendType) -> BackendInputVad:
    from trio_live.voice import BackendInputVad

    return BackendInputVad(config, backend(config))
