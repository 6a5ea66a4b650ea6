"""A text agent as a tool: of a live session, or of another agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.agents._agent import Agent, as_agent
from trio_live.dispatch._internal import work_branch
from trio_live.errors import AgentError, ToolError
from trio_live.tools import FunctionTool, Signature, ToolContext, tool
from trio_live.tools._internal import fit

REQUEST: Final = "request"
"""The one parameter of an agent that is a tool, unless others are declared."""

_PARAMETERS: Final[JsonObject] = {
    "type": "object",
    "properties": {REQUEST: {"type": "string", "description": "What is asked, in full sentences."}},
    "required": [REQUEST],
}


class _WholeCall(Signature):
    """The arguments of a call as one mapping, and the context beside it."""

    def arguments(self, args: Mapping[str, Json], context: ToolContext) -> dict[str, Any]:
        fitted, problems = fit(args, self.schema)
        if problems:
            raise ToolError.invalid("; ".join(problems))
        return {"args": fitted, "context": context}


@value
class AgentCall:
    """Runs an agent for a call, on a branch of the session's State."""

    agent: Agent

    async def __call__(self, args: JsonObject, context: ToolContext) -> JsonObject:
        """Run it.

        Raises:
            ToolError: it has failed.

        Cancellation: it is cancelled.
        """
        request = args.get(REQUEST)
        question = request if isinstance(request, str) else None
        try:
            reply = await self.agent.run(work_branch(context.state, question, args=args))
        except AgentError as error:
            raise ToolError.failed(str(error)) from error
        return {"result": reply}


def agent_tool(
    name: str, description: str, agent: object, *, parameters: Mapping[str, Any] | None = None
) -> FunctionTool[..., Any]:
    """Make a tool of a text agent. The model gives it a ``request``, and gets ``{"result": reply}``.

    It works on the session's State, where what it writes is seen by guards and watchers at once; ``input``, ``output``,
    ``agent_tool_args`` and keys that begin with ``_`` are its own, so two that run at once do not meet.

    Args:
        name: for the model.
        description: for the model.
        agent: works.
        parameters: a JSON Schema instead of the one ``request``; all arguments stand under ``agent_tool_args``, and
            ``request``, if there is one, under ``input``.

    Raises:
        ConfigError: the name or the schema cannot be used.
        TypeError: it is no agent.
    """
    call = AgentCall(as_agent(agent))
    made = tool(name=name, description=description, parameters=dict(parameters or _PARAMETERS))(call)
    schema = dict(parameters or _PARAMETERS)
    return attrs.evolve(made, signature=_WholeCall(schema, {}))
