"""Model, voice and setup. Methods that change one setting leave the others alone, whatever the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from trio_live._typing import CallbackErrors, Seconds
from trio_live.live import _checks as check
from trio_live.live._page import Page
from trio_live.live._spec import with_control, with_generation, with_setup
from trio_live.state import State
from trio_live.transport import TransportKind
from trio_live.wire import (
    CHANGEABLE,
    DEFAULT_MODEL,
    AvatarConfig,
    ContextWindowCompression,
    HistoryConfig,
    Platform,
    PrebuiltVoiceConfig,
    ProactivityConfig,
    ReplicatedVoiceConfig,
    SafetySetting,
    SessionResumptionConfig,
    SlidingWindow,
    SpeechConfig,
    ThinkingConfig,
    TranslationConfig,
    VoiceConfig,
    profile_for,
)
from trio_live.wire._internal import MEDIA_RESOLUTIONS, THINKING_LEVELS, evolve

_CONTEXT_TOKENS = 131_072
_ANY_ROW = profile_for(DEFAULT_MODEL, Platform.VERTEX)
"""Says of which kind the value of each ability is."""


class SessionPage(Page):
    """What the setup message says."""

    def model(self, model: str) -> Self:
        """Which model. Any id is passed on; ``models/`` and Vertex's resource path may be left out."""
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
        """One of the prebuilt voices (``Puck``, ``Kore``, …). Unknown names are refused by the server."""
        voice = VoiceConfig(prebuilt_voice_config=PrebuiltVoiceConfig(voice_name=check.text("voice", name)))
        return self._speech(voice_config=voice)

    def replicated_voice(self, sample: bytes, *, consent: bytes | None = None) -> Self:
        """A voice copied from a sample: a 16-bit LE WAV at 24 kHz."""
        config = ReplicatedVoiceConfig(
            mime_type="audio/wav",
            voice_sample_audio=check.instance("sample", sample, bytes),
            consent_audio=None if consent is None else check.instance("consent", consent, bytes),
        )
        return self._speech(voice_config=VoiceConfig(replicated_voice_config=config))

    def instruction(self, text: str) -> Self:
        """The system instruction. With phases it is the part that stands: each phase's own comes behind it."""
        return self._with(with_control(self.spec, standing_instruction=check.text("instruction", text)))

    def text_only(self) -> Self:
        """Answer in text instead of sound, without a voice.

        A model that only speaks does so, is transcribed, and its words come as text; its sound is dropped.
        """
        return self._with(with_generation(self.spec, response_modalities=["TEXT"]))

    def temperature(self, temperature: float) -> Self:
        """How freely the model chooses its words, from 0 to 2."""
        return self._with(with_generation(self.spec, temperature=check.number("temperature", temperature, 0, 2)))

    def sampling(
        self,
        *,
        top_p: float | None = None,
        top_k: float | None = None,
        seed: int | None = None,
        max_output_tokens: int | None = None,
    ) -> Self:
        """The other dials of generation; those not given keep their values."""
        given = {
            "top_p": None if top_p is None else check.number("top_p", top_p, 0, 1),
            "top_k": None if top_k is None else check.number("top_k", top_k, 1, 1000),
            "seed": None if seed is None else check.whole("seed", seed, -(2**31), 2**31 - 1),
            "max_output_tokens": None
            if max_output_tokens is None
            else check.whole("max_output_tokens", max_output_tokens, 1, _CONTEXT_TOKENS),
        }
        return self._with(with_generation(self.spec, **{k: v for k, v in given.items() if v is not None}))

    def greeting(self, text: str) -> Self:
        """Said to the model once, when the session has begun, so that it speaks first. Not part of the transcript."""
        return self._with(with_control(self.spec, greeting=check.text("greeting", text)))

    def thinking(self, budget: int) -> Self:
        """How many tokens a 2.5 model may think: 0 is off, -1 lets it decide."""
        return self._thinking(thinking_budget=check.whole("thinking budget", budget, -1, _CONTEXT_TOKENS))

    def thinking_level(self, level: str) -> Self:
        """How much a model from 3.1 on thinks: minimal, low, medium or high."""
        return self._thinking(thinking_level=check.one_of("thinking level", level, THINKING_LEVELS))

    def include_thoughts(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002  # a switch is its own name
        """Receive summaries of the reasoning as `events.Thought`."""
        return self._thinking(include_thoughts=check.flag("include_thoughts", on))

    def affective_dialog(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Let a 2.5 native-audio model answer the user's mood."""
        return self._with(with_generation(self.spec, enable_affective_dialog=check.flag("affective_dialog", on)))

    def proactive_audio(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Let the model stay silent when it was not spoken to."""
        config = ProactivityConfig(proactive_audio=check.flag("proactive_audio", on))
        return self._with(with_setup(self.spec, proactivity=config))

    def media_resolution(self, resolution: str) -> Self:
        """How finely pictures are looked at: low, medium or high."""
        value = check.one_of("media_resolution", resolution, MEDIA_RESOLUTIONS, "MEDIA_RESOLUTION_")
        return self._with(with_generation(self.spec, media_resolution=value))

    def session_resume(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Ask for handles with which the session can be resumed on another connection."""
        before = self.spec.setup.session_resumption or SessionResumptionConfig()
        return self._with(
            with_setup(self.spec, session_resumption=before if check.flag("session_resume", on) else None)
        )

    def session_resume_from(self, handle: str) -> Self:
        """Resume an older session; new handles are asked for too."""
        before = self.spec.setup.session_resumption or SessionResumptionConfig()
        config = evolve(before, handle=check.text("resumption handle", handle))
        return self._with(with_setup(self.spec, session_resumption=config))

    def transparent_resumption(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Have updates name the last client message they include (Vertex only); handles are asked for too."""
        before = self.spec.setup.session_resumption
        if not check.flag("transparent_resumption", on) and before is None:
            return self._with(self.spec)
        config = evolve(before or SessionResumptionConfig(), transparent=on or None)
        return self._with(with_setup(self.spec, session_resumption=config))

    def context_compression(self, trigger: int | None = None, target: int | None = None) -> Self:
        """Let old turns fall out of the context when it holds ``trigger`` tokens, down to ``target``.

        Without figures the server decides (80 % of the window, and half of that).
        """
        for name, value in (("trigger", trigger), ("target", target)):
            if value is not None:
                check.whole(f"context_compression {name}", value, 1, _CONTEXT_TOKENS)
        if trigger is not None and target is not None and target >= trigger:
            raise ValueError(f"context_compression target {target} must be below the trigger {trigger}")
        window = SlidingWindow(target_tokens=None if target is None else str(target))
        config = ContextWindowCompression(
            trigger_tokens=None if trigger is None else str(trigger), sliding_window=window
        )
        return self._with(with_setup(self.spec, context_window_compression=config))

    def no_context_compression(self) -> Self:
        """Let the context fill; the server ends the session then."""
        return self._with(with_setup(self.spec, context_window_compression=None))

    def translation(self, target_language: str, *, echo: bool = False) -> Self:
        """For the translate model: into which language, and whether speech already in it is repeated."""
        code = check.text("target_language", target_language)
        config = TranslationConfig(target_language_code=code, echo_target_language=check.flag("echo", echo) or None)
        return self._with(with_generation(self.spec, translation_config=config))

    def avatar(self, config: AvatarConfig) -> Self:
        """A speaking face instead of a voice alone (Vertex, 3.8): the answer comes as video."""
        spec = with_setup(self.spec, avatar_config=check.instance("config", config, AvatarConfig))
        return self._with(with_generation(spec, response_modalities=["VIDEO"]))

    def history_in_client_content(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """The first turns sent are history, not a question."""
        wanted = check.flag("history_in_client_content", on)
        config = HistoryConfig(initial_history_in_client_content=True) if wanted else None
        return self._with(with_setup(self.spec, history_config=config))

    def safety(self, *settings: SafetySetting) -> Self:
        """At which thresholds harmful content is blocked."""
        checked = [check.instance("settings", setting, SafetySetting) for setting in settings]
        return self._with(with_setup(self.spec, safety_settings=checked))

    def labels(self, labels: Mapping[str, str]) -> Self:
        """Labels for billing: lower-case keys and values of at most 63 characters."""
        if not isinstance(labels, Mapping):
            raise TypeError(f"labels must be a mapping, not {type(labels).__name__}")
        for key, value in labels.items():
            check.text("label", key)
            check.text(f"label {key}", value, empty=True)
        return self._with(with_setup(self.spec, labels=dict(labels)))

    def state(self, state: State) -> Self:
        """Run on this State instead of a new one. Sessions that share it see each other's writes."""
        if not isinstance(state, State):
            raise TypeError(f"state must be a State, not {type(state).__name__}")
        return self._with(attrs.evolve(self.spec, state=state))

    def callback_errors(self, policy: CallbackErrors) -> Self:
        """What a raising callback does: ``"report"`` and go on (the default), or ``"raise"`` and end the session."""
        if policy not in ("report", "raise"):
            raise ValueError(f'callback_errors must be "report" or "raise", not {policy!r}')
        return self._with(attrs.evolve(self.spec, callback_errors=policy))

    def telemetry_interval(self, seconds: Seconds) -> Self:
        """Publish the counters this often: `events.TurnMetrics` for each turn since, then `events.Telemetry`.

        Once more at the end of the session, before `events.Disconnected`. Off by default.
        """
        every = check.number("telemetry_interval", seconds, 0.01, 86_400)
        return self._with(attrs.evolve(self.spec, telemetry_interval=every))

    def keep_alive(self, seconds: Seconds | None) -> Self:
        """Send a tenth of a second of silence when nothing else was sent for so long, so that nobody hangs up.

        On by default, after 30 seconds: Google AI was measured to drop a connection after about 150 seconds without
        data. Nothing is sent while the user or the model speaks, to a model that takes no sound, and where this side
        marks the speech (``vad(disabled=True)``): such a session must be kept open by what it says.

        Args:
            seconds: from 1 to 3600; ``None`` turns it off.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        every = None if seconds is None else check.number("keep_alive", seconds, 1, 3600)
        return self._with(attrs.evolve(self.spec, keep_alive=every))

    def transport(self, kind: TransportKind) -> Self:
        """What carries the frames: ``LEAN`` (the default), or ``TRIO_WEBSOCKET``. A session behaves alike over both."""
        return self._with(attrs.evolve(self.spec, transport=check.instance("transport", kind, TransportKind)))

    def timeouts(self, *, connect: Seconds | None = None, setup: Seconds | None = None) -> Self:
        """Seconds for dialling (10 by default) and for the answer to the setup (15)."""
        spec = self.spec
        connect_within = spec.connect_within if connect is None else check.number("connect", connect, 0.001, 3600)
        setup_within = spec.setup_within if setup is None else check.number("setup", setup, 0.001, 3600)
        return self._with(attrs.evolve(spec, connect_within=connect_within, setup_within=setup_within))

    def _thinking(self, **changes: Any) -> Self:
        generation = self.spec.setup.generation_config
        before = (generation and generation.thinking_config) or ThinkingConfig()
        return self._with(with_generation(self.spec, thinking_config=evolve(before, **changes)))

    def _speech(self, **changes: Any) -> Self:
        generation = self.spec.setup.generation_config
        before = (generation and generation.speech_config) or SpeechConfig()
        return self._with(with_generation(self.spec, speech_config=evolve(before, **changes)))
