"""One server message → wire events, in order. Stateless; what depends on the session stands in `SessionProtocol`.

A transcription without text is a mark of some servers for the beginning or the end of an utterance; the protocol reads
it and tells nobody.

The order inside one frame, which may carry several things at once:

1. ``toolCallCancellation``, then ``toolCall``;
2. ``serverContent``: ``interrupted`` first (what is queued for playback is stale from here on), then the model's
   parts in their order, the transcripts, grounding;
3. ``usageMetadata``, whatever message it rides on: it belongs to the turn that this frame closes, so it comes after
   the content and before the end;
4. ``generationComplete``, ``turnComplete``, ``interactionStatus``, which decides: a ``turnComplete`` that rides with
   ``IN_PROGRESS`` is a pause and is told by its status alone;
5. voice activity, resumption handles, ``goAway``.
"""

from __future__ import annotations

from trio_live import wire_events
from trio_live.session._turns import IN_PROGRESS
from trio_live.wire import Content, Part, ServerContent, ServerMessage, VoiceActivity

_SPEECH_EDGES: dict[str, wire_events.SessionEvent] = {
    "ACTIVITY_START": wire_events.VoiceActivityStart(),
    "ACTIVITY_END": wire_events.VoiceActivityEnd(),
    "VAD_SIGNAL_TYPE_SOS": wire_events.VoiceActivityStart(),
    "VAD_SIGNAL_TYPE_EOS": wire_events.VoiceActivityEnd(),
}


def translate(message: ServerMessage) -> list[wire_events.SessionEvent]:
    """The events of one message. ``setupComplete``, errors and problems are the protocol's own affair: they yield nothing."""
    events: list[wire_events.SessionEvent] = []
    content = message.server_content
    if message.tool_call_cancellation is not None and message.tool_call_cancellation.ids:
        events.append(wire_events.ToolCallCancelled(tuple(message.tool_call_cancellation.ids)))
    if message.tool_call is not None and message.tool_call.function_calls:
        events.append(wire_events.ToolCall(tuple(message.tool_call.function_calls)))
    if content is not None:
        _add_content(events, content)
    if message.usage_metadata is not None:
        events.append(wire_events.Usage(message.usage_metadata))
    if content is not None:
        _add_endings(events, content)
    _add_session_news(events, message)
    return events


def is_audio(mime_type: str | None) -> bool:
    """Whether inline data is sound. No type at all counts as sound; a video of somebody speaking does not."""
    return not mime_type or mime_type[:6].lower() == "audio/"


def _add_content(events: list[wire_events.SessionEvent], content: ServerContent) -> None:
    if content.interrupted:
        events.append(wire_events.Interrupted())
    if content.model_turn is not None:
        _add_parts(events, content.model_turn)
    interim, heard, said = (
        content.interim_input_transcription,
        content.input_transcription,
        content.output_transcription,
    )
    if interim is not None and interim.text:
        events.append(wire_events.InterimInputTranscription(interim.text))
    if heard is not None:
        events.append(wire_events.InputTranscription(heard.text or "", finished=bool(heard.finished)))
    if said is not None:
        events.append(wire_events.OutputTranscription(said.text or "", finished=bool(said.finished)))
    if content.grounding_metadata is not None or content.url_context_metadata is not None:
        events.append(wire_events.Grounding(content.grounding_metadata, content.url_context_metadata))


def _add_parts(events: list[wire_events.SessionEvent], turn: Content) -> None:
    for part in turn.parts or ():
        event = _part_event(part)
        if event is not None:
            events.append(event)


def _part_event(part: Part) -> wire_events.SessionEvent | None:
    if part.text:
        return wire_events.Thought(part.text) if part.thought else wire_events.TextDelta(part.text)
    blob = part.inline_data
    if blob is None or not blob.data:
        # Function calls and code in parts are a model's mistake in Live: calls arrive as toolCall. Not executed.
        return None
    return (
        wire_events.AudioData(blob.data)
        if is_audio(blob.mime_type)
        else wire_events.Media(blob.mime_type or "", blob.data)
    )


def _add_endings(events: list[wire_events.SessionEvent], content: ServerContent) -> None:
    if content.generation_complete:
        events.append(wire_events.GenerationComplete())
    status = content.interaction_status
    if content.turn_complete and status != IN_PROGRESS:
        events.append(wire_events.TurnComplete(content.turn_complete_reason, bool(content.waiting_for_input)))
    if status:
        events.append(wire_events.InteractionStatus(status))


def _add_session_news(events: list[wire_events.SessionEvent], message: ServerMessage) -> None:
    edge = _edge(message.voice_activity)
    signal = message.voice_activity_detection_signal
    if edge is None and signal is not None:
        edge = _SPEECH_EDGES.get(signal.vad_signal_type or "")
    if edge is not None:
        events.append(edge)
    update = message.session_resumption_update
    if update is not None:
        handle = update.new_handle or None
        resumable = update.resumable is not False and handle is not None
        events.append(wire_events.SessionResumeUpdate(handle, resumable, update.last_consumed_index))
    if message.go_away is not None:
        events.append(wire_events.GoAway(message.go_away.seconds_left))
    if message.unknown is not None:
        events.append(wire_events.UnknownMessage(message.unknown))


def _edge(activity: VoiceActivity | None) -> wire_events.SessionEvent | None:
    return None if activity is None or activity.kind is None else _SPEECH_EDGES.get(activity.kind)
