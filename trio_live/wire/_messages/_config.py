"""Every setting of ``setup``, as the wire spells it.

`Setup` is the whole first message without its envelope. Source: the Live API reference of ai.google.dev
("BidiGenerateContentSetup") and of Vertex AI's Live API.
"""

from __future__ import annotations

import re
from typing import Any, Final

from trio_live._typing import JsonObject
from trio_live.wire._messages._base import Int64, Marker, Number, Wire
from trio_live.wire._messages._content import Content


class PrebuiltVoiceConfig(Wire, frozen=True):
    """One of the named voices (``Puck``, ``Kore``, …). Unknown names are refused by the server."""

    voice_name: str | None = None


class VoiceConsentSignature(Wire, frozen=True):
    """Proof that consent was given once; the server returns it in ``setupComplete``."""

    signature: str | None = None


class ReplicatedVoiceConfig(Wire, frozen=True):
    """A voice copied from a sample: 16-bit LE WAV at 24 kHz."""

    mime_type: str | None = None
    voice_sample_audio: bytes | None = None
    consent_audio: bytes | None = None
    voice_consent_signature: VoiceConsentSignature | None = None


class VoiceConfig(Wire, frozen=True):
    """One of three ways to name a voice."""

    prebuilt_voice_config: PrebuiltVoiceConfig | None = None
    replicated_voice_config: ReplicatedVoiceConfig | None = None
    voice: str | None = None


class SpeechConfig(Wire, frozen=True):
    """How the model speaks. Leave ``language_code`` out with native-audio models."""

    language_code: str | None = None
    voice_config: VoiceConfig | None = None
    multi_speaker_voice_config: JsonObject | None = None


class ThinkingConfig(Wire, frozen=True):
    """How much the model thinks: a budget on 2.5 (0 off, -1 automatic), a level from 3.1 on."""

    thinking_budget: int | None = None
    include_thoughts: bool | None = None
    thinking_level: str | None = None


class TranslationConfig(Wire, frozen=True):
    """For the translate model only."""

    target_language_code: str | None = None
    echo_target_language: bool | None = None


class GenerationConfig(Wire, frozen=True):
    """How the model generates."""

    response_modalities: list[str] | None = None
    """Exactly one of AUDIO (the default), TEXT, VIDEO."""
    temperature: Number | None = None
    top_p: Number | None = None
    top_k: Number | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    candidate_count: int | None = None
    presence_penalty: Number | None = None
    frequency_penalty: Number | None = None
    media_resolution: str | None = None
    """MEDIA_RESOLUTION_LOW, _MEDIUM or _HIGH. The short spellings are refused by the server."""
    speech_config: SpeechConfig | None = None
    thinking_config: ThinkingConfig | None = None
    enable_affective_dialog: bool | None = None
    translation_config: TranslationConfig | None = None
    response_format: Any = None
    audio_transcription_config: JsonObject | None = None
    model_config: JsonObject | None = None
    enable_enhanced_civic_answers: bool | None = None


class AutomaticActivityDetection(Wire, frozen=True):
    """The server's own voice activity detection."""

    disabled: bool | None = None
    start_of_speech_sensitivity: str | None = None
    """START_SENSITIVITY_HIGH or START_SENSITIVITY_LOW; there is no medium."""
    end_of_speech_sensitivity: str | None = None
    """END_SENSITIVITY_HIGH or END_SENSITIVITY_LOW."""
    prefix_padding_ms: int | None = None
    silence_duration_ms: int | None = None


class RealtimeInputConfig(Wire, frozen=True):
    """How live input becomes turns."""

    automatic_activity_detection: AutomaticActivityDetection | None = None
    activity_handling: str | None = None
    """START_OF_ACTIVITY_INTERRUPTS (the default) or NO_INTERRUPTION."""
    turn_coverage: str | None = None
    """TURN_INCLUDES_ONLY_ACTIVITY, TURN_INCLUDES_ALL_INPUT or TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO."""
    interim_transcript_timestamp_enabled: bool | None = None


class SessionResumptionConfig(Wire, frozen=True):
    """Present: the server issues handles. With ``handle``: an older session is resumed."""

    handle: str | None = None
    transparent: bool | None = None
    """Vertex only."""


class SlidingWindow(Wire, frozen=True):
    """Old turns fall out of the context."""

    target_tokens: Int64 | None = None


class ContextWindowCompression(Wire, frozen=True):
    """What happens when the context window fills."""

    trigger_tokens: Int64 | None = None
    sliding_window: SlidingWindow | None = None


class LanguageHints(Wire, frozen=True):
    """Deprecated by ``language_codes``."""

    language_codes: list[str] | None = None


class AudioTranscriptionConfig(Wire, frozen=True):
    """Present (even empty): transcripts are sent."""

    language_codes: list[str] | None = None
    custom_vocabulary: list[str] | None = None
    word_timestamp: bool | None = None
    diarization: bool | None = None
    mode: str | None = None
    """VERBATIM (the default) or SMART."""
    source_text: str | None = None
    adaptation_phrases: list[str] | None = None
    language_auto: Marker | None = None
    language_hints: LanguageHints | None = None


class ProactivityConfig(Wire, frozen=True):
    """Whether the model may stay silent."""

    proactive_audio: bool | None = None
    proactive_video: bool | None = None


class HistoryConfig(Wire, frozen=True):
    """Present: the first ``clientContent`` is history, not a question."""

    initial_history_in_client_content: bool | None = None


class CustomizedAvatar(Wire, frozen=True):
    """An avatar made from a picture (9:16, at least 704x1280)."""

    image_mime_type: str | None = None
    image_data: bytes | None = None


class AvatarConfig(Wire, frozen=True):
    """A speaking face; Vertex with 3.8 only."""

    avatar_name: str | None = None
    customized_avatar: CustomizedAvatar | None = None
    audio_bitrate_bps: int | None = None
    video_bitrate_bps: int | None = None


class SafetySetting(Wire, frozen=True):
    """One harm category and the threshold at which it blocks."""

    category: str | None = None
    threshold: str | None = None
    method: str | None = None
    """Vertex only."""


FUNCTION_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")
"""What a function may be called: documented, at most 128 characters."""


class FunctionDeclaration(Wire, frozen=True):
    """A function the model may call. Schemas are free-form data: their keys are never renamed."""

    name: str = ""
    description: str | None = None
    parameters: JsonObject | None = None
    """OpenAPI subset; exclusive with ``parameters_json_schema``."""
    parameters_json_schema: Any = None
    response: JsonObject | None = None
    response_json_schema: Any = None
    behavior: str | None = None
    """BLOCKING or NON_BLOCKING; the default depends on the model."""


class Tool(Wire, frozen=True):
    """One family of tools."""

    function_declarations: list[FunctionDeclaration] | None = None
    google_search: JsonObject | None = None
    google_search_retrieval: JsonObject | None = None
    code_execution: JsonObject | None = None
    url_context: JsonObject | None = None
    google_maps: JsonObject | None = None
    computer_use: JsonObject | None = None
    file_search: JsonObject | None = None
    mcp_servers: list[JsonObject] | None = None
    retrieval: JsonObject | None = None
    enterprise_web_search: JsonObject | None = None
    parallel_ai_search: JsonObject | None = None
    exa_ai_search: JsonObject | None = None


class Setup(Wire, frozen=True):
    """The first message: everything a session is configured with."""

    model: str = ""
    generation_config: GenerationConfig | None = None
    system_instruction: Content | None = None
    tools: list[Tool] | None = None
    realtime_input_config: RealtimeInputConfig | None = None
    session_resumption: SessionResumptionConfig | None = None
    context_window_compression: ContextWindowCompression | None = None
    input_audio_transcription: AudioTranscriptionConfig | None = None
    output_audio_transcription: AudioTranscriptionConfig | None = None
    proactivity: ProactivityConfig | None = None
    history_config: HistoryConfig | None = None
    avatar_config: AvatarConfig | None = None
    explicit_vad_signal: bool | None = None
    safety_settings: list[SafetySetting] | None = None
    labels: dict[str, str] | None = None
