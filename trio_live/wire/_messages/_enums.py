"""The enum strings the API knows, by struct and field.

Reading never depends on this table: unknown strings are kept as they came. It serves the other side of the wire,
a server that refuses what Google's would refuse, and the checks of the builder's arguments.
"""

from __future__ import annotations

from typing import Final

from trio_live.wire._messages import _config as config
from trio_live.wire._messages import _content as content
from trio_live.wire._messages._base import Wire


def _named(prefix: str, *names: str) -> frozenset[str]:
    return frozenset({f"{prefix}_UNSPECIFIED", *(f"{prefix}_{name}" for name in names)})


MODALITIES: Final = frozenset({"MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT"})
MEDIA_RESOLUTIONS: Final = _named("MEDIA_RESOLUTION", "LOW", "MEDIUM", "HIGH")
PART_RESOLUTIONS: Final = MEDIA_RESOLUTIONS | {"MEDIA_RESOLUTION_ULTRA_HIGH"}
THINKING_LEVELS: Final = frozenset({"THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"})
START_SENSITIVITIES: Final = _named("START_SENSITIVITY", "HIGH", "LOW")
END_SENSITIVITIES: Final = _named("END_SENSITIVITY", "HIGH", "LOW")
ACTIVITY_HANDLINGS: Final = frozenset(
    {"ACTIVITY_HANDLING_UNSPECIFIED", "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"}
)
TURN_COVERAGES: Final = frozenset(
    {
        "TURN_COVERAGE_UNSPECIFIED",
        "TURN_INCLUDES_ONLY_ACTIVITY",
        "TURN_INCLUDES_ALL_INPUT",
        "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
    }
)
TRANSCRIPTION_MODES: Final = frozenset({"MODE_UNSPECIFIED", "VERBATIM", "SMART"})
BEHAVIORS: Final = frozenset({"UNSPECIFIED", "BEHAVIOR_UNSPECIFIED", "BLOCKING", "NON_BLOCKING"})
SCHEDULINGS: Final = frozenset({"SCHEDULING_UNSPECIFIED", "SILENT", "WHEN_IDLE", "INTERRUPT"})
HARM_THRESHOLDS: Final = frozenset(
    {
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        "BLOCK_LOW_AND_ABOVE",
        "BLOCK_MEDIUM_AND_ABOVE",
        "BLOCK_ONLY_HIGH",
        "BLOCK_NONE",
        "OFF",
    }
)

ENUMS: Final[dict[tuple[type[Wire], str], frozenset[str]]] = {
    (config.GenerationConfig, "response_modalities"): MODALITIES,
    (config.GenerationConfig, "media_resolution"): MEDIA_RESOLUTIONS,
    (config.ThinkingConfig, "thinking_level"): THINKING_LEVELS,
    (config.AutomaticActivityDetection, "start_of_speech_sensitivity"): START_SENSITIVITIES,
    (config.AutomaticActivityDetection, "end_of_speech_sensitivity"): END_SENSITIVITIES,
    (config.RealtimeInputConfig, "activity_handling"): ACTIVITY_HANDLINGS,
    (config.RealtimeInputConfig, "turn_coverage"): TURN_COVERAGES,
    (config.AudioTranscriptionConfig, "mode"): TRANSCRIPTION_MODES,
    (config.FunctionDeclaration, "behavior"): BEHAVIORS,
    (config.SafetySetting, "threshold"): HARM_THRESHOLDS,
    (content.FunctionResponse, "scheduling"): SCHEDULINGS,
    (content.MediaResolution, "level"): PART_RESOLUTIONS,
}
"""Field → the strings it may hold; for a list field, each of its items."""
