"""Commands → client messages: what each verb looks like on the wire, for each model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from trio_live._typing import Seconds
from trio_live.errors import LocalProtocolError
from trio_live.events import Road, SteeringChannel
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.session._activity import silence
from trio_live.session._lowering import lower
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    Blob,
    ClientContent,
    ClientMessage,
    Content,
    ContextUpdate,
    FunctionResponse,
    LiveModelProfile,
    Marker,
    Part,
    RealtimeInput,
    ToolList,
    ToolResponse,
    encode_client_message,
)
from trio_live.wire._internal import evolve, fit_response

_REPLACED: Final = "Your instructions have changed. From now on follow these instead of the earlier ones:\n\n"
_NO_ANSWER: Final = "(This is not from the user. Do not answer it; go on with the conversation.)"
_SPEAK: Final = "(This is not from the user. Speak now.)"


def frames_of(command: Command, abilities: LiveModelProfile, *, seeding: bool, patience: Seconds) -> list[str]:
    """The frames of a command; as `to_messages`."""
    messages = to_messages(command, abilities, seeding=seeding, patience=patience)
    return [encode_client_message(message).decode() for message in messages]


def to_messages(
    command: Command, abilities: LiveModelProfile, *, seeding: bool = False, patience: Seconds = 0.0
) -> tuple[ClientMessage, ...]:
    """The client messages for a command, in their order. None where the model has no road for it; see `lower`.

    Args:
        command: what is to be said.
        abilities: of the model it is said to.
        seeding: the server still reads ``clientContent`` as history, whatever the model takes afterwards.
        patience: how long the setup asks the server to wait in silence before speech is over.

    Raises:
        LocalProtocolError: the command holds what this model has no road for.
    """
    match command:
        case SendAudio(data):
            return (_realtime(RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, data))),)
        case SendVideo(data, mime_type):
            return (_realtime(RealtimeInput(video=Blob(mime_type, data))),)
        case SendText(text, facts):
            return tuple(_typed(text, facts, abilities))
        case SendClientContent(turns, turn_complete):
            return tuple(_contents(turns, abilities, turn_complete=turn_complete, seeding=seeding))
        case Steer():
            return tuple(_steering(command, abilities))
        case SendToolResponse(responses):
            return (ClientMessage(tool_response=fitted_answers(responses, abilities)),)
        case ActivityStart():
            return (_realtime(RealtimeInput(activity_start=Marker())),)
        case ActivityEnd():
            return (_realtime(RealtimeInput(activity_end=Marker())),)
        case AudioStreamEnd():
            return tuple(_end_of_audio(abilities, patience))
        case _:
            assert_never(command)


def fitted_answers(answers: Iterable[FunctionResponse], abilities: LiveModelProfile) -> ToolResponse:
    """Answers to function calls, as the model takes them; in their order."""
    return ToolResponse([fit_response(answer, abilities)[0] for answer in answers])


def _end_of_audio(abilities: LiveModelProfile, patience: Seconds) -> Iterator[ClientMessage]:
    """The mark; silence for a model that takes no notice of it, and would wait for ever for the end of a word."""
    if abilities.audio_stream_end:
        yield _realtime(RealtimeInput(audio_stream_end=True))
    elif abilities.trailing_silence:
        quiet = silence(abilities.trailing_silence + patience)
        yield _realtime(RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, quiet)))


def _realtime(realtime: RealtimeInput) -> ClientMessage:
    return ClientMessage(realtime_input=realtime)


def _content(turns: Iterable[Content], abilities: LiveModelProfile, *, turn_complete: bool) -> ClientMessage:
    """Turns as they are; where the system has no turns, its words come as the user's."""
    said = [
        evolve(turn, role="user") if turn.role == "system" and not abilities.system_turns else turn for turn in turns
    ]
    return ClientMessage(client_content=ClientContent(turns=said or None, turn_complete=turn_complete))


def _typed(text: str, facts: Sequence[Content], abilities: LiveModelProfile) -> Iterator[ClientMessage]:
    match lower(SteeringChannel.PROMPT, abilities).road:
        case Road.CONTENT:
            if facts:
                yield _content(facts, abilities, turn_complete=False)
            yield _content([Content.of(text)], abilities, turn_complete=True)
        case Road.REALTIME_TEXT:
            words, media = _split(facts)
            yield from map(_realtime, media)
            yield _realtime(RealtimeInput(text="\n\n".join([*words, text])))
        case _:
            raise LocalProtocolError(f"the {abilities.name} model takes no text")


def _contents(
    turns: Sequence[Content], abilities: LiveModelProfile, *, turn_complete: bool, seeding: bool
) -> Iterator[ClientMessage]:
    road = lower(SteeringChannel.FACTS, abilities).road
    if road is Road.CONTENT or (seeding and road is not Road.NOWHERE):
        yield _content(turns, abilities, turn_complete=turn_complete)
    elif road is Road.REALTIME_TEXT and turns:
        # These are the caller's words, a question perhaps, so no remark of ours stands behind them.
        words, media = _split(turns)
        yield from map(_realtime, media)
        if words:
            yield _realtime(RealtimeInput(text="\n\n".join(words if turn_complete else [*words, _NO_ANSWER])))
    elif road is Road.REALTIME_TEXT and turn_complete:
        yield _realtime(RealtimeInput(text=_SPEAK))


def _steering(steer: Steer, abilities: LiveModelProfile) -> Iterator[ClientMessage]:
    """Tools before the instruction that may speak of them, facts behind both, and the prompt last."""
    instruction = lower(SteeringChannel.INSTRUCTION, abilities).road
    updates_tools = steer.tools is not None and lower(SteeringChannel.TOOLS, abilities).road is Road.CONTEXT_UPDATE
    updates_instruction = steer.instruction is not None and instruction is Road.CONTEXT_UPDATE
    if updates_tools or updates_instruction:
        yield ClientMessage(
            context_update=ContextUpdate(
                system_instruction=Content.of(steer.instruction) if updates_instruction and steer.instruction else None,
                tools=ToolList([*steer.tools]) if updates_tools and steer.tools is not None else None,
            )
        )
    if lower(SteeringChannel.FACTS, abilities).road is Road.REALTIME_TEXT:
        yield from _spoken(steer, told=instruction is Road.REALTIME_TEXT)
        return
    if steer.instruction is not None and instruction in {Road.SYSTEM_TURN, Road.USER_TURN}:
        system = instruction is Road.SYSTEM_TURN
        turn = Content.of(steer.instruction, "system") if system else Content.of(_REPLACED + steer.instruction)
        yield _content([turn], abilities, turn_complete=False)
    if lower(SteeringChannel.FACTS, abilities).road is Road.CONTENT:
        if steer.facts:
            yield _content(steer.facts, abilities, turn_complete=False)
        if steer.prompt:
            yield _content((), abilities, turn_complete=True)


def _spoken(steer: Steer, *, told: bool) -> Iterator[ClientMessage]:
    """All of it as one realtime text: each text of its own would be an activity of its own."""
    words, media = _split(steer.facts)
    yield from map(_realtime, media)
    if told and steer.instruction is not None:
        words.insert(0, _REPLACED + steer.instruction)
    if words or steer.prompt:
        yield _realtime(RealtimeInput(text="\n\n".join([*words, _SPEAK if steer.prompt else _NO_ANSWER])))


def _split(turns: Iterable[Content]) -> tuple[list[str], list[RealtimeInput]]:
    """The texts of turns, and their pictures and sounds, each as it travels in the realtime stream.

    Raises:
        LocalProtocolError: there is something else in them.
    """
    words: list[str] = []
    media: list[RealtimeInput] = []
    for part in (part for turn in turns for part in turn.parts or ()):
        if part.text is not None:
            words += [part.text] if part.text else []
        else:
            media.append(_medium(part))
    return words, media


def _medium(part: Part) -> RealtimeInput:
    blob = part.inline_data
    if blob is not None and (blob.mime_type or "").startswith("image/"):
        return RealtimeInput(video=blob)
    if blob is not None and (blob.mime_type or "").startswith("audio/"):
        return RealtimeInput(audio=blob)
    raise LocalProtocolError("in mid-session this model takes text, pictures and sound only, as they are")
