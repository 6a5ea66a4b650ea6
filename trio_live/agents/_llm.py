"""A text agent with a model and tools.

The decision of one round is `_what_next`: what the model said is the reply, or a list of functions to be run. The loop
around it only does that: ask, run, tell, ask again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

import attrs
import trio

from trio_live._values import value
from trio_live.agents._agent import Agent
from trio_live.agents._events import AgentToolCompleted, AgentToolFailed, AgentToolStarted
from trio_live.agents._layers import ask_model, layers_in_force, tell
from trio_live.dispatch import ToolDispatcher
from trio_live.dispatch._internal import INPUT
from trio_live.errors import AgentError, AgentErrorKind, ConfigError, ToolError
from trio_live.llm import BaseLlm, LlmRequest, LlmResponse
from trio_live.phases import PhaseInstruction
from trio_live.phases._internal import as_instruction
from trio_live.state import State
from trio_live.tools import Background, ToolContext
from trio_live.wire import Content, FunctionCall, FunctionResponse, Part, Tool
from trio_live.wire._internal import evolve

MOST_ROUNDS: Final = 10
"""Questions to the model for one reply. Real work needs three or four; more is a model that goes round in circles."""

Instruction: TypeAlias = PhaseInstruction | str | Callable[[State], str]
"""What a model is told: a text, a prompt made with `P`, or a function of the State."""


class ContextPolicy(Protocol):
    """What of a conversation the model gets to see; what `C` makes is one."""

    def applied(self, contents: Sequence[Content], state: State) -> Awaitable[list[Content]]:
        """The contents that it sees."""
        ...


@runtime_checkable
class ToolSet(Protocol):
    """Tools of several kinds as one value; what `T` makes is one."""

    functions: tuple[Any, ...]
    brought: tuple[Tool, ...]
    servers: tuple[Any, ...]


def _dispatcher(given: object) -> tuple[ToolDispatcher, tuple[Tool, ...]]:
    if isinstance(given, ToolDispatcher):
        return given, ()
    if isinstance(given, ToolSet):
        if given.servers:
            raise ConfigError(
                "the tools of MCP servers are for live sessions, with `Live.with_tools`; "
                "give a text agent a function that asks the server"
            )
        return ToolDispatcher(*given.functions), given.brought
    if isinstance(given, Iterable):
        return ToolDispatcher(*given), ()
    raise TypeError(f"tools is a set made with T, a ToolDispatcher or a list of functions, not {given!r}")


@value
class LlmTextAgent(Agent):
    """Asks a text model, runs the functions that it calls, and tells it what came of them, until it replies in words.

    A function that fails is told to the model, and fails nothing else. Ten rounds without a reply are an error.
    """

    name: str
    llm: BaseLlm = attrs.field(repr=False)
    """Whom it asks."""
    instruction: Instruction = attrs.field(default="", repr=False)
    """The model's system instruction, made of the State each time it is asked."""
    tools: Any = attrs.field(default=(), kw_only=True, repr=False)
    """What the model may call: a set made with `T`, a `ToolDispatcher`, or functions."""
    settings: LlmRequest = attrs.field(default=LlmRequest([]), kw_only=True, repr=False)
    """A request whose temperature, limits, schema and other settings are used for every question."""
    context: ContextPolicy | None = attrs.field(default=None, kw_only=True, repr=False)
    """What of the conversation the model gets to see; ``None`` for all."""
    _told: tuple[ToolDispatcher, tuple[Tool, ...]] = attrs.field(init=False, repr=False, eq=False)

    @_told.default
    def _read_tools(self) -> tuple[ToolDispatcher, tuple[Tool, ...]]:
        return _dispatcher(self.tools)

    def __attrs_post_init__(self) -> None:
        if problems := [*self._problems()]:
            raise ConfigError(problems)

    def _problems(self) -> Iterable[str]:
        if self.settings.contents or self.settings.system_instruction is not None or self.settings.tools:
            yield f"{self.name}: settings says how to ask; what is asked stands in instruction, tools and the State"
        dispatcher, brought = self._told
        for function in (each for family in brought for each in family.function_declarations or ()):
            yield f"{self.name}: nobody would answer {function.name!r}, which is declared only; use T.function"
        for name in dispatcher:
            found = dispatcher.get_tool(name)
            if found is None:
                continue
            if found.policy.confirm and dispatcher.confirmation is None:
                yield f"{self.name}: {name!r} needs a confirmation; give tools=ToolDispatcher(…, confirmation=…)"
            if isinstance(dispatcher.mode(name), Background):
                yield f"{self.name}: {name!r} runs in the background, and a text agent waits for its tools; use Dispatch"
            if found.listens:
                yield f"{self.name}: {name!r} hears what the user says, which only a tool of a live session can"

    async def perform(self, state: State) -> str:
        """Ask about ``input``."""
        reply, _ = await self.converse([Content.of(state.get(INPUT, "", type=str))], state)
        return reply

    async def converse(self, contents: Sequence[Content], state: State) -> tuple[str, list[Content]]:
        """Ask at the end of a conversation, whose last content is the user's.

        Args:
            contents: what was said so far.
            state: what is known; given to the instruction and the tools.

        Returns:
            The reply, and the conversation with everything that was said since.

        Raises:
            LlmError: the model gives no answer.
            AgentError: it does not come to a reply.

        Cancellation: the question is withdrawn, and the function that runs is cancelled.
        """
        said = list(contents)
        for number in range(1, MOST_ROUNDS + 1):
            response = await ask_model(self.llm, await self._request(said, state), layers_in_force())
            said.append(evolve(response.content, role="model"))
            calls = _what_next(response)
            if isinstance(calls, str):
                return calls, said
            if number < MOST_ROUNDS:
                answers = [await self._answer(call, state) for call in calls]
                said.append(Content(role="user", parts=[Part(function_response=answer) for answer in answers]))
        raise AgentError(
            f"its model called functions {MOST_ROUNDS} times and said nothing",
            kind=AgentErrorKind.TOO_MANY_ROUNDS,
            agent=self.name,
        )

    async def _request(self, said: Sequence[Content], state: State) -> LlmRequest:
        shown = said if self.context is None else await self.context.applied(said, state)
        return attrs.evolve(
            self.settings,
            contents=shown,
            system_instruction=as_instruction(self.instruction).resolve(state) or None,
            tools=self._declared(),
        )

    def _declared(self) -> list[Tool]:
        dispatcher, brought = self._told
        # `behavior` is a word of the Live API alone; a text model waits for every function.
        functions = [evolve(each, behavior=None) for each in dispatcher.declarations()]
        return [*([Tool(function_declarations=functions)] if functions else []), *brought]

    async def _answer(self, call: FunctionCall, state: State) -> FunctionResponse:
        dispatcher, begun = self._told[0], trio.current_time()
        await tell(AgentToolStarted(self.name, call))
        try:
            result = await dispatcher.call(call, ToolContext(call, state))
        except ToolError as error:
            await tell(AgentToolFailed(self.name, call, error, trio.current_time() - begun))
            return dispatcher.build_response(call, error)
        await tell(AgentToolCompleted(self.name, call, result, trio.current_time() - begun))
        return dispatcher.build_response(call, result)


def _what_next(response: LlmResponse) -> str | list[FunctionCall]:
    """The reply, or the functions to be run first."""
    return response.function_calls() or response.text()
