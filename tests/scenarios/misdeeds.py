"""What a function of the user may do wrong, and every place where one is called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs
import trio

from tests.peer import (
    Frame,
    audio,
    builder,
    call_of,
    cancels,
    content,
    generation_complete,
    go_away,
    heard,
    interrupted,
    media,
    resumable,
    said,
    speech,
    text,
    thought,
    tool_call,
    turn_complete,
    usage,
)
from tests.scenarios.harness import BoomError, agent, always
from trio_live import CallbackMode, Live
from trio_live.conversation import ContextBuilder, TranscriptWindow
from trio_live.extraction import TurnExtractor
from trio_live.lanes import HOOKS
from trio_live.lanes._internal import with_callback
from trio_live.phases import Conditional, CustomAppend, Phase, PhasePreparation, ToolGuard, Transition
from trio_live.wire import Content, FunctionResponse

Function: TypeAlias = Callable[..., Any]
Misdeed: TypeAlias = Callable[[], Any]
"""Raises, or returns what the function then returns."""

LONE_SURROGATE: Final = "\ud800"


class Undecided:
    """Has no truth."""

    def __bool__(self) -> bool:
        raise BoomError("neither true nor false")


class WordlessError(Exception):
    """Fails to say what it is."""

    def __str__(self) -> str:
        raise BoomError("no words")


def raises() -> None:
    raise BoomError("oh")


def raises_a_group() -> None:
    raise ExceptionGroup("several", [BoomError("oh"), ValueError("and this")])


def raises_without_words() -> None:
    raise WordlessError


async def later() -> str:
    await trio.lowlevel.checkpoint()
    return "later"


def answering(**fields: Any) -> Misdeed:
    return lambda: [FunctionResponse(name="f", **({"id": "1", "response": {}} | fields))]


RAISING: Final[Mapping[str, Misdeed]] = {
    "raises": raises,
    "raises a group": raises_a_group,
    "raises without words": raises_without_words,
}
LATER: Final[Mapping[str, Misdeed]] = {"returns a coroutine": later}
TEXT: Final[Mapping[str, Misdeed]] = {
    **RAISING,
    **LATER,
    "returns a list": lambda: ["a"],
    "returns a dict": lambda: {"a": 1},
    "returns a set": lambda: {"a"},
    "returns a number": lambda: 7,
    "returns bytes": lambda: b"a",
    "returns what has no truth": Undecided,
    "returns a lone surrogate": lambda: LONE_SURROGATE,
}
TRUTH: Final[Mapping[str, Misdeed]] = {**RAISING, **LATER, "returns what has no truth": Undecided}
CONTENTS: Final[Mapping[str, Misdeed]] = {
    **RAISING,
    **LATER,
    "returns a number": lambda: 7,
    "returns a text": lambda: "words",
    "returns a dict": lambda: {"role": "model"},
    "returns texts": lambda: ["words"],
    "returns a lone surrogate": lambda: [Content.of(LONE_SURROGATE, "model")],
}
JSON: Final[Mapping[str, Misdeed]] = {
    **RAISING,
    **LATER,
    "returns a set": lambda: {"a"},
    "returns no number": lambda: math.nan,
    "returns a lone surrogate": lambda: LONE_SURROGATE,
    "returns what has no truth": Undecided,
}
ANSWERS: Final[Mapping[str, Misdeed]] = {
    **RAISING,
    **LATER,
    "returns a number": lambda: 7,
    "returns what has no truth": Undecided,
    "returns dicts": lambda: [{"name": "f"}],
    "returns an object inside": answering(response={"a": object()}),
    "returns a lone surrogate": answering(response={"a": LONE_SURROGATE}),
    "returns an answer nobody asked for": answering(id="nobody"),
}
NOTHING: Final[Mapping[str, Misdeed]] = {**RAISING, **LATER}
AWAITED: Final[Mapping[str, Misdeed]] = {**RAISING, **LATER}


@attrs.frozen
class Place:
    """Where a function of the user is called."""

    misdeeds: Mapping[str, Misdeed]
    is_async: bool
    declare: Callable[[Function], Live]
    trigger: tuple[Frame | str, ...] = (said("Yes."), turn_complete())
    named: str = ""
    """How reports begin."""


def two_phases(*, way: Mapping[str, Any] | None = None, **second: Any) -> Live:
    """An agent that moves from ``a`` to ``b`` at the first turn."""
    transition = Transition("b", **{"guard": always, **(way or {})})
    return agent(Phase("a", "Be a.", transitions=[transition]), Phase("b", **{"instruction": "Be b.", **second}))


def leaving(function: Function) -> Live:
    a = Phase("a", on_exit=function, transitions=[Transition("b", always)])
    return agent(a, Phase("b", "Be b."))


def prepared(function: Function) -> Live:
    return two_phases(requires=["x"], preparations=[PhasePreparation("p", ["x"], function)])


def prompted(function: Function) -> Live:
    live = agent(Phase("a", "Be a.", transitions=[Transition("b", always)]))
    return live.phase("b").instruction("Be b.").enter_prompt_fn(function).done()


def watched(function: Function, *, blocking: bool) -> Live:
    watcher = builder().on_turn_boundary(_count).watch("count")
    return (watcher.blocking() if blocking else watcher).then(function)


async def _count(state: Any, _: Any) -> None:
    state.modify("count", 0, lambda count: count + 1)


async def _nothing(*_: Any) -> None:
    await trio.lowlevel.checkpoint()


def always_of(*_: Any) -> bool:
    return True


def guarded_tool(function: Function) -> Live:
    phase = Phase("a", "Be a.", tool_guards=[ToolGuard("f", function, "not yet")])
    return agent(phase).add_tool({"name": "f", "description": "f"})


def formatted(function: Function) -> Live:
    context = ContextBuilder.builder().section("S").format("session:phase", "p", function).build()
    return two_phases(modifiers=[CustomAppend(context)])


PHASES: Final[Mapping[str, Place]] = {
    "dynamic instruction": Place(TEXT, False, lambda f: two_phases(instruction=f), named="phase 'b' instruction"),
    "dynamic instruction of the initial phase": Place(
        TEXT, False, lambda f: agent(Phase("a", f)), named="phase 'a' instruction"
    ),
    "enter_prompt_fn": Place(TEXT, False, prompted, named="phase 'b' on_enter_context"),
    "on_enter_context": Place(
        CONTENTS, False, lambda f: two_phases(on_enter_context=f), named="phase 'b' on_enter_context"
    ),
    "on_enter_context of the initial phase": Place(
        CONTENTS, False, lambda f: agent(Phase("a", on_enter_context=f)), named="phase 'a' on_enter_context"
    ),
    "modifier": Place(TEXT, False, lambda f: two_phases(modifiers=[CustomAppend(f)]), named="phase 'b' modifier 0"),
    "modifier's predicate": Place(
        TRUTH, False, lambda f: two_phases(modifiers=[Conditional(f, "x")]), named="phase 'b' modifier 0"
    ),
    "context builder": Place(TEXT, False, formatted, named="phase 'b' modifier 0"),
    "guard": Place(TRUTH, False, lambda f: two_phases(way={"guard": f}), named="phase 'a' transition 0"),
    "entry guard": Place(TRUTH, False, lambda f: two_phases(guard=f), named="phase 'a' transition 0"),
    "tool guard": Place(
        TRUTH, False, guarded_tool, (tool_call(call_of("f", "1")),), named="phase 'a' guard of the tool 'f'"
    ),
    "on_exit": Place(AWAITED, True, leaving, named="phase 'a' on_exit"),
    "on_enter": Place(AWAITED, True, lambda f: two_phases(on_enter=f), named="phase 'b' on_enter"),
    "on_enter of the initial phase": Place(
        AWAITED, True, lambda f: agent(Phase("a", "Be a.", on_enter=f)), named="phase 'a' on_enter"
    ),
    "preparation": Place(AWAITED, True, prepared, named="phase 'b' preparation 'p'"),
}

REACTIVE: Final[Mapping[str, Place]] = {
    "computed": Place(JSON, False, lambda f: builder().computed("c", [], f), named="computed('c')"),
    "watcher's predicate": Place(
        TRUTH,
        False,
        lambda f: builder().on_turn_boundary(_count).watch("count").custom(f).then(_nothing),
        (turn_complete(), turn_complete()),
        named="watch('count') predicate",
    ),
    "watcher's action": Place(
        AWAITED, True, lambda f: watched(f, blocking=False), (turn_complete(), turn_complete()), named="watch('count')"
    ),
    "blocking watcher's action": Place(
        AWAITED, True, lambda f: watched(f, blocking=True), (turn_complete(), turn_complete()), named="watch('count')"
    ),
    "condition of when_sustained": Place(
        TRUTH, False, lambda f: builder().when_sustained("p", f, 1, _nothing), named="pattern('p')"
    ),
    "filter of when_rate": Place(
        TRUTH, False, lambda f: builder().when_rate("p", f, 1, 1, _nothing), named="pattern('p')"
    ),
    "condition of when_turns": Place(
        TRUTH, False, lambda f: builder().when_turns("p", f, 1, _nothing), named="pattern('p')"
    ),
    "pattern's action": Place(
        AWAITED, True, lambda f: builder().when_turns("p", always_of, 1, f), named="pattern('p')"
    ),
}


class Extractor(TurnExtractor):
    """Finds something, or fails to."""

    name = "Facts"

    def __init__(self, *, finds: bool) -> None:
        self._finds = finds

    async def extract(self, _: TranscriptWindow) -> Any:
        await trio.lowlevel.checkpoint()
        if not self._finds:
            raise BoomError("nothing there")
        return {"name": "Ann"}


def callback(name: str) -> Place:
    hook = HOOKS[name]
    misdeeds = _RETURNING.get(name, AWAITED if hook.is_async else NOTHING)

    def declare(function: Function) -> Live:
        live = builder()
        if name == "instruction_amendment":
            live = live.instruction("Be kind.")
        if name in {"on_extracted", "on_extraction_error"}:
            live = live.extractor(Extractor(finds=name == "on_extracted"))
        if name == "on_tool_cancelled":
            live = live.add_tool({"name": "f", "description": "f"}).manual_tools("f")
        callbacks = with_callback(live.spec.callbacks, name, function, CallbackMode.BLOCKING)
        return attrs.evolve(live, spec=attrs.evolve(live.spec, callbacks=callbacks))

    return Place(misdeeds, hook.is_async, declare, CALLBACKS[name], named=name)


_RETURNING: Final[Mapping[str, Mapping[str, Misdeed]]] = {
    "instruction_template": TEXT,
    "instruction_amendment": TEXT,
    "on_tool_call": ANSWERS,
    "before_tool_response": {**ANSWERS, "returns nothing": lambda: None},
}

CALLBACKS: Final[Mapping[str, tuple[Frame | str, ...]]] = {
    "on_audio": (audio(b"ab"),),
    "on_text": (text("Hi"),),
    "on_text_complete": (text("Hi"), turn_complete()),
    "on_input_transcript": (heard("Hi"),),
    "on_output_transcript": (said("Hi"),),
    "on_thought": (thought("Hm"),),
    "on_vad_start": (speech("START"),),
    "on_vad_end": (speech("START"), speech("END")),
    "on_phase": (text("Hi"),),
    "on_usage": (usage(1, 2),),
    "on_interrupted": (interrupted(),),
    "on_tool_call": (tool_call(call_of("f", "1")),),
    "on_tool_cancelled": (tool_call(call_of("f", "1")), cancels("1")),
    "on_turn_complete": (turn_complete(),),
    "on_generation_complete": (generation_complete(),),
    "on_go_away": (go_away(),),
    "on_connected": (),
    "on_error": ("no frame at all",),
    "before_tool_response": (tool_call(call_of("f", "1")),),
    "on_turn_boundary": (turn_complete(),),
    "instruction_template": (turn_complete(),),
    "instruction_amendment": (turn_complete(),),
    "on_extracted": (said("Yes."), turn_complete()),
    "on_extraction_error": (said("Yes."), turn_complete()),
    "on_media": (media("video/mp4", b"00"),),
    "on_grounding": (content(groundingMetadata={}),),
    "on_resumption_update": (resumable("h"),),
}
"""What makes the session call each."""

PLACES: Final[Mapping[str, Place]] = {**PHASES, **REACTIVE, **{name: callback(name) for name in CALLBACKS}}
