"""Random messages of a server that mean something: the fields that a session reacts to, in any company."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.wire.strategies import server_messages as any_server_messages
from trio_live.wire import (
    Blob,
    Content,
    ErrorStatus,
    FunctionCall,
    GoAway,
    GroundingMetadata,
    Part,
    ServerContent,
    ServerMessage,
    SessionResumptionUpdate,
    SetupComplete,
    ToolCall,
    ToolCallCancellation,
    Transcription,
    UrlContextMetadata,
    UsageMetadata,
    VoiceActivity,
    VoiceActivityDetectionSignal,
)

IDS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["f", "g"])
TEXT = st.sampled_from(["", "fog", " and rain"])
FLAG = st.sampled_from([None, None, True, False])
MIME_TYPES = st.sampled_from(["audio/pcm;rate=24000", "audio/pcm", "", None, "video/mp4", "AUDIO/PCM"])

blobs = st.builds(Blob, MIME_TYPES, st.binary(max_size=4))
parts = st.one_of(
    st.builds(Part, inline_data=blobs),
    st.builds(Part, text=TEXT, thought=FLAG),
    st.builds(Part, inline_data=blobs, text=TEXT, thought=FLAG),
    st.builds(Part, function_call=st.builds(FunctionCall, IDS, NAMES)),
)
calls = st.lists(st.builds(FunctionCall, st.none() | IDS, NAMES), min_size=1, max_size=3)
transcriptions = st.builds(Transcription, text=st.none() | TEXT)
edges = st.sampled_from(["ACTIVITY_START", "ACTIVITY_END", "VOICE_ACTIVITY_START", "VOICE_ACTIVITY_END", "MUMBLE"])
signals = st.sampled_from(["VAD_SIGNAL_TYPE_SOS", "VAD_SIGNAL_TYPE_EOS", "VAD_SIGNAL_TYPE_UNSPECIFIED"])

turns = st.builds(Content, parts=st.none() | st.lists(parts, max_size=3))
sounds = st.builds(Part, inline_data=blobs, text=st.sampled_from([None, None, "fog"]), thought=FLAG)
audio_turns = st.builds(Content, parts=st.lists(sounds, min_size=1, max_size=2))

CONTENT: dict[str, st.SearchStrategy[Any]] = {
    "model_turn": turns,
    "generation_complete": st.just(True),
    "turn_complete": st.just(True),
    "turn_complete_reason": st.just("RESPONSE_REJECTED"),
    "interrupted": st.just(True),
    "waiting_for_input": st.just(True),
    "input_transcription": transcriptions,
    "interim_input_transcription": transcriptions,
    "output_transcription": transcriptions,
    "grounding_metadata": st.just(GroundingMetadata()),
    "url_context_metadata": st.just(UrlContextMetadata()),
}
"""Every field of `ServerContent`."""

RIDERS: dict[str, st.SearchStrategy[Any]] = {
    "setup_complete": st.builds(SetupComplete, session_id=st.none() | st.just("s")),
    "tool_call": st.builds(ToolCall, calls),
    "tool_call_cancellation": st.builds(ToolCallCancellation, st.lists(IDS, max_size=2)),
    "go_away": st.builds(GoAway, time_left=st.sampled_from([None, "50s", "soon"])),
    "session_resumption_update": st.builds(SessionResumptionUpdate, new_handle=st.none() | IDS, resumable=FLAG),
    "voice_activity": st.builds(VoiceActivity, type=edges),
    "voice_activity_detection_signal": st.builds(VoiceActivityDetectionSignal, signals),
    "usage_metadata": st.builds(UsageMetadata, total_token_count=st.integers(0, 9)),
    "error": st.builds(ErrorStatus, code=st.none() | st.just(503), status=st.none() | st.just("UNAVAILABLE")),
}
"""Every other field that a server may send."""


def _few(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in chosen}))


@st.composite
def server_messages(draw: st.DrawFn, mostly_audio: st.SearchStrategy[bool]) -> ServerMessage:
    """A message with a few fields set; with ``mostly_audio`` one that an audio frame is easily taken for."""
    fields: dict[str, Any] = {"model_turn": draw(audio_turns)} if draw(mostly_audio) else {}
    fields |= draw(_few(CONTENT))
    riders = draw(_few(RIDERS))
    return ServerMessage(server_content=ServerContent(**fields) if fields else None, **riders)


frames_of_a_server = st.one_of(server_messages(st.booleans()), any_server_messages)
"""Messages that mean something, and messages that are only well-formed."""
