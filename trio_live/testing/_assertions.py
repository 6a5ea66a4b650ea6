"""Assertions about a `Run` that say what happened instead when they fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from trio_live import events
from trio_live._typing import JsonObject
from trio_live.events import LiveEvent
from trio_live.testing._player import texts_of
from trio_live.testing._run import Run
from trio_live.wire import ClientMessage, FunctionResponse

Expected: TypeAlias = LiveEvent | type[LiveEvent] | Callable[[LiveEvent], bool]
"""An event: exactly this one, any of a class, or any that a function says yes to."""

SHOWN = 40
"""How many lines of a story a message shows."""


def assert_sent(
    run: Run, wanted: str | Callable[[ClientMessage], bool], *, times: int | None = None
) -> tuple[ClientMessage, ...]:
    """The client sent something.

    Args:
        run: what happened.
        wanted: a piece of the text of a message (a typed turn, context, an instruction), or a function that knows the
            message when it sees it.
        times: exactly so many messages; by default at least one.

    Returns:
        The messages found.

    Raises:
        AssertionError: it was not so; the message lists what was sent.
    """
    __tracebackhide__ = True
    if isinstance(wanted, str):
        found = tuple(m for m in run.sent if any(wanted in text for text in texts_of(m)))
        what = f"a message with {wanted!r}"
    else:
        found = tuple(m for m in run.sent if wanted(m))
        what = "such a message"
    if len(found) == times or (times is None and found):
        return found
    often = _counted(len(found), "time") if found else "never"
    want = "" if times is None else f", not {_counted(times, 'time')}"
    raise AssertionError(f"{what} was sent {often}{want}. Sent was:\n{_listed([_told(m) for m in run.sent])}")


def assert_answered(
    run: Run, name: str, response: JsonObject | None = None, *, times: int | None = None
) -> tuple[FunctionResponse, ...]:
    """Every call of a function got exactly one answer, unless it was cancelled.

    Args:
        run: what happened.
        name: the function.
        response: what each answer must hold at least; answers may hold more.
        times: exactly so many answers; by default at least one.

    Returns:
        The answers.

    Raises:
        AssertionError: it was not so; the message lists calls and answers.
    """
    __tracebackhide__ = True
    answers = tuple(answer for answer in run.tool_responses if answer.name == name)
    problems = [
        *_unanswered(run, name),
        *_answered_twice(answers),
        *(f"{a.id} was answered {a.response!r}" for a in answers if not _holds(a.response, response)),
    ]
    if not answers:
        problems.append("nothing was answered" if any(c.name == name for c in run.asked) else "it was never called")
    elif times is not None and len(answers) != times:
        problems.append(f"there were {_counted(len(answers), 'answer')}, not {times}")
    if problems:
        want = "" if response is None else f" with {response!r}"
        calls = [f"{call.id}: {call.name}({_arguments(call.args)})" for call in run.asked]
        given = [f"{answer.id}: {answer.name} -> {answer.response!r}" for answer in run.tool_responses]
        raise AssertionError(
            f"{name} was not answered{want}: {'; '.join(problems)}.\nCalls:\n{_listed(calls)}\nAnswers:\n{_listed(given)}"
        )
    return answers


def assert_events(run: Run, *expected: Expected) -> tuple[LiveEvent, ...]:
    """These events came in the run, in this order; others may have come between.

    Returns:
        The events found, one for each expected.

    Raises:
        AssertionError: one of them did not come; the message says which, and tells the story.
    """
    __tracebackhide__ = True
    found: list[LiveEvent] = []
    position = 0
    for wanted in expected:
        at = next((i for i in range(position, len(run.events)) if _fits(run.events[i], wanted)), None)
        if at is None:
            raise AssertionError(_missing_event(run, wanted, position, found))
        found.append(run.events[at])
        position = at + 1
    return tuple(found)


def assert_transcript(run: Run, *lines: str) -> None:
    """The transcript of the run is exactly these lines, in the form ``User: …`` and ``Assistant: …``.

    Raises:
        AssertionError: it is another; the message shows both.
    """
    __tracebackhide__ = True
    actual = run.transcript_text.splitlines()
    if actual != list(lines):
        raise AssertionError(f"the transcript is:\n{_listed(actual)}\nand not:\n{_listed(lines)}")


def _unanswered(run: Run, name: str) -> list[str]:
    return [f"{call.id} got no answer" for call in run.unanswered if call.name == name]


def _answered_twice(answers: Sequence[FunctionResponse]) -> list[str]:
    ids = [answer.id for answer in answers if not answer.will_continue]
    return [f"{id_} was answered {ids.count(id_)} times" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]


def _holds(response: Mapping[str, object] | None, wanted: JsonObject | None) -> bool:
    given = response or {}
    return all(key in given and given[key] == value for key, value in (wanted or {}).items())


def _fits(event: LiveEvent, wanted: Expected) -> bool:
    if isinstance(wanted, LiveEvent):
        return event == wanted
    if isinstance(wanted, type):
        return isinstance(event, wanted)
    return wanted(event)


def _missing_event(run: Run, wanted: Expected, position: int, found: Sequence[LiveEvent]) -> str:
    name = wanted.__name__ if isinstance(wanted, type) or not isinstance(wanted, LiveEvent) else _shown(wanted)
    after = f" after {_shown(found[-1])}" if found else ""
    earlier = any(_fits(event, wanted) for event in run.events[:position])
    hint = "; it came before" if earlier else ""
    rest = run.events[position:]
    return f"no {name} came{after}{hint}. What came{after}:\n{_listed(_story(rest))}"


def _story(found: Sequence[LiveEvent]) -> list[str]:
    """One line an event; pieces of sound in a row are one line."""
    lines: list[str] = []
    pieces = 0
    for event in found:
        pieces = pieces + 1 if isinstance(event, events.Audio) else 0
        if pieces > 1:
            lines.pop()
        lines.append(f"Audio, {pieces} pieces" if pieces > 1 else _shown(event))
    return lines


def _shown(event: LiveEvent) -> str:
    if isinstance(event, events.Audio):
        return f"Audio({len(event.data)} bytes)"
    return repr(event)


def _told(message: ClientMessage) -> str:
    if message.realtime_input is not None and message.realtime_input.audio is not None:
        return f"audio, {len(message.realtime_input.audio.data or b'')} bytes"
    if message.realtime_input is not None and message.realtime_input.video is not None:
        return f"video, {len(message.realtime_input.video.data or b'')} bytes"
    return repr(message)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _arguments(args: JsonObject) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in args.items())


def _listed(lines: Sequence[str]) -> str:
    shown = [f"  {line}" for line in lines[:SHOWN]] or ["  (nothing)"]
    return "\n".join(shown if len(lines) <= SHOWN else [*shown, f"  … and {len(lines) - SHOWN} more"])
