"""How the server listens: transcripts, voice activity, turns."""

from __future__ import annotations

from typing import Any, Literal, Self

from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_realtime_input, with_setup
from trio_live.wire import AudioTranscriptionConfig, AutomaticActivityDetection
from trio_live.wire._internal import ACTIVITY_HANDLINGS, END_SENSITIVITIES, START_SENSITIVITIES, TURN_COVERAGES, evolve


class InputPage(Page):
    """What the setup says about input."""

    def transcription(self, input: bool = True, output: bool = True) -> Self:  # noqa: A002, FBT001, FBT002
        """Transcripts of the user's speech and of the model's. Details that were set before stay.

        Args:
            input: of the user's.
            output: of the model's.

        Raises:
            TypeError: no boolean.
        """
        new = with_setup(
            self.spec,
            input_audio_transcription=self._transcripts("input", input),
            output_audio_transcription=self._transcripts("output", output),
        )
        return self._with(new)

    def input_transcription(self, config: AudioTranscriptionConfig | None = None) -> Self:
        """Transcripts of the user's speech, with details where they are needed.

        Args:
            config: languages and vocabulary; a vocabulary set before stays when it names none.

        Raises:
            TypeError: no `AudioTranscriptionConfig`.
        """
        before = self.spec.setup.input_audio_transcription or AudioTranscriptionConfig()
        new = before if config is None else check.instance("config", config, AudioTranscriptionConfig)
        vocabulary = new.custom_vocabulary or before.custom_vocabulary
        return self._with(with_setup(self.spec, input_audio_transcription=evolve(new, custom_vocabulary=vocabulary)))

    def output_transcription(self, config: AudioTranscriptionConfig | None = None) -> Self:
        """Transcripts of the model's speech.

        Args:
            config: details, where they are needed.

        Raises:
            TypeError: no `AudioTranscriptionConfig`.
        """
        before = self.spec.setup.output_audio_transcription or AudioTranscriptionConfig()
        new = before if config is None else check.instance("config", config, AudioTranscriptionConfig)
        return self._with(with_setup(self.spec, output_audio_transcription=new))

    def custom_vocabulary(self, *phrases: str) -> Self:
        """Names and terms that transcripts of the user should get right (3.8 and the transcribe model; documented).

        Args:
            phrases: as they are to be written; they replace those of an earlier call.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        words = [check.text("phrase", phrase) for phrase in phrases]
        before = self.spec.setup.input_audio_transcription or AudioTranscriptionConfig()
        return self.input_transcription(evolve(before, custom_vocabulary=words))

    def vad(
        self,
        detection: AutomaticActivityDetection | None = None,
        *,
        disabled: bool | None = None,
        start_sensitivity: str | None = None,
        end_sensitivity: str | None = None,
        prefix_padding_ms: int | None = None,
        silence_duration_ms: int | None = None,
    ) -> Self:
        """The server's voice activity detection: a whole configuration, or single settings of it.

        Args:
            detection: replaces what was set before.
            disabled: this side says when the user speaks (`signal_activity_start` and ``…_end``).
            start_sensitivity: high or low.
            end_sensitivity: high or low.
            prefix_padding_ms: milliseconds of speech before a start counts.
            silence_duration_ms: milliseconds of silence before an end counts.
        """
        realtime = self.spec.setup.realtime_input_config
        before = (realtime and realtime.automatic_activity_detection) or AutomaticActivityDetection()
        if detection is not None:
            before = check.instance("detection", detection, AutomaticActivityDetection)
        starts, ends = start_sensitivity, end_sensitivity
        given: dict[str, Any] = {
            "disabled": None if disabled is None else check.flag("disabled", disabled),
            "start_of_speech_sensitivity": None
            if starts is None
            else check.one_of("start_sensitivity", starts, START_SENSITIVITIES, "START_SENSITIVITY_"),
            "end_of_speech_sensitivity": None
            if ends is None
            else check.one_of("end_sensitivity", ends, END_SENSITIVITIES, "END_SENSITIVITY_"),
            "prefix_padding_ms": prefix_padding_ms
            if prefix_padding_ms is None
            else check.whole("prefix_padding_ms", prefix_padding_ms, 0, 10_000),
            "silence_duration_ms": silence_duration_ms
            if silence_duration_ms is None
            else check.whole("silence_duration_ms", silence_duration_ms, 0, 60_000),
        }
        changed = evolve(before, **{key: value for key, value in given.items() if value is not None})
        return self._with(with_realtime_input(self.spec, automatic_activity_detection=changed))

    def activity_handling(self, handling: str) -> Self:
        """Whether the user's speech interrupts the model.

        Args:
            handling: START_OF_ACTIVITY_INTERRUPTS (the server's default) or NO_INTERRUPTION, in any case.

        Raises:
            TypeError: no string.
            ValueError: none of these.
        """
        value = check.one_of("activity_handling", handling, ACTIVITY_HANDLINGS)
        return self._with(with_realtime_input(self.spec, activity_handling=value))

    def turn_coverage(self, coverage: str) -> Self:
        """Which input belongs to a turn. The default depends on the model (documented).

        Args:
            coverage: TURN_INCLUDES_ONLY_ACTIVITY, …_ALL_INPUT or …_AUDIO_ACTIVITY_AND_ALL_VIDEO, with or without the prefix.

        Raises:
            TypeError: no string.
            ValueError: none of these.
        """
        value = check.one_of("turn_coverage", coverage, TURN_COVERAGES, "TURN_INCLUDES_")
        return self._with(with_realtime_input(self.spec, turn_coverage=value))

    def explicit_vad_signal(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Receive the server's voice activity edges (Vertex).

        Args:
            on: False asks for none again.

        Raises:
            TypeError: no boolean.
        """
        return self._with(with_setup(self.spec, explicit_vad_signal=check.flag("explicit_vad_signal", on) or None))

    def _transcripts(self, side: Literal["input", "output"], on: bool) -> AudioTranscriptionConfig | None:  # noqa: FBT001
        setup = self.spec.setup
        before = setup.input_audio_transcription if side == "input" else setup.output_audio_transcription
        return (before or AudioTranscriptionConfig()) if check.flag(side, on) else None
