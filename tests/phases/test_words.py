from __future__ import annotations

from collections.abc import Sequence

from trio_live.conversation import TranscriptWindow
from trio_live.phases import Conditional, CustomAppend, Dynamic, Phase, StateAppend, SteeringMode
from trio_live.phases._internal import to_words
from trio_live.state import State
from trio_live.wire import Content


def late(_: State) -> bool:
    return True


def greet(_: State) -> str:
    return "Good day."


def doctors(_: State, __: TranscriptWindow) -> Sequence[Content]:
    return ()


HELLO = Phase("hello", "Say hello.", modifiers=[StateAppend(["name", "size"]), Conditional(late, "Hurry.")])
BYE = Phase(
    "bye",
    Dynamic(greet),
    modifiers=[CustomAppend(greet)],
    tools_enabled=["book"],
    on_enter_context=doctors,
    prompt_on_enter=True,
)


def test_what_replaces_the_instruction_is_shown_whole() -> None:
    words = to_words([HELLO, BYE], "hello", SteeringMode.INSTRUCTION_UPDATE, "Never advise.\nBe kind.")
    assert words.splitlines() == [
        "hello (the talk begins here)",
        "  system instruction:",
        "    Never advise.",
        "    Be kind.",
        "    Say hello.",
        "  and behind it:",
        "    (the values of name, size)",
        "    Hurry. (while late holds)",
        "  functions it may call:",
        "    all",
        "",
        "bye",
        "  system instruction:",
        "    Never advise.",
        "    Be kind.",
        "    (made by greet)",
        "  and behind it:",
        "    (made by greet)",
        "  context on entry:",
        "    (made by doctors)",
        "  functions it may call:",
        "    book",
        "  then it is asked to speak",
    ]


def test_what_never_touches_the_instruction_is_shown_as_context() -> None:
    words = to_words([HELLO], None, SteeringMode.CONTEXT_INJECTION, "Be kind.")
    assert words.splitlines() == [
        "hello",
        "  system instruction, as before:",
        "    Be kind.",
        "  context on entry:",
        "    Say hello.",
        "  context, when it changed:",
        "    (the values of name, size)",
        "    Hurry. (while late holds)",
        "  functions it may call:",
        "    all",
    ]


def test_a_phase_without_words_leaves_what_stands() -> None:
    words = to_words([Phase("a", tools_enabled=[])], "a", SteeringMode.CONTEXT_UPDATE, None)
    assert words.splitlines() == ["a (the talk begins here)", "  declared functions:", "    none"]
