"""Reference pages about how a session works."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from docs._drawing import attribute_docs, codes, comments_of, enum_rows, page, paragraphs, summary, table
from trio_live import SessionPhase, errors
from trio_live.control import STEPS
from trio_live.lanes import CLOSING, QUEUES, Overflow
from trio_live.lanes._internal import SessionPlan
from trio_live.session import CLOSES, LANES, TRANSITIONS, CloseKind, Lane
from trio_live.session._internal import CONNECTED, EPOCH_BOUND
from trio_live.transport import WebSocketTransport
from trio_live.transport._internal import AHEAD_BYTES, DEADLINES, QUEUE_MESSAGES
from trio_live.wire import LIMITS


def session_phases() -> str:
    """TRANSITIONS."""
    rows = [[f"`{phase}`", codes(sorted(map(str, following)))] for phase, following in TRANSITIONS.items()]
    return page(
        "Session phases",
        "From `trio_live.session.TRANSITIONS`: where the link stands (`session.phase`), and what may follow. "
        f"`{SessionPhase.DISCONNECTED}` may follow every phase. The server takes messages in the phases of the box.",
        "```mermaid\n" + "\n".join(diagram()) + "\n```",
        table(["after", "may come"], rows),
    )


def diagram() -> Iterator[str]:
    """The transitions as a Mermaid state diagram; what every connected phase has in common is drawn once."""
    shared = frozenset.intersection(*(TRANSITIONS[phase] for phase in CONNECTED))
    yield "stateDiagram-v2"
    yield f"    [*] --> {SessionPhase.DISCONNECTED}"
    yield "    state Connected {"
    for phase in (phase for phase in SessionPhase if phase in CONNECTED):
        yield from (f"        {phase} --> {to}" for to in sorted(map(str, TRANSITIONS[phase] - shared)))
    yield "    }"
    yield from (f"    Connected --> {to}" for to in sorted(map(str, shared)))
    for phase in (phase for phase in SessionPhase if phase not in CONNECTED):
        yield from (f"    {phase} --> {to}" for to in sorted(map(str, TRANSITIONS[phase])))
    yield f"    {SessionPhase.DISCONNECTING} --> {SessionPhase.DISCONNECTED}"


def lanes() -> str:
    """LANES."""
    rows = []
    for kind, taken in LANES.items():
        marks = ["yes" if lane in taken else "" for lane in Lane]
        rows.append([f"`{kind.__name__}`", *marks, "yes" if kind in EPOCH_BOUND else ""])
    return page(
        "Lanes",
        "From `trio_live.session.LANES`: which lanes a wire event takes. Those on no lane reach the readers of "
        "`session.subscribe()` only; those readers see all others too.",
        enum_rows(Lane),
        table(["wire event", *(str(lane.name).lower() for lane in Lane), "made stale by an interruption"], rows),
    )


def queues() -> str:
    """QUEUES."""
    rows = [
        [
            f"`{name}`",
            str(queue.capacity),
            f"{queue.most_bytes // 1024**2} MiB" if queue.most_bytes else "",
            queue.overflow.value,
            queue.why,
        ]
        for name, queue in QUEUES.items()
    ]
    return page(
        "Queues",
        "From `trio_live.lanes.QUEUES`: every queue of a session. It is full when it holds so many items, or so many "
        "bytes of what a peer has sent; one item that is larger may wait alone. "
        f"Over trio-websocket there is one more, the library's own: {QUEUE_MESSAGES} messages, "
        f"{AHEAD_BYTES // 1024**2} MiB; when it is full, the socket is not read.",
        table(["queue", "capacity", "bytes", "when it is full", "why"], rows),
        enum_rows(Overflow),
    )


def limits() -> str:
    """LIMITS."""
    rows = [[f"`{name}`", f"{limit.most:,}", limit.what, limit.why] for name, limit in LIMITS.items()]
    return page(
        "Limits",
        "From `trio_live.wire.LIMITS`: how much a peer may make this side read and keep. What exceeds a limit is not "
        "used; an error that names the limit is told once, and counted after that; the session goes on. "
        "[What a peer can do](../explanation/limits.md) tells why.",
        table(["limit", "at most", "what is counted", "why"], rows),
        "## Deadlines of a connection",
        "Over either carrier. What a peer does later than that ends the connection; `session.ended` says which it was. "
        "[Closing deadlines](closing.md) are those of the session's own end.",
        table(["deadline", "seconds", "what is waited for"], list(deadlines())),
    )


def deadlines() -> Iterator[list[str]]:
    """DEADLINES."""
    what = comments_of(WebSocketTransport, DEADLINES)
    yield from ([f"`{name}`", f"{seconds:g}", what[name]] for name, seconds in DEADLINES.items())


def turn() -> str:
    """STEPS."""
    rows = [[str(number), f"`{step.__name__}`", summary(step)] for number, step in enumerate(STEPS, 1)]
    return page(
        "The end of a turn",
        "From `trio_live.control.STEPS`: what happens, in this order, when the server says that a turn is complete.",
        table(["", "step", "what it does"], rows),
    )


def closing() -> str:
    """CLOSING."""
    why = comments_of(SessionPlan, CLOSING)
    rows = [[f"`{name}`", f"{seconds:g} s", why[name]] for name, seconds in CLOSING.items()]
    return page(
        "Closing deadlines",
        "From `trio_live.lanes.CLOSING`: how long each step of the end may take. What is not finished then is "
        "cancelled. [The end of a session](../explanation/the-end-of-a-session.md) tells their order.",
        table(["step", "at most", "what for"], rows),
    )


def error_tree() -> str:
    """Every exception, by what it is a kind of."""
    kinds = sorted((getattr(errors, name) for name in errors.__all__), key=lambda kind: inspect.getsourcelines(kind)[1])

    def branch(kind: type, depth: int) -> Iterator[str]:
        yield f"{'  ' * depth}- [`{kind.__name__}`](#{kind.__name__.lower()})"
        for child in (child for child in kinds if child.__base__ is kind):
            yield from branch(child, depth + 1)

    parts = []
    for kind in kinds:
        listed = [f"- `{name}`: {text}" for name, text in attribute_docs(kind).items()]
        parts += [f"## {kind.__name__}", *paragraphs(kind), "\n".join(listed)]
    return page("Errors", "From `trio_live.errors`.", "\n".join(branch(errors.LiveError, 0)), *parts)


def close_reasons() -> str:
    """CLOSES."""
    rows = [[close_code(row.code), row.contains, row.meaning, row.kind.value, row.advice or ""] for row in CLOSES]
    return page(
        "Close reasons",
        "From `trio_live.session.CLOSES`. The first row whose code fits, and whose words stand in the server's reason "
        "(whatever their case), says what a close means.",
        table(["code", "words in the reason", "meaning", "dialling again", "advice"], rows),
        enum_rows(CloseKind),
    )


def close_code(wanted: int | range | None) -> str:
    """One code, a range of them, or any."""
    match wanted:
        case None:
            return "any"
        case range():
            return f"{wanted.start} to {wanted.stop - 1}"
        case int():
            return str(wanted)
