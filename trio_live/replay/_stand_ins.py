"""Tools of MCP servers in a replay: no server is started or dialled; each answers as it was recorded, and takes as long."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

import attrs
import trio

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.errors import ToolError
from trio_live.live import LiveSpec
from trio_live.replay._agent import answers_of, calls_in, setup_of
from trio_live.replay._connections import Connection
from trio_live.tools import FunctionTool
from trio_live.wire import FunctionDeclaration, FunctionResponse

Recorded = dict[tuple[str, str], deque[tuple[FunctionResponse, Seconds]]]


def without_servers(spec: LiveSpec, connections: Sequence[Connection]) -> LiveSpec:
    """The agent with its servers' tools as the recording knows them.

    Args:
        spec: with or without servers.
        connections: of the recording.

    Raises:
        ConfigError: the recording does not begin with a setup, so nobody knows what the servers had.
    """
    options = spec.tools
    if not options.servers:
        return spec
    recorded = _recorded(connections)
    brought = {
        each.name: _stand_in(each, recorded)
        for tool in setup_of(connections[0]).tools or ()
        for each in tool.function_declarations or ()
        if each.name not in options.tools
    }
    return attrs.evolve(spec, tools=attrs.evolve(options, tools={**brought, **options.tools}, servers=()))


def _recorded(connections: Sequence[Connection]) -> Recorded:
    """Function and arguments → its answers, in order, each with how long it took."""
    answers = dict(answers_of(connections))
    found: Recorded = defaultdict(deque)
    for call in (call for one in connections for entry in one.incoming for call in calls_in(entry)):
        answer = answers.pop(call["id"], None)  # a call that was asked for twice was run once
        if answer is not None:
            found[call.get("name", ""), _key(call.get("args"))].append(answer)
    return found


def _key(args: JsonObject | None) -> str:
    return json.dumps(args or {}, sort_keys=True)


def _stand_in(declaration: FunctionDeclaration, recorded: Recorded) -> FunctionTool[..., Any]:
    async def answer(args: JsonObject) -> Json:
        waiting = recorded[declaration.name, _key(args)]
        if not waiting:
            raise ToolError.failed("the recording has no answer of the server to this call")
        response, took = waiting.popleft()
        await trio.sleep(took)
        return _result(response)

    return FunctionTool(declaration.name, declaration.description or "", answer, _parameters(declaration))


def _parameters(declaration: FunctionDeclaration) -> JsonObject | None:
    schema = declaration.parameters if declaration.parameters is not None else declaration.parameters_json_schema
    return dict(schema) if isinstance(schema, dict) else None


def _result(response: FunctionResponse) -> Json:
    body = response.response or {}
    return body["output"] if set(body) == {"output"} else body
