"""Voice: hearing when the user speaks, and knowing who is speaking. Pure.

Everything here is a function of the samples and of the instants it is given: no clock, no tasks, no numpy.
"""

from __future__ import annotations

from trio_live.voice._backend import Judgement, VadBackend, VadBackendType
from trio_live.voice._commit import (
    CONVERSATIONAL_COMMIT,
    IMMEDIATE_COMMIT,
    RESPONSIVE_COMMIT,
    CommitSignal,
    TurnCommitConfig,
    TurnCommitPolicy,
)
from trio_live.voice._detector import VoiceActivityDetector
from trio_live.voice._energy import EnergyBackend
from trio_live.voice._input_vad import BackendInputVad, BackendVadSnapshot
from trio_live.voice._listening import Again, Heard, HearsEdges, Reported, TurnListener
from trio_live.voice._runtime_state import VoiceRuntimeState
from trio_live.voice._silero import SILERO_VAD, SileroBackend
from trio_live.voice._soft_turn import DEFAULT_SOFT_TURN_SECONDS, SoftTurnDetector
from trio_live.voice._sound import (
    Gain,
    HeardTurn,
    InputProcessor,
    JitterBuffer,
    JitterConfig,
    JitterState,
    NoiseGate,
    PlaybackEpoch,
    PlaybackLedger,
    PlaybackSnapshot,
    Pulled,
)
from trio_live.voice._timing import VoiceTiming
from trio_live.voice._vad import INPUT_VAD, NOISY_STREET, VadConfig, VadEvent, VadState

__all__ = [
    "CONVERSATIONAL_COMMIT",
    "DEFAULT_SOFT_TURN_SECONDS",
    "IMMEDIATE_COMMIT",
    "INPUT_VAD",
    "NOISY_STREET",
    "RESPONSIVE_COMMIT",
    "SILERO_VAD",
    "Again",
    "BackendInputVad",
    "BackendVadSnapshot",
    "CommitSignal",
    "EnergyBackend",
    "Gain",
    "Heard",
    "HeardTurn",
    "HearsEdges",
    "InputProcessor",
    "JitterBuffer",
    "JitterConfig",
    "JitterState",
    "Judgement",
    "NoiseGate",
    "PlaybackEpoch",
    "PlaybackLedger",
    "PlaybackSnapshot",
    "Pulled",
    "Reported",
    "SileroBackend",
    "SoftTurnDetector",
    "TurnCommitConfig",
    "TurnCommitPolicy",
    "TurnListener",
    "VadBackend",
    "VadBackendType",
    "VadConfig",
    "VadEvent",
    "VadState",
    "VoiceActivityDetector",
    "VoiceRuntimeState",
    "VoiceTiming",
]
