"""The same conversation as Google AI and as Vertex would put it, frame by frame.

The two platforms serve the same models and differ in a dozen small behaviour, and so do the generations of models on one
platform. `Dialect` is those behaviour as data; its methods make the frames. Sources: recorded sessions of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._service._usage import Usage
from trio_live.wire import (
    Blob,
    Content,
    FunctionCall,
    GoAway,
    GroundingMetadata,
    ModalityTokenCount,
    Part,
    Platform,
    ServerContent,
    ServerMessage,
    SessionResumptionUpdate,
    SetupComplete,
    ToolCall,
    ToolCallCancellation,
    Transcription,
    UsageMetadata,
    VoiceActivity,
    VoiceActivityDetectionSignal,
    duration,
    profile_for,
)
from trio_live.wire._internal import bare_model


class CallIds(Enum):
    """How ids of function calls look. They are opaque, and clients have been seen to count on a form."""

    WORDY = "function-call-"
    SHORT = "fc_"
    UUID = ""


@attrs.frozen(kw_only=True)
class Dialect:
    """The behaviour of one platform serving one generation of models."""

    platform: Platform
    audio_mime: str
    role: str | None
    """The role of model turns; Google AI leaves it out."""
    session_ids: bool
    """Whether ``setupComplete`` names the session."""
    transcript_first: bool
    """Whether the whole transcript precedes the audio, after a start marker."""
    transcripts_finished: bool = False
    """Whether an end marker follows; depends on the model."""
    empty_grounding: bool
    """Whether the last frame of a turn carries ``groundingMetadata: {}``."""
    candidates: bool
    """Whether usage counts ``candidates…`` instead of ``response…``."""
    closes_calling_turn: bool
    """Whether a function call ends the turn, so that the answer becomes a second one."""
    voice_activity: bool
    """Whether it tells when it hears speech begin and end."""
    whole_input_transcript: bool
    """Whether what the user said comes in one piece instead of a few words at a time."""
    thinks_unasked: bool
    """Whether the model sends thoughts to clients that did not speak of them."""
    bundles_words: bool
    """Whether words of the transcript share a frame with the speech they belong to."""
    content_always_interrupts: bool
    """Whether any ``clientContent`` interrupts; otherwise only one that completes a turn."""
    answers_history: bool
    """Whether the turn that completes a seeded history is answered like any other, whatever the setup says of it."""
    notice: Seconds
    """How long before the end of a connection ``goAway`` comes."""
    handle_lifetime: Seconds
    """How long a session can be resumed after its connection has ended."""
    call_ids: CallIds

    def setup_complete(self, session_id: str) -> ServerMessage:
        """The session is open."""
        return ServerMessage(setup_complete=SetupComplete(session_id=session_id if self.session_ids else None))

    def audio(self, pcm: bytes, words: str | None = None) -> ServerMessage:
        """One piece of speech; words of its transcript may share the frame."""
        turn = Content(role=self.role, parts=[Part(inline_data=Blob(mime_type=self.audio_mime, data=pcm))])
        transcript = None if words is None else Transcription(text=words)
        return _content(ServerContent(model_turn=turn, output_transcription=transcript))

    def text(self, text: str) -> ServerMessage:
        """One piece of a written answer."""
        return self._parts(Part(text=text))

    def thought(self, text: str) -> ServerMessage:
        """One thought."""
        return self._parts(Part(text=text, thought=True))

    def output_transcript(self, text: str | None = None, *, finished: bool | None = None) -> ServerMessage:
        """Words of the model; without text, a marker."""
        return _content(ServerContent(output_transcription=Transcription(text=text, finished=finished)))

    def input_transcript(self, text: str) -> ServerMessage:
        """Words of the user."""
        return _content(ServerContent(input_transcription=Transcription(text=text)))

    def interim_transcript(self, text: str) -> ServerMessage:
        """Words of the user so far; replaces what was told before."""
        return _content(ServerContent(interim_input_transcription=Transcription(text=text)))

    def tool_call(self, calls: Sequence[FunctionCall]) -> ServerMessage:
        """Functions to run."""
        return ServerMessage(tool_call=ToolCall(function_calls=list(calls)))

    def tool_call_cancellation(self, ids: tuple[str, ...]) -> ServerMessage:
        """Functions whose answers are no longer wanted."""
        return ServerMessage(tool_call_cancellation=ToolCallCancellation(ids=list(ids)))

    def generation_complete(self, usage: Usage | None = None) -> ServerMessage:
        """Nothing more will be said in this turn. Only where no turn is ever completed it carries the bill."""
        return self._billed(ServerContent(generation_complete=True), usage)

    def empty_content(self, usage: Usage | None = None) -> ServerMessage:
        """Nothing at all; it may carry a bill."""
        return self._billed(ServerContent(), usage)

    def interrupted(self) -> ServerMessage:
        """What was being said is cut off."""
        return _content(ServerContent(interrupted=True))

    def turn_complete(self, usage: Usage, status: str | None = None) -> ServerMessage:
        """The turn is over, and this is what it cost. With a status: whether an answer is still to come."""
        grounding = GroundingMetadata() if self.empty_grounding else None
        content = ServerContent(turn_complete=True, grounding_metadata=grounding, interaction_status=status)
        return self._billed(content, usage)

    def usage(self, usage: Usage) -> UsageMetadata:
        """Tokens under this platform's names; a count of zero is left out, as protobuf JSON does."""
        count = usage.response or None
        details = _details(keep_zero=self.candidates, TEXT=usage.response_text, AUDIO=usage.response_audio)
        return UsageMetadata(
            prompt_token_count=usage.prompt or None,
            response_token_count=None if self.candidates else count,
            candidates_token_count=count if self.candidates else None,
            total_token_count=usage.prompt + usage.response or None,
            prompt_tokens_details=_details(TEXT=usage.prompt_text, AUDIO=usage.prompt_audio, IMAGE=usage.prompt_image),
            response_tokens_details=None if self.candidates else details,
            candidates_tokens_details=details if self.candidates else None,
            thoughts_token_count=usage.thoughts or None,
        )

    def activity(self, kind: str, at: Seconds) -> ServerMessage:
        """Speech was heard to begin or end, so many seconds into the audio stream."""
        return ServerMessage(voice_activity=VoiceActivity(type=kind, audio_offset=duration(round(at, 3))))

    def vad_signal(self, kind: str) -> ServerMessage:
        """The detector's own signal, for clients that asked for it."""
        signal = "VAD_SIGNAL_TYPE_SOS" if kind == "ACTIVITY_START" else "VAD_SIGNAL_TYPE_EOS"
        return ServerMessage(voice_activity_detection_signal=VoiceActivityDetectionSignal(vad_signal_type=signal))

    def resumption(self, handle: str, last_index: int | None) -> ServerMessage:
        """A handle with which to come back."""
        index = None if last_index is None else str(last_index)
        update = SessionResumptionUpdate(new_handle=handle, resumable=True, last_consumed_client_message_index=index)
        return ServerMessage(session_resumption_update=update)

    def not_resumable(self) -> ServerMessage:
        """For now the session cannot be resumed. False is left out, as protobuf JSON does."""
        return ServerMessage(session_resumption_update=SessionResumptionUpdate())

    def go_away(self, left: Seconds) -> ServerMessage:
        """This connection will be closed in so many seconds."""
        return ServerMessage(go_away=GoAway(time_left=duration(round(left, 3))))

    def _billed(self, content: ServerContent, usage: Usage | None) -> ServerMessage:
        return ServerMessage(server_content=content, usage_metadata=None if usage is None else self.usage(usage))

    def _parts(self, part: Part) -> ServerMessage:
        return _content(ServerContent(model_turn=Content(role=self.role, parts=[part])))


GOOGLE_AI: Final = Dialect(
    platform=Platform.GOOGLE_AI,
    audio_mime="audio/pcm;rate=24000",
    role=None,
    session_ids=False,
    transcript_first=False,
    empty_grounding=False,
    candidates=False,
    closes_calling_turn=False,
    voice_activity=True,
    whole_input_transcript=True,
    thinks_unasked=False,
    bundles_words=True,
    content_always_interrupts=False,
    answers_history=False,
    notice=60.0,
    handle_lifetime=2 * 3600.0,
    call_ids=CallIds.SHORT,
)
"""Google AI with the 3.x models."""

GOOGLE_AI_2: Final = attrs.evolve(
    GOOGLE_AI,
    voice_activity=False,
    whole_input_transcript=False,
    thinks_unasked=True,
    bundles_words=False,
    content_always_interrupts=True,
    answers_history=True,
    call_ids=CallIds.WORDY,
)
"""Google AI with the 2.5 models."""

VERTEX: Final = Dialect(
    platform=Platform.VERTEX,
    audio_mime="audio/pcm",
    role="model",
    session_ids=True,
    transcript_first=True,
    empty_grounding=True,
    candidates=True,
    closes_calling_turn=False,
    voice_activity=True,
    whole_input_transcript=True,
    thinks_unasked=False,
    bundles_words=False,
    content_always_interrupts=False,
    answers_history=False,
    notice=30.0,
    handle_lifetime=24 * 3600.0,
    call_ids=CallIds.UUID,
)
"""Vertex with the 3.x models."""

VERTEX_2: Final = attrs.evolve(
    VERTEX,
    closes_calling_turn=True,
    voice_activity=False,
    whole_input_transcript=False,
    content_always_interrupts=True,
)
"""Vertex with the 2.5 models."""

DIALECTS: Final = {
    (Platform.GOOGLE_AI, False): GOOGLE_AI,
    (Platform.GOOGLE_AI, True): GOOGLE_AI_2,
    (Platform.VERTEX, False): VERTEX,
    (Platform.VERTEX, True): VERTEX_2,
}
"""(platform, whether the model is of generation 2) → dialect."""


def dialect_for(platform: Platform, model: str) -> Dialect:
    """How a platform speaks when it serves a model."""
    dialect = DIALECTS[platform, bare_model(model).startswith(("gemini-2", "gemini-live-2"))]
    return attrs.evolve(dialect, transcripts_finished=profile_for(model, platform).transcripts_finished)


def _content(content: ServerContent) -> ServerMessage:
    return ServerMessage(server_content=content)


def _details(*, keep_zero: bool = False, **counts: int) -> list[ModalityTokenCount] | None:
    """Tokens by modality; with ``keep_zero`` a modality without tokens is listed, without a count."""
    listed = [
        ModalityTokenCount(modality=modality, token_count=count or None)
        for modality, count in counts.items()
        if count or keep_zero
    ]
    return listed or None
