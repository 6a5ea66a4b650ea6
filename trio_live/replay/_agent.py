"""The agent of a recording, as far as the recording tells: its setup, and how it answered calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import attrs
import trio

from trio_live._typing import JsonObject, Seconds
from trio_live.errors import ConfigError, RemoteProtocolError
from trio_live.live import Live
from trio_live.recording import WireEntry
from trio_live.recording._internal import acts_of
from trio_live.replay._connections import Connection, connections_of
from trio_live.state import State
from trio_live.wire import ClientMessage, Content, FunctionCall, FunctionResponse, Setup, decode_client_message
from trio_live.wire._internal import evolve


def recorded_agent(entries: Sequence[WireEntry]) -> Live:
    """A builder with the setup that was recorded, whose functions answer as they did, and take as long.

    What the program answered itself is left to the program, whose answers the replay repeats. Phases, callbacks and whatever else the agent had are not on the wire, and not in it.

    Args:
        entries: from `read_recording`.

    Raises:
        ConfigError: the recording does not begin with a setup.
    """
    connections = connections_of(entries)
    setup = setup_of(connections[0])
    by_program = {
        answer.id
        for _, act in acts_of(entries)
        if act.verb == "send_tool_response"
        for answer in act.given["responses"]
    }
    answers = {id_: answer for id_, answer in answers_of(connections) if id_ not in by_program}

    async def answer(calls: Sequence[FunctionCall], _state: State) -> list[FunctionResponse]:
        known = [answers[call.id or ""] for call in calls if call.id in answers]
        await trio.sleep(max((took for _, took in known), default=0))
        return [response for response, _ in known]

    agent = Live.builder()
    instruction = _text(setup.system_instruction)
    control = attrs.evolve(agent.spec.control, standing_instruction=instruction, manual_tools="all")
    spec = attrs.evolve(agent.spec, model=setup.model, setup=evolve(setup, model=""), control=control)
    return attrs.evolve(agent, spec=spec).on_tool_call(answer)


def setup_of(connection: Connection) -> Setup:
    """The setup that a connection began with.

    Raises:
        ConfigError: there is none.
    """
    message = _read(connection.outgoing[0]) if connection.outgoing else None
    if message is None or message.setup is None:
        raise ConfigError("the recording does not begin with a setup, so nothing is known of its agent; give a builder")
    return message.setup


def _read(entry: WireEntry) -> ClientMessage | None:
    try:
        return decode_client_message(entry.payload)
    except RemoteProtocolError:
        return None


def _text(content: Content | None) -> str | None:
    parts = content.parts or () if content is not None else ()
    return "\n\n".join(part.text for part in parts if part.text) or None


def answers_of(connections: Sequence[Connection]) -> Iterator[tuple[str, tuple[FunctionResponse, Seconds]]]:
    """Call → its last answer, and how long that took."""
    asked = {call["id"]: entry.ts_ms for one in connections for entry in one.incoming for call in calls_in(entry)}
    for connection in connections:
        for entry in connection.outgoing:
            message = _read(entry)
            for response in (
                (message.tool_response.function_responses or ()) if message and message.tool_response else ()
            ):
                took = entry.ts_ms - asked.get(response.id or "", entry.ts_ms)
                yield response.id or "", (response, max(0, took) / 1000)


def calls_in(entry: WireEntry) -> Iterator[JsonObject]:
    """The function calls in a frame of the server that have an id, as they stand there."""
    found = json.loads(entry.payload) if b"functionCalls" in entry.payload else {}
    call = found.get("toolCall") if isinstance(found, dict) else None
    for each in (call.get("functionCalls") or ()) if isinstance(call, dict) else ():
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            yield each
