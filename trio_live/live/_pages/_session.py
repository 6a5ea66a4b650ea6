"""Model, voice and setup. Methods that change one setting leave the others alone, whatever the order."""

from __future__ import annotations

from typing import Any, Self

import attrs

from trio_live._typing import Seconds
from trio_live.control._internal import PROTECTED, WITHIN, Greeting
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_control, with_generation, with_setup
from trio_live.phases import PhaseInstruction
from trio_live.phases._internal import fixed_text
from trio_live.wire import (
    CHANGEABLE,
    DEFAULT_MODEL,
    AvatarConfig,
    Platform,
    PrebuiltVoiceConfig,
    ProactivityConfig,
    ReplicatedVoiceConfig,
    SafetySetting,
    SpeechConfig,
    ThinkingConfig,
    TranslationConfig,
    VoiceConfig,
    profile_for,
)
from trio_live.wire._internal import MEDIA_RESOLUTIONS, THINKING_LEVELS, evolve

_ANY_ROW = profile_for(DEFAULT_MODEL, Platform.VERTEX)
"""Says of which kind the value of each ability is."""


class SessionPage(Page):
    """Who speaks, and how."""

    def model(self, model: str) -> Self:
        """Which model. Any id is passed on; ``models/`` and Vertex's resource path may be left out.

        Args:
            model: the id. Without this call it is taken from the endpoint, from ``GEMINI_LIVE_MODEL``, from ``GEMINI_MODEL``,
                or it is the default, in this order.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        return self._with(attrs.evolve(self.spec, model=check.text("model", model)))

    def abilities(self, **changes: Any) -> Self:
        """What the model can do, where you know better than the row of its family.

        For a model newer than this library, or one whose rules changed: ``abilities(context_update=False)``. What
        follows from it follows as ever, so this also decides what is left off the wire.

        Args:
            changes: fields of `LiveModelProfile` and their values; see ``CHANGEABLE``. Later calls add to earlier ones.

        Raises:
            TypeError: a name that is no ability, or a value that is none of its kind.
        """
        unknown = sorted(set(changes) - CHANGEABLE)
        if unknown:
            raise TypeError(f"no such ability: {', '.join(unknown)}; there are {', '.join(sorted(CHANGEABLE))}")
        for name, value in changes.items():
            check.instance(name, value, type(getattr(_ANY_ROW, name)))
        return self._with(attrs.evolve(self.spec, abilities={**self.spec.abilities, **changes}))

    def voice(self, name: str) -> Self:
        """One of the prebuilt voices. The server's default is ``Puck``.

        Args:
            name: of the voice (``Puck``, ``Kore``, …; thirty are documented). Unknown names are passed on: the server closes
                the setup with 1007 (measured).

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        voice = VoiceConfig(prebuilt_voice_config=PrebuiltVoiceConfig(voice_name=check.text("voice", name)))
        return self._speech(voice_config=voice)

    def replicated_voice(self, sample: bytes, *, consent: bytes | None = None) -> Self:
        """A voice copied from a sample, for models that can (3.8).

        Args:
            sample: a WAV of 16-bit LE samples at 24 kHz.
            consent: a recording, of the same kind, in which the voice's owner agrees.

        Raises:
            TypeError: no bytes.
        """
        config = ReplicatedVoiceConfig(
            mime_type="audio/wav",
            voice_sample_audio=check.instance("sample", sample, bytes),
            consent_audio=None if consent is None else check.instance("consent", consent, bytes),
        )
        return self._speech(voice_config=VoiceConfig(replicated_voice_config=config))

    def instruction(self, text: str | PhaseInstruction) -> Self:
        """The system instruction. With phases it is the part that stands: each phase's own comes behind it.

        Args:
            text: what the model is, and how it behaves; a text, or a prompt made with `P`.

        Raises:
            TypeError: neither.
            ValueError: empty.
            ConfigError: the prompt is made of the State, which only phases can do.
        """
        standing = check.text("instruction", fixed_text(text))
        return self._with(with_control(self.spec, standing_instruction=standing))

    def text_only(self) -> Self:
        """Answer in text instead of sound, without a voice.

        A model that only speaks does so, is transcribed, and its words come as text; its sound is dropped.
        """
        return self._with(with_generation(self.spec, response_modalities=["TEXT"]))

    def temperature(self, temperature: float) -> Self:
        """How freely the model chooses its words.

        Args:
            temperature: from 0 to 2; the server decides without it.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        return self._with(with_generation(self.spec, temperature=check.number("temperature", temperature, 0, 2)))

    def sampling(
        self,
        *,
        top_p: float | None = None,
        top_k: float | None = None,
        seed: int | None = None,
        max_output_tokens: int | None = None,
    ) -> Self:
        """The other dials of generation; those not given keep their values.

        Args:
            top_p: from 0 to 1: the share of likely words that is chosen from.
            top_k: from 1 to 1000: how many likely words are chosen from.
            seed: a 32-bit integer; the same seed makes answers alike, not equal.
            max_output_tokens: from 1 to 131,072, thoughts included.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        given = {
            "top_p": None if top_p is None else check.number("top_p", top_p, 0, 1),
            "top_k": None if top_k is None else check.number("top_k", top_k, 1, 1000),
            "seed": None if seed is None else check.whole("seed", seed, -(2**31), 2**31 - 1),
            "max_output_tokens": None
            if max_output_tokens is None
            else check.whole("max_output_tokens", max_output_tokens, 1, check.CONTEXT_TOKENS),
        }
        return self._with(with_generation(self.spec, **{k: v for k, v in given.items() if v is not None}))

    def greeting(
        self, text: str, *, within: Seconds = WITHIN, protected: Seconds = PROTECTED, again: bool = True
    ) -> Self:
        """Said to the model once, when the session has begun, so that it speaks first. Not part of the transcript.

        A caller who says "hello?" into the line would cancel words that have not been said yet: while the greeting is
        protected, silence is sent instead of the user's sound, and counted as ``sound while the model greets`` in the
        drops of the telemetry; marks of activity wait for the next speech.

        Args:
            text: what the model is told to begin with, such as ``"Greet the caller."``. Not said again after a reconnect.
            within: seconds from there to the model's first sound or text.
            protected: seconds from there in which the model does not hear the user, or until it has greeted. 0: it
                always does.
            again: say it once more when the model did not greet in time. When that is in vain as well, or False, an
                `Error` event and ``on_error`` tell that the model did not greet.

        Raises:
            TypeError: of the wrong type.
            ValueError: empty, or out of bounds.
        """
        greeting = Greeting(
            text=check.text("greeting", text),
            within=check.number("within", within, 0.1, 600),
            protected=check.number("protected", protected, 0, 600),
            again=check.flag("again", again),
        )
        return self._with(with_control(self.spec, greeting=greeting))

    def thinking(self, budget: int) -> Self:
        """How much a 2.5 model may think. Not sent to models that know levels, or nothing, and not to Vertex (documented).

        Args:
            budget: tokens, up to 131,072; 0 is off, -1 lets the model decide.

        Raises:
            TypeError: no integer.
            ValueError: out of bounds.
        """
        return self._thinking(thinking_budget=check.whole("thinking budget", budget, -1, check.CONTEXT_TOKENS))

    def thinking_level(self, level: str) -> Self:
        """How much a model from 3.1 on thinks; the extended-thinking models require it (documented).

        Args:
            level: minimal, low, medium or high, in any case.

        Raises:
            TypeError: no string.
            ValueError: none of these.
        """
        return self._thinking(thinking_level=check.one_of("thinking level", level, THINKING_LEVELS))

    def include_thoughts(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002  # a switch is its own name
        """Receive summaries of the reasoning as `events.Thought`.

        Args:
            on: False asks for none again.

        Raises:
            TypeError: no boolean.
        """
        return self._thinking(include_thoughts=check.flag("include_thoughts", on))

    def affective_dialog(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Let a 2.5 native-audio model answer the user's mood. Later models do by themselves, and refuse the field (documented).

        Args:
            on: False turns it off again.

        Raises:
            TypeError: no boolean.
        """
        return self._with(with_generation(self.spec, enable_affective_dialog=check.flag("affective_dialog", on)))

    def proactive_audio(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Let the model stay silent when it was not spoken to. Such a turn never completes: see `soft_turn_timeout`.

        Args:
            on: False turns it off again; 3.8 models, which always may, refuse that (documented).

        Raises:
            TypeError: no boolean.
        """
        config = ProactivityConfig(proactive_audio=check.flag("proactive_audio", on))
        return self._with(with_setup(self.spec, proactivity=config))

    def media_resolution(self, resolution: str) -> Self:
        """How finely pictures are looked at: finer costs more tokens.

        Args:
            resolution: low, medium or high, in any case.

        Raises:
            TypeError: no string.
            ValueError: none of these.
        """
        value = check.one_of("media_resolution", resolution, MEDIA_RESOLUTIONS, "MEDIA_RESOLUTION_")
        return self._with(with_generation(self.spec, media_resolution=value))

    def translation(self, target_language: str, *, echo: bool = False) -> Self:
        """For the translate model, which needs it.

        Args:
            target_language: a plain code such as ``pl``.
            echo: repeat speech that is in that language already.

        Raises:
            TypeError: no string, or no boolean.
            ValueError: empty.
        """
        code = check.text("target_language", target_language)
        config = TranslationConfig(target_language_code=code, echo_target_language=check.flag("echo", echo) or None)
        return self._with(with_generation(self.spec, translation_config=config))

    def avatar(self, config: AvatarConfig) -> Self:
        """A speaking face instead of a voice alone (Vertex, 3.8): the answer comes as video.

        Args:
            config: which face, and how the video comes.

        Raises:
            TypeError: no `AvatarConfig`.
        """
        spec = with_setup(self.spec, avatar_config=check.instance("config", config, AvatarConfig))
        return self._with(with_generation(spec, response_modalities=["VIDEO"]))

    def safety(self, *settings: SafetySetting) -> Self:
        """At which thresholds harmful content is blocked.

        Args:
            settings: a category and a threshold each; they replace those of an earlier call.

        Raises:
            TypeError: no `SafetySetting`.
        """
        checked = [check.instance("settings", setting, SafetySetting) for setting in settings]
        return self._with(with_setup(self.spec, safety_settings=checked))

    def _thinking(self, **changes: Any) -> Self:
        generation = self.spec.setup.generation_config
        before = (generation and generation.thinking_config) or ThinkingConfig()
        return self._with(with_generation(self.spec, thinking_config=evolve(before, **changes)))

    def _speech(self, **changes: Any) -> Self:
        generation = self.spec.setup.generation_config
        before = (generation and generation.speech_config) or SpeechConfig()
        return self._with(with_generation(self.spec, speech_config=evolve(before, **changes)))
