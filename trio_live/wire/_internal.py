"""What wire/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.wire._codec import encode_audio_input
from trio_live.wire._fitting import fit_response, fit_setup, missing_settings, sent_behavior
from trio_live.wire._limits import exceeded, memory_size
from trio_live.wire._lone_blob import SHORTEST, LoneBlobs
from trio_live.wire._messages import (
    ACTIVITY_HANDLINGS,
    BEHAVIORS,
    END_SENSITIVITIES,
    ENUMS,
    FUNCTION_NAME,
    MEDIA_RESOLUTIONS,
    MODALITIES,
    SCHEDULINGS,
    START_SENSITIVITIES,
    THINKING_LEVELS,
    TRANSCRIPTION_MODES,
    TURN_COVERAGES,
    Wire,
    evolve,
    failure,
    int64,
)
from trio_live.wire._models import bare_model
from trio_live.wire._schemas import type_lists, unknown_keywords

__all__ = [
    "ACTIVITY_HANDLINGS",
    "BEHAVIORS",
    "END_SENSITIVITIES",
    "ENUMS",
    "FUNCTION_NAME",
    "MEDIA_RESOLUTIONS",
    "MODALITIES",
    "SCHEDULINGS",
    "SHORTEST",
    "START_SENSITIVITIES",
    "THINKING_LEVELS",
    "TRANSCRIPTION_MODES",
    "TURN_COVERAGES",
    "LoneBlobs",
    "Wire",
    "bare_model",
    "encode_audio_input",
    "evolve",
    "exceeded",
    "failure",
    "fit_response",
    "fit_setup",
    "int64",
    "memory_size",
    "missing_settings",
    "sent_behavior",
    "type_lists",
    "unknown_keywords",
]
