"""Every public name of M, T, P, C, S and G: what it does, or the error that says what to do instead.

Nothing is accepted and ignored. Each row shows the effect of one name by itself; that the rows are all there is, is a test
of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from trio_live import ConfigError, Content, FunctionCall, Live, State, ToolContext, ToolDispatcher, ToolError
from trio_live.agents import FnTextAgent
from trio_live.compose import C, ContextPolicy, G, GGuard, M, P, S, StateTransform, T, ToolComposite
from trio_live.errors import AgentError
from trio_live.llm import MockLlm
from trio_live.tools import StdioServer
from trio_live.wire import FunctionResponse, Part

LETTERS: dict[str, type[Any]] = {"M": M, "T": T, "P": P, "C": C, "S": S, "G": G}
USER, MODEL, OTHER = Content.of("a"), Content.of("b", "model"), Content.of("[Agent: x] c")
TALK = [USER, MODEL, OTHER]
CALL = Content(role="model", parts=[Part(function_call=FunctionCall(name="f"))])
ANSWER = Content(role="user", parts=[Part(function_response=FunctionResponse(name="f", response={}))])


def state_after(made: StateTransform, **entries: Any) -> dict[str, Any]:
    state = State(entries)
    made.apply_to(state)
    return state.to_dict()


def refuses(made: StateTransform, **entries: Any) -> bool:
    try:
        state_after(made, **entries)
    except AgentError:
        return True
    return False


def keeps(policy: ContextPolicy, *expected: Content, **known: Any) -> bool:
    return policy.apply(TALK, State(known)) == list(expected)


def leaves(policy: ContextPolicy) -> bool:
    """A call of a function and its answer are left out."""
    return policy.apply([CALL, ANSWER, USER]) == [USER]


async def model_keeps(policy: ContextPolicy, *expected: Content) -> bool:
    return await policy.applied(TALK, State()) == list(expected)


async def rejects(guard: GGuard, bad: str, good: str | None = None) -> bool:
    return bool(await guard.violations(bad)) and (good is None or not await guard.violations(good))


async def answers(tools: ToolComposite, name: str, **args: Any) -> Any:
    return await ToolDispatcher(*tools.functions).call(FunctionCall(name=name, args=args), ToolContext())


async def pause(seconds: float) -> str:
    """Pause."""
    await trio.sleep(seconds)
    return str(trio.current_time())


async def says_no(function: Callable[[], Awaitable[Any]]) -> bool:
    try:
        await function()
    except ToolError:
        return True
    return False


def alternative(make: Callable[[], object], instead: str) -> bool:
    """The name raises, and its error names another one that is there."""
    with pytest.raises(ConfigError, match=instead) as caught:
        make()
    named = instead.split(".")
    return hasattr(LETTERS[named[0]], named[1]) and instead in str(caught.value)


@attrs.frozen
class Order:
    size: str


def typed(order: Order) -> str:
    return order.size


def elsewhere(letter: str, *names: str) -> set[str]:
    """Names whose effect a test file of their own shows."""
    return {f"{letter}.{name}" for name in names}


TOOLS: dict[str, Callable[[], Any]] = {
    "T.function": lambda: answers(T.function(pause), "pause", seconds=0),
    "T.toolset": lambda: [each.name for each in T.toolset([pause]).functions] == ["pause"],
    "T.simple": lambda: answers(T.simple("f", "F.", lambda args: f"got {args}"), "f"),
    "T.mock": lambda: answers(T.mock("f", "F.", "fixed"), "f"),
    "T.typed": lambda: answers(T.typed(Order, "f", "F.", typed), "f", size="large"),
    "T.agent": lambda: answers(T.agent("f", "F.", FnTextAgent("a", lambda s: s["input"])), "f", request="q"),
    "T.transform": lambda: answers(T.transform(T.mock("f", "F.", 2), lambda n: n * 2), "f"),
    "T.schema": lambda: "f" in str(Live.builder().with_tools(T.schema("f", {"type": "object"})).spec.setup.tools),
    "T.mcp": lambda: Live.builder().with_tools(T.mcp(StdioServer(["x"]))).spec.tools.servers,
    "T.google_search": lambda: T.google_search().brought[0].google_search == {},
    "T.url_context": lambda: T.url_context().brought[0].url_context == {},
    "T.code_execution": lambda: T.code_execution().brought[0].code_execution == {},
    "T.confirm": lambda: says_no(lambda: answers(T.confirm(pause, "May I?"), "pause", seconds=0)),
    "T.timeout": lambda: says_no(lambda: answers(T.timeout(pause, 1), "pause", seconds=2)),
    "T.cached": lambda: T.cached(pause).functions[0].policy.cached,
    "T.a2a": lambda: alternative(lambda: T.a2a("http://x"), "T.mcp"),
    "T.openapi": lambda: alternative(lambda: T.openapi("x", "http://x"), "T.function"),
    "T.search": lambda: alternative(lambda: T.search("x", "X."), "T.google_search"),
}
PROMPTS: dict[str, Callable[[], Any]] = {
    "P.role": lambda: str(P.role("x")) == "You are x.",
    "P.task": lambda: str(P.task("x")) == "Your task: x",
    "P.constraint": lambda: str(P.constraint("x")) == "Constraint: x",
    "P.format": lambda: str(P.format("x")) == "Output format: x",
    "P.context": lambda: str(P.context("x")) == "Context: x",
    "P.persona": lambda: str(P.persona("x")) == "Persona: x",
    "P.example": lambda: str(P.example("x", "y")) == "Example:\nInput: x\nOutput: y",
    "P.guidelines": lambda: str(P.guidelines(["x", "y"])) == "Guidelines:\n- x\n- y",
    "P.scaffolded": lambda: str(P.scaffolded(["x", "y"])) == "Work step by step:\nStep 1: x\nStep 2: y",
    "P.versioned": lambda: str(P.versioned("v", "x")) == "[v] x" and P.versioned("v", "x").name == "versioned:v",
    "P.text": lambda: str(P.text("x")) == "x" and P.text("x").name is None,
    "P.section": lambda: str(P.section("n", "x")) == "## n\nx",
    "P.template": lambda: P.template("{k} {l}").render_with_context(State({"k": 1})) == "1 {l}",
    "P.adapt": lambda: (
        P.adapt(lambda s: s["k"]).render_with_context(State({"k": "x"})) == "x" and not str(P.adapt(str))
    ),
    "P.compress": lambda: alternative(P.compress, "P.text"),
    "P.only": lambda: len((P.role("x") + P.task("y")).apply(P.only("role"))) == 1,
    "P.without": lambda: str((P.role("x") + P.task("y")).apply(P.without("role"))) == "Your task: y",
    "P.reorder": lambda: str((P.role("x") + P.text("y")).apply(P.reorder("nobody"))) == "You are x.\n\ny",
    "P.with_state": lambda: P.with_state("k").render(State({"k": 1})) == "[Context: k=1]",
    "P.when": lambda: P.when(S.is_set("k"), "x").render(State({"k": 1})) == "x",
    "P.context_fn": lambda: P.context_fn(lambda s: s["k"]).render(State({"k": "x"})) == "x",
}
CONTEXTS: dict[str, Callable[[], Any]] = {
    **{
        f"C.{name}": partial(keeps, getattr(C, name)(1), OTHER)
        for name in ("window", "last", "recent", "rolling", "fresh")
    },
    "C.head": lambda: keeps(C.head(1), USER),
    "C.sample": lambda: keeps(C.sample(2), USER, OTHER),
    "C.user_only": lambda: keeps(C.user_only(), USER, OTHER),
    "C.model_only": lambda: keeps(C.model_only(), MODEL),
    **{f"C.{name}": partial(leaves, getattr(C, name)()) for name in ("exclude_tools", "compact")},
    "C.text_only": lambda: C.text_only().apply([CALL, ANSWER, USER]) == [USER],
    **{f"C.{name}": partial(keeps, getattr(C, name)(lambda c: c is MODEL), MODEL) for name in ("filter", "select")},
    "C.map": lambda: keeps(C.map(lambda _: USER), USER, USER, USER),
    "C.custom": lambda: keeps(C.custom(lambda talk: talk[::-1]), OTHER, MODEL, USER),
    "C.prepend": lambda: keeps(C.prepend(MODEL), MODEL, *TALK),
    "C.append": lambda: keeps(C.append(USER), *TALK, USER),
    "C.empty": lambda: keeps(C.empty()),
    "C.none": lambda: keeps(C.none()),
    "C.when": lambda: keeps(C.when(lambda talk: len(talk) == 3, C.head(1)), USER),
    "C.dedup": lambda: C.dedup().apply([USER, USER, MODEL]) == [USER, MODEL],
    "C.redact": lambda: C.redact(["b"]).apply([MODEL]) == [Content.of("[REDACTED]", "model")],
    "C.truncate": lambda: keeps(C.truncate(len("[Agent: x] c") + 1), MODEL, OTHER),
    "C.budget": lambda: keeps(C.budget(3), OTHER),
    "C.fit": lambda: keeps(C.fit(3), Content.of("[2 earlier messages omitted]"), OTHER),
    "C.from_agents": lambda: keeps(C.from_agents("x"), OTHER),
    "C.exclude_agents": lambda: keeps(C.exclude_agents("x"), USER, MODEL),
    "C.from_state": lambda: keeps(C.from_state("k"), Content.of("k: 1"), *TALK, k=1),
    "C.template": lambda: keeps(C.template("{k}!"), Content.of("1!"), *TALK, k=1),
    "C.notes": lambda: keeps(C.notes("k"), Content.of("[Notes]\n- x"), *TALK, k="x"),
    "C.summarize": lambda: model_keeps(
        C.summarize(MockLlm.text("s"), keep=1), Content.of("[Summary of what was said before]\ns"), OTHER
    ),
    "C.distill": lambda: model_keeps(
        C.distill(MockLlm.text("s"), keep=1), Content.of("[Summary of what was said before]\ns"), OTHER
    ),
    "C.extract": lambda: model_keeps(C.extract(MockLlm.text("s"), "x", keep=1), Content.of("[Notes]\ns"), OTHER),
    "C.relevant": lambda: model_keeps(C.relevant(MockLlm.text("[0]"), "x"), USER, OTHER),
    "C.priority": lambda: alternative(lambda: C.priority("x"), "C.relevant"),
    "C.project": lambda: alternative(lambda: C.project("x"), "C.map"),
    "C.pipeline_aware": lambda: alternative(C.pipeline_aware, "C.from_state"),
}
TRANSFORMS: dict[str, Callable[[], Any]] = {
    "S.identity": lambda: state_after(S.identity(), a=1) == {"a": 1},
    "S.pick": lambda: state_after(S.pick("a"), a=1, b=2) == {"a": 1},
    "S.drop": lambda: state_after(S.drop("a"), a=1, b=2) == {"b": 2},
    "S.rename": lambda: state_after(S.rename({"a": "b"}), a=1) == {"b": 1},
    "S.merge": lambda: state_after(S.merge(["a", "b"], "c"), a=1, b=2) == {"c": {"a": 1, "b": 2}},
    "S.defaults": lambda: state_after(S.defaults({"a": 0, "b": 2}), a=1) == {"a": 1, "b": 2},
    "S.set": lambda: state_after(S.set("a", 2), a=1) == {"a": 2},
    "S.map": lambda: state_after(S.map(lambda e: {"n": len(e)}), a=1) == {"n": 1},
    "S.transform": lambda: state_after(S.transform("a", lambda n: n + 1), a=1) == {"a": 2},
    "S.compute": lambda: state_after(S.compute("b", lambda e: e["a"] + 1), a=1) == {"a": 1, "b": 2},
    "S.flatten": lambda: state_after(S.flatten("a"), a={"x": 1}) == {"a.x": 1},
    "S.unflatten": lambda: state_after(S.flatten("a") >> S.unflatten("a"), a={"x": 1}) == {"a": {"x": 1}},
    "S.accumulate": lambda: state_after(S.accumulate("a", "b"), a=1, b=[0]) == {"a": 1, "b": [0, 1]},
    "S.counter": lambda: state_after(S.counter("a", 2), a=1) == {"a": 3},
    "S.history": lambda: state_after(S.history("a", 2), a=3, a_history=[1, 2])["a_history"] == [2, 3],
    "S.zip": lambda: state_after(S.zip(["a", "b"], "c"), a=[1, 2], b=[3])["c"] == [[1, 3]],
    "S.group_by": lambda: (
        state_after(S.group_by("a", "k", "b"), a=[{"k": "x"}, {}])["b"] == {"x": [{"k": "x"}], "_unknown": [{}]}
    ),
    "S.require": lambda: refuses(S.require("b"), a=1) and not refuses(S.require("a"), a=1),
    "S.guard": lambda: refuses(S.guard(S.is_set("b"), "no"), a=1) and not refuses(S.guard(S.is_set("a"), "no"), a=1),
    "S.validate": lambda: (
        refuses(S.validate({"type": "object", "properties": {"a": {"type": "string"}}}), a=1)
        and not refuses(S.validate({"type": "object", "properties": {"a": {"type": "integer"}}}), a=1)
    ),
    "S.when": lambda: state_after(S.when(S.is_true("a"), S.set("b", 1)), a=True) == {"a": True, "b": 1},
    "S.branch": lambda: state_after(S.branch(S.is_true("a"), S.set("b", 1), S.set("b", 2)), a=1) == {"a": 1, "b": 2},
    "S.log": lambda: state_after(S.log("a"), a=1) == {"a": 1},
    "S.is_set": lambda: S.is_set("a")(State({"a": 0})) and not S.is_set("a")(State({"a": None})),
    "S.is_true": lambda: S.is_true("a")(State({"a": True})) and not S.is_true("a")(State({"a": 1})),
    "S.eq": lambda: S.eq("a", "x")(State({"a": "x"})) and not S.eq("a", "x")({}),
    "S.one_of": lambda: S.one_of("a", ["x", "y"])({"a": "y"}) and not S.one_of("a", ["x"])({"a": "y"}),
}
JUDGE = MockLlm.text('{"passes": false, "reason": "no"}')
GUARDS: dict[str, Callable[[], Any]] = {
    "G.length": lambda: rejects(G.length(2, 3), "x", "xx"),
    "G.regex": lambda: rejects(G.regex("x"), "x", "y"),
    "G.budget": lambda: rejects(G.budget(1), "xxxxx", "xxxx"),
    "G.json": lambda: rejects(G.json(), "x", "1"),
    "G.pii": lambda: rejects(G.pii(), "a@b.example", "x"),
    "G.topic": lambda: rejects(G.topic("x"), "X", "y"),
    "G.custom": lambda: rejects(G.custom(lambda text: text != "x"), "x", "y"),
    "G.output": lambda: rejects(G.output(lambda text: "no" if text == "x" else None), "x", "y"),
    "G.when": lambda: rejects(G.when(lambda text: len(text) > 1, G.topic("x")), "xx", "x"),
    "G.custom_judge": lambda: rejects(G.custom_judge("j", lambda text, asked: None if text == "y" else "no"), "x", "y"),
    "G.llm_judge": lambda: rejects(G.llm_judge(JUDGE, "x"), "x"),
    "G.toxicity": lambda: rejects(G.toxicity(JUDGE), "x"),
    "G.grounded": lambda: rejects(G.grounded(JUDGE), "x"),
    "G.hallucination": lambda: rejects(G.hallucination(JUDGE), "x"),
}
ROWS = TOOLS | PROMPTS | CONTEXTS | TRANSFORMS | GUARDS
IN_FILES_OF_THEIR_OWN = (
    elsewhere("G", "input", "max_turns", "rate_limit")  # test_guards: they look at questions, not at texts
    | elsewhere("M", "around", "timeout", "retry", "rate_limit", "circuit_breaker", "fallback_model", "cache", "dedup")
    | elsewhere("M", "sample")  # test_limits
    | elsewhere("M", "log", "structured_log", "dispatch_log", "topology_log", "latency", "cost", "audit", "metrics")
    | elsewhere("M", "trace")  # test_records
    | elsewhere("M", "scope", "tap", "on_loop", "on_timeout", "on_route", "on_fallback", "before_agent", "after_agent")
    | elsewhere("M", "before_model", "after_model", "before_tool", "validate")  # test_hooks
)


@pytest.mark.parametrize("name", ROWS)
async def test_a_name_does_what_it_says(name: str, autojump_clock: MockClock) -> None:
    effect = ROWS[name]()
    assert await effect if inspect.isawaitable(effect) else effect


def test_no_name_is_left_out() -> None:
    public = {f"{letter}.{name}" for letter, kind in LETTERS.items() for name in vars(kind) if not name.startswith("_")}
    assert public == set(ROWS) | IN_FILES_OF_THEIR_OWN
    assert not set(ROWS) & IN_FILES_OF_THEIR_OWN


def test_names_that_are_tested_elsewhere_are() -> None:
    sources = "".join(inspect.getsource(module) for module in _modules())
    assert [name for name in IN_FILES_OF_THEIR_OWN if f"{name}" not in sources] == []


def _modules() -> list[Any]:
    from tests.compose import test_guards
    from tests.compose.layers import test_hooks, test_limits, test_records

    return [test_guards, test_hooks, test_limits, test_records]
