"""The setup a builder makes, as JSON; and every method of the setup pages, called once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from trio_live import FunctionDeclaration, Live, Platform, Tool
from trio_live.live._compile import fitted_setup
from trio_live.transport import GoogleAI, Vertex
from trio_live.wire import (
    AudioTranscriptionConfig,
    AutomaticActivityDetection,
    AvatarConfig,
    ClientMessage,
    SafetySetting,
    encode_client_message,
)

Call = Callable[[Live], Live]

NO_RULES = "a-model-of-tomorrow"
"""A model that nobody knows: nothing is left off the wire for it."""


def setup_of(live: Live, platform: Platform = Platform.VERTEX) -> dict[str, Any]:
    """The setup message, without the model."""
    endpoint = Vertex("p", "global", "t") if platform is Platform.VERTEX else GoogleAI("k")
    named = live if live.spec.model else live.model(NO_RULES)
    setup, _ = fitted_setup(named.spec, endpoint)
    sent: dict[str, Any] = json.loads(encode_client_message(ClientMessage(setup=setup)))["setup"]
    sent.pop("model")
    return sent


def at(tree: Any, path: str) -> Any:
    """What stands at a dotted path; ``...`` when nothing does."""
    for name in path.split("."):
        if not isinstance(tree, dict) or name not in tree:
            return ...
        tree = tree[name]
    return tree


WEATHER = FunctionDeclaration(name="weather", parameters={"type": "OBJECT"})
SETTERS: list[tuple[str, Call, str, Any]] = [
    (
        "voice",
        lambda b: b.voice("Puck"),
        "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
        "Puck",
    ),
    (
        "replicated_voice",
        lambda b: b.replicated_voice(b"RIFF", consent=b"yes"),
        "generationConfig.speechConfig.voiceConfig.replicatedVoiceConfig",
        {"mimeType": "audio/wav", "voiceSampleAudio": "UklGRg==", "consentAudio": "eWVz"},
    ),
    (
        "instruction",
        lambda b: b.instruction("Be brief."),
        "systemInstruction",
        {"role": "user", "parts": [{"text": "Be brief."}]},
    ),
    ("text_only", lambda b: b.text_only(), "generationConfig.responseModalities", ["TEXT"]),
    ("temperature", lambda b: b.temperature(0.5), "generationConfig.temperature", 0.5),
    ("sampling", lambda b: b.sampling(top_p=0.9), "generationConfig.topP", 0.9),
    ("sampling", lambda b: b.sampling(top_k=40), "generationConfig.topK", 40),
    ("sampling", lambda b: b.sampling(seed=7), "generationConfig.seed", 7),
    ("sampling", lambda b: b.sampling(max_output_tokens=100), "generationConfig.maxOutputTokens", 100),
    ("thinking", lambda b: b.thinking(-1), "generationConfig.thinkingConfig.thinkingBudget", -1),
    ("thinking_level", lambda b: b.thinking_level("low"), "generationConfig.thinkingConfig.thinkingLevel", "LOW"),
    ("include_thoughts", lambda b: b.include_thoughts(), "generationConfig.thinkingConfig.includeThoughts", True),
    ("affective_dialog", lambda b: b.affective_dialog(), "generationConfig.enableAffectiveDialog", True),
    ("proactive_audio", lambda b: b.proactive_audio(), "proactivity.proactiveAudio", True),
    (
        "media_resolution",
        lambda b: b.media_resolution("low"),
        "generationConfig.mediaResolution",
        "MEDIA_RESOLUTION_LOW",
    ),
    ("session_resume", lambda b: b.session_resume(), "sessionResumption", {}),
    ("session_resume_from", lambda b: b.session_resume_from("h"), "sessionResumption", {"handle": "h"}),
    ("transparent_resumption", lambda b: b.transparent_resumption(), "sessionResumption", {"transparent": True}),
    (
        "context_compression",
        lambda b: b.context_compression(1000, 500),
        "contextWindowCompression",
        {"triggerTokens": "1000", "slidingWindow": {"targetTokens": "500"}},
    ),
    ("context_compression", lambda b: b.context_compression(), "contextWindowCompression", {"slidingWindow": {}}),
    (
        "translation",
        lambda b: b.translation("de", echo=True),
        "generationConfig.translationConfig",
        {"targetLanguageCode": "de", "echoTargetLanguage": True},
    ),
    ("avatar", lambda b: b.avatar(AvatarConfig(avatar_name="Ada")), "avatarConfig", {"avatarName": "Ada"}),
    (
        "history_in_client_content",
        lambda b: b.history_in_client_content(),
        "historyConfig",
        {"initialHistoryInClientContent": True},
    ),
    (
        "safety",
        lambda b: b.safety(SafetySetting(category="C", threshold="OFF")),
        "safetySettings",
        [{"category": "C", "threshold": "OFF"}],
    ),
    ("labels", lambda b: b.labels({"team": "voice"}), "labels", {"team": "voice"}),
    ("transcription", lambda b: b.transcription(), "inputAudioTranscription", {}),
    ("transcription", lambda b: b.transcription(), "outputAudioTranscription", {}),
    (
        "input_transcription",
        lambda b: b.input_transcription(AudioTranscriptionConfig(language_codes=["de"])),
        "inputAudioTranscription",
        {"languageCodes": ["de"]},
    ),
    ("output_transcription", lambda b: b.output_transcription(), "outputAudioTranscription", {}),
    (
        "custom_vocabulary",
        lambda b: b.custom_vocabulary("Trio"),
        "inputAudioTranscription",
        {"customVocabulary": ["Trio"]},
    ),
    ("vad", lambda b: b.vad(disabled=True), "realtimeInputConfig.automaticActivityDetection", {"disabled": True}),
    (
        "vad",
        lambda b: b.vad(
            start_sensitivity="high",
            end_sensitivity="END_SENSITIVITY_LOW",
            prefix_padding_ms=20,
            silence_duration_ms=300,
        ),
        "realtimeInputConfig.automaticActivityDetection",
        {
            "startOfSpeechSensitivity": "START_SENSITIVITY_HIGH",
            "endOfSpeechSensitivity": "END_SENSITIVITY_LOW",
            "prefixPaddingMs": 20,
            "silenceDurationMs": 300,
        },
    ),
    (
        "vad",
        lambda b: b.vad(AutomaticActivityDetection(disabled=True)),
        "realtimeInputConfig.automaticActivityDetection.disabled",
        True,
    ),
    (
        "activity_handling",
        lambda b: b.activity_handling("no_interruption"),
        "realtimeInputConfig.activityHandling",
        "NO_INTERRUPTION",
    ),
    (
        "turn_coverage",
        lambda b: b.turn_coverage("all_input"),
        "realtimeInputConfig.turnCoverage",
        "TURN_INCLUDES_ALL_INPUT",
    ),
    ("explicit_vad_signal", lambda b: b.explicit_vad_signal(), "explicitVadSignal", True),
    (
        "add_tool",
        lambda b: b.add_tool(WEATHER),
        "tools",
        [{"functionDeclarations": [{"name": "weather", "parameters": {"type": "OBJECT"}}]}],
    ),
    ("add_tool", lambda b: b.add_tool(Tool(google_search={})), "tools", [{"googleSearch": {}}]),
    ("google_search", lambda b: b.google_search(), "tools", [{"googleSearch": {}}]),
    ("code_execution", lambda b: b.code_execution(), "tools", [{"codeExecution": {}}]),
    ("url_context", lambda b: b.url_context(), "tools", [{"urlContext": {}}]),
]
"""Method, call, path in the setup, value there."""

FREE_OF_CHARGE: dict[str, Call] = {
    name: call
    for name, call, _, _ in SETTERS
    if name not in {"replicated_voice", "avatar", "context_compression", "text_only"}
}
"""Methods that do not contradict one another: each speaks of something else."""
