"""Tools, text agents, models, and what is put around them. Checked by two type checkers, and never run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, assert_type

from trio_live import (
    FunctionCall,
    FunctionResponse,
    Platform,
    State,
    Tool,
    ToolContext,
    ToolDispatcher,
    ToolMiddleware,
    tool,
)
from trio_live.agents import (
    Agent,
    AgentCompleted,
    AgentEvent,
    AgentFailed,
    AgentMiddleware,
    AgentRun,
    AgentsDispatched,
    AgentsJoined,
    AgentStarted,
    AgentTasks,
    AgentTimedOut,
    AgentToolCompleted,
    AgentToolFailed,
    AgentToolStarted,
    AgentTransferred,
    Dispatch,
    Fallback,
    FallbackActivated,
    FnTextAgent,
    Join,
    LlmTextAgent,
    Loop,
    LoopIteration,
    MapOver,
    Parallel,
    Race,
    Route,
    RouteSelected,
    Sequential,
    StateChanged,
    Tap,
    Timeout,
    Until,
    agent_tool,
    as_agent,
    conditional,
    until,
)
from trio_live.compose import (
    Audit,
    AuditEntry,
    C,
    Cache,
    CircuitBreaker,
    ContextPolicy,
    Cost,
    G,
    GGuard,
    Latency,
    Layer,
    M,
    Metrics,
    MiddlewareComposite,
    P,
    PromptComposite,
    PromptSection,
    Retry,
    S,
    Span,
    StateTransform,
    T,
    ToolComposite,
    ToolLatency,
    Trace,
)
from trio_live.dispatch import THREADS, TIMEOUT, BackgroundAgentDispatcher, TextAgent
from trio_live.errors import ToolError
from trio_live.llm import (
    AuthToken,
    BaseLlm,
    GeminiLlm,
    LlmFactory,
    LlmRegistry,
    LlmRequest,
    LlmResponse,
    MockLlm,
    TokenTerms,
    TokenUsage,
    create_auth_token,
)
from trio_live.mcp import open_mcp_tools
from trio_live.tools import (
    LARGEST_ANSWER,
    Background,
    Behavior,
    Cancellation,
    CommitGuard,
    ConfirmationProvider,
    ConfirmationRequest,
    DefaultResultFormatter,
    FunctionTool,
    HttpServer,
    Limits,
    LiveInput,
    McpServer,
    ResultFormatter,
    Scheduling,
    Signature,
    Standard,
    StdioServer,
    ToolClass,
    ToolExecutionMode,
    ToolPolicy,
    ToolRegistry,
    UserAudio,
    UserInput,
    UserText,
    UserVideo,
    as_object,
    end_call,
    error_answer,
    normalise,
)
from trio_live.transport import Endpoint


@tool(timeout=5, cached=True, confirm="May I?", commit=CommitGuard("{day}"))
async def book(day: Annotated[str, "the day"], guests: Annotated[int, Limits(ge=1)], context: ToolContext) -> str:
    """Book a day."""
    await context.report_progress({"asked": day})
    print(context.name, context.call_id, context.state, context.cancellation.requested)
    return day


@tool
async def listen(live: LiveInput) -> int:
    """Count what the user says."""
    count = 0
    async for piece in live:
        count += counted(piece)
    live.close()
    return count + live.lagged


def counted(piece: UserInput) -> int:
    match piece:
        case UserAudio(data=data) | UserVideo(jpeg=data):
            return len(data)
        case UserText(text=text):
            return len(text)


def plain(name: str) -> list[str]:
    """Look somebody up."""
    return [name]


async def dispatching(call: FunctionCall, middleware: ToolMiddleware, asks: ConfirmationProvider) -> FunctionResponse:
    dispatcher = ToolDispatcher(
        book, plain, timeout=TIMEOUT, threads=THREADS, middleware=(middleware,), confirmation=asks
    )
    modes: Sequence[ToolExecutionMode] = [Standard(), Background(DefaultResultFormatter(), "SILENT")]
    assert_type(dispatcher.register(plain, mode=modes[1]), FunctionTool[..., Any])
    dispatcher.set_mode("book", modes[0])
    result = await dispatcher.call(call, ToolContext(call, State()))
    print(
        await dispatcher.call_function("book", {"day": "Friday"}),
        await dispatcher.call_function_with_timeout("x", {}, 1),
    )
    return dispatcher.build_response(call, result, scheduling="WHEN_IDLE")


def registry(formatter: ResultFormatter, scheduling: Scheduling, behavior: Behavior) -> Sequence[Tool]:
    found = ToolRegistry(book, listen)
    found.register_function("raw", "Raw.", {"type": "object"}, as_object)
    known = found.get_tool("book")
    if known is not None and known.tool_class is ToolClass.REGULAR:
        signature: Signature | None = known.signature
        policy: ToolPolicy = known.policy
        print(signature and signature.schema, policy.mode, normalise({"type": "string"}), LARGEST_ANSWER, behavior)
    print(formatter.format_running(FunctionCall(name="book")), Background(formatter, scheduling), found.mode("book"))
    return found.to_tool_declarations()


async def ending(context: ToolContext, cancellation: Cancellation) -> Mapping[str, Any]:
    cancellation.request("enough")
    context.end_call(within=2)
    print(await end_call(context))
    return error_answer(ToolError("no"))


class Asking:
    """Asks a person."""

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        return request.message is None or context.name


async def servers() -> None:
    known: Sequence[McpServer] = [StdioServer(["server"], prefix="files_"), HttpServer("https://example.org/mcp")]
    async with open_mcp_tools(known) as tools:
        assert_type(tools, list[FunctionTool[..., Any]])
    provider: ConfirmationProvider = Asking()
    print(provider)


def answer(state: State) -> str:
    return state.get("input", "", type=str)


async def agents(llm: BaseLlm, tasks: AgentTasks) -> str:
    writer = LlmTextAgent("writer", llm, "Write.", tools=[plain], context=C.window(5))
    plain_one = FnTextAgent("plain", answer)
    pipeline = writer >> plain_one
    both = writer | plain_one
    either = writer / plain_one
    again = writer * until(lambda state: state.is_known("done"), at_most=3)
    print(
        [type(each).__name__ for each in (pipeline, both, either, again)], Sequential, Parallel, Fallback, Loop, Until
    )
    routed: Route = conditional(lambda state: True, writer, plain_one)
    children: Sequence[Agent] = [
        routed,
        Race([writer, plain_one], first_success=True),
        Timeout(writer, 5),
        Tap(lambda state: None),
        MapOver(writer, "items"),
        Dispatch({"a": writer}, tasks),
        Join(tasks, timeout=5),
        as_agent(pipeline),
    ]
    assert_type(agent_tool("advise", "Advises.", children[0]), FunctionTool[..., Any])
    agent = children[0].with_middleware(Watching(), M.log())
    return await agent.run(State({"input": "Hello"})) + await agent.ask("Hello")


class Watching(AgentMiddleware):
    """Sees everything."""

    async def before_agent(self, run: AgentRun) -> None:
        print(run.agent, run.state)

    async def on_event(self, event: AgentEvent) -> None:
        match event:
            case AgentStarted(agent=name) | AgentCompleted(agent=name) | AgentTransferred(agent=name):
                print(name)
            case AgentFailed(error=error) | AgentToolFailed(error=error):
                print(error)
            case AgentTimedOut(seconds=seconds) | AgentToolCompleted(seconds=seconds):
                print(seconds)
            case AgentToolStarted(call=call):
                print(call.name)
            case AgentsDispatched(names=names) | AgentsJoined(names=names):
                print(names)
            case FallbackActivated(candidate=name) | RouteSelected(branch=name):
                print(name)
            case LoopIteration(index=index):
                print(index)
            case StateChanged(keys=keys):
                print(keys)

    async def around_model(
        self, request: LlmRequest, ask: Callable[[LlmRequest], Awaitable[LlmResponse]]
    ) -> LlmResponse:
        return await ask(request)


def beside(dispatcher: BackgroundAgentDispatcher, agent: TextAgent, state: State) -> int:
    dispatcher.dispatch("look up", agent, state)
    dispatcher.cancel("look up") if dispatcher.is_running("look up") else dispatcher.cancel_all()
    return dispatcher.active_count() + dispatcher.available_permits


async def models(endpoint: Endpoint, factory: LlmFactory) -> LlmResponse:
    known = LlmRegistry()
    known.register("gemini-*", factory)
    llm = GeminiLlm("gemini-3.8-flash", endpoint)
    await llm.warm_up()
    request = LlmRequest.from_text("Hello", system_instruction="Be brief.").asking_for("application/json")
    async with llm.generate_stream(request) as pieces:
        async for piece in pieces:
            print(piece.text())
    response = await MockLlm.text("Hi").generate(request)
    usage: TokenUsage = response.usage
    print(usage.total, response.function_calls(), known.create("gemini-x").model_id, known.patterns)
    await llm.aclose()
    return response


async def token(endpoint: Endpoint) -> AuthToken:
    return await create_auth_token(endpoint, TokenTerms(uses=1))


def middleware(llm: BaseLlm, seen: list[Span]) -> MiddlewareComposite:
    latency: Latency = M.latency()
    cost: Cost = M.cost()
    audit: Audit = M.audit()
    metrics: Metrics = M.metrics()
    trace: Trace = M.trace(seen.append)
    retry: Retry = M.retry(2)
    breaker: CircuitBreaker = M.circuit_breaker(3)
    cache: Cache = M.cache()
    layer: Layer = M.timeout(5)
    times: Sequence[ToolLatency] = latency.tool_latencies()
    entries: Sequence[AuditEntry] = audit.entries
    print(
        times,
        entries,
        cost.tool_call_count,
        breaker.is_open,
        cache.size,
        retry.should_retry,
        metrics,
        M.around(llm, cache),
    )
    return latency >> cost >> audit >> trace >> layer


def pieces(llm: BaseLlm) -> tuple[ToolComposite, PromptComposite, ContextPolicy, StateTransform, GGuard]:
    tools = T.function(book) + T.google_search() + T.timeout(plain, 5)
    prompt = P.role("A clerk.") + P.task("Book.") + P.guidelines(["Be brief."])
    section: PromptSection = P.text("Hello")
    context = C.window(5) >> C.text_only()
    state = S.require("name") >> S.rename({"name": "caller"})
    guard = G.length(most=100) + G.llm_judge(llm, "polite")
    print(section.content, prompt.only("role"), Platform.VERTEX)
    return tools, prompt, context, state, guard
