"""Commands → client messages: what each verb looks like on the wire, for each platform and model."""

from __future__ import annotations

from typing import assert_never

from trio_live.events import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    UpdateInstruction,
)
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    Blob,
    ClientContent,
    ClientContentUse,
    ClientMessage,
    Content,
    LiveModelProfile,
    Marker,
    RealtimeInput,
    ToolResponse,
    fit_response,
)

_REPLACED = "Your instructions have changed. From now on follow these instead of the earlier ones:\n\n"


def to_message(command: Command, abilities: LiveModelProfile) -> ClientMessage:
    """The client message for a command.

    Instructions in mid-session travel as a turn of role ``system`` on Vertex. Google AI closes the session on that
    role (1007), so there they travel as a user turn that says what it is.
    """
    match command:
        case SendAudio(data):
            return ClientMessage(realtime_input=RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, data)))
        case SendVideo(data, mime_type):
            return ClientMessage(realtime_input=RealtimeInput(video=Blob(mime_type, data)))
        case SendText(text):
            if abilities.client_content is not ClientContentUse.ALWAYS:
                return ClientMessage(realtime_input=RealtimeInput(text=text))
            return ClientMessage(client_content=ClientContent(turns=[Content.of(text)], turn_complete=True))
        case SendClientContent(turns, turn_complete):
            content = ClientContent(turns=list(turns) or None, turn_complete=turn_complete)
            return ClientMessage(client_content=content)
        case SendToolResponse(responses):
            fitted = [fit_response(response, abilities)[0] for response in responses]
            return ClientMessage(tool_response=ToolResponse(fitted))
        case UpdateInstruction(text):
            turn = Content.of(text, "system") if abilities.system_turns else Content.of(_REPLACED + text, "user")
            return ClientMessage(client_content=ClientContent(turns=[turn], turn_complete=False))
        case ActivityStart():
            return ClientMessage(realtime_input=RealtimeInput(activity_start=Marker()))
        case ActivityEnd():
            return ClientMessage(realtime_input=RealtimeInput(activity_end=Marker()))
        case AudioStreamEnd():
            return ClientMessage(realtime_input=RealtimeInput(audio_stream_end=True))
        case _:
            assert_never(command)
