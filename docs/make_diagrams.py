"""Draw the diagrams of the explanations: ``python -m docs.make_diagrams`` writes them all again.

What a diagram shows of the code (the steps of a turn, the lanes of events) is read from its tables.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs._diagram import Drawing
from trio_live.control import STEPS
from trio_live.lanes import QUEUES

DIAGRAMS = Path(__file__).parent / "explanation"


def lanes() -> Drawing:
    """From the socket to callbacks, and back."""
    drawn = (
        Drawing(
            "Frames go through the pump and the protocol to three lanes; sends go through a queue to the writer",
            860,
            390,
        )
        .box(20, 120, 96, 56, "socket", "frames")
        .box(160, 120, 96, 56, "pump", "never waits", kind="core")
        .box(300, 120, 130, 56, "SessionProtocol", "pure", kind="core")
        .box(474, 120, 84, 56, "router", "a table", kind="core")
        .arrow((116, 148), (158, 148))
        .arrow((256, 148), (298, 148))
        .arrow((430, 148), (472, 148), label="events", above=8)
        .words(640, 30, "the user's code", anchor="start")
    )
    rows = (
        ("fast", "inline", "on_audio, on_text", "plain functions", 44),
        ("control", "in order", "on_interrupted", "async, awaited", 120),
        ("telemetry", "in batches", "on_usage, figures", "never in the way", 196),
    )
    for name, how, called, kind, y in rows:
        drawn = (
            drawn.box(600, y, 100, 56, f"{name}", kind="box")
            .box(722, y, 122, 56, called, kind, kind="yours")
            .arrow((558, 148), (598, y + 28))
            .arrow((700, y + 28), (720, y + 28))
            .words(650, y + 48, how, anchor="middle")
        )
    outbound = QUEUES["outbound"].capacity
    return (
        drawn.box(600, 300, 244, 56, "session.send_…", "waits while the queue is full", kind="yours")
        .box(430, 300, 128, 56, "outbound queue", f"{outbound} commands")
        .box(270, 300, 122, 56, "SessionProtocol", "pure", kind="core")
        .box(120, 300, 112, 56, "writer", "the only sender", kind="core")
        .arrow((600, 328), (560, 328))
        .arrow((430, 328), (394, 328))
        .arrow((270, 328), (234, 328))
        .arrow((120, 328), (68, 328), (68, 178))
    )


def epochs() -> Drawing:
    """What becomes of sound around an interruption."""
    drawn = (
        Drawing(
            "Sound of an older epoch is dropped, sound of a newer one waits until on_interrupted has returned", 860, 330
        )
        .words(20, 62, "wire")
        .words(20, 142, "stamp")
        .words(20, 222, "fast lane")
        .words(20, 292, "control lane")
    )
    pieces = (
        (110, "audio", "0", "played", "yours"),
        (210, "audio", "0", "played", "yours"),
        (310, "audio", "0", "dropped", "gone"),
        (530, "audio", "1", "waits", "core"),
        (630, "audio", "1", "waits", "core"),
    )
    for x, text, stamp, fate, kind in pieces:
        drawn = (
            drawn.box(x, 36, 84, 40, text)
            .words(x + 42, 142, stamp, kind="mono", anchor="middle")
            .box(x, 196, 84, 40, fate, kind=kind)
            .arrow((x + 42, 76), (x + 42, 124))
            .arrow((x + 42, 150), (x + 42, 194))
        )
    return (
        drawn.box(410, 36, 104, 40, "interrupted", kind="gone")
        .arrow((462, 76), (462, 124))
        .words(462, 142, "0 → 1", kind="mono", anchor="middle")
        .arrow((462, 150), (462, 264))
        .box(396, 266, 210, 42, "on_interrupted()", kind="yours")
        .arrow((606, 287), (770, 287), (770, 238), label="returned", above=6)
        .box(730, 196, 84, 40, "played", kind="yours")
        .arrow((714, 216), (728, 216))
    )


def turn() -> Drawing:
    """The steps of `STEPS`, in their order."""
    names = [step.__name__ for step in STEPS]
    groups = (
        ("what was said", ("final_transcripts", "close_transcript", "extract")),
        ("what follows from it", ("recompute", "move_on", "advise", "repair", "steer", "watch", "detect", "amend")),
        ("what the model is told", ("deliver",)),
        ("your turn", ("turn_boundary", "turn_complete")),
        ("the end", ("count", "save", "publish")),
    )
    if [name for _, members in groups for name in members] != names:
        raise LookupError("STEPS has changed: say to which group its steps belong")
    drawn = Drawing("The steps of a turn's end: " + ", ".join(names), 860, 372)
    x = 20.0
    for title, members in groups:
        drawn = drawn.frame(x, 20, 156, 44 + 36 * len(members), title)
        for number, name in enumerate(members):
            kind = "yours" if title == "your turn" else "core"
            drawn = drawn.box(x + 10, 48 + 36 * number, 136, 28, name, kind=kind)
        if x > 20:  # noqa: PLR2004  # not before the first
            drawn = drawn.arrow((x - 10, 62), (x, 62))
        x += 166
    return drawn


def cut() -> Drawing:
    """One session, and its connections."""
    drawn = (
        Drawing(
            "A session outlives its connections: State, phase, streams and function calls go on across a cut", 860, 300
        )
        .box(20, 24, 820, 44, "session: handle, streams, State, phase, transcript, function calls", kind="yours")
        .words(40, 108, "connections")
    )
    for x, width, first, second in (
        (40, 210, "1", "Connected"),
        (330, 210, "2", "RESUMED by its handle"),
        (620, 210, "3", "RESEEDED from the transcript"),
    ):
        drawn = drawn.box(x, 120, width, 52, f"connection {first}", second, kind="core")
    return (
        drawn.arrow((250, 146), (328, 146), label="lost", above=8)
        .arrow((540, 146), (618, 146), label="goAway", above=8)
        .box(190, 210, 200, 60, "said in the gap", "waits, in order")
        .box(410, 210, 200, 60, "on its way, nobody can tell", "events.Undelivered")
        .box(630, 210, 200, 60, "function that runs", "runs on; answered or cancelled")
        .arrow((289, 152), (289, 208))
        .arrow((510, 172), (510, 208))
        .arrow((579, 152), (700, 208))
    )


def cancellation() -> Drawing:
    """Who is inside of whom."""
    return (
        Drawing("The tree of scopes of a session: what is cancelled takes along what is inside of it", 860, 380)
        .frame(16, 14, 828, 352, "your nursery")
        .box(36, 46, 200, 292, "async with …() as session:", "your block", kind="yours")
        .frame(256, 46, 572, 300, "the session's nursery, shielded: asked to end, then waited for")
        .frame(272, 76, 260, 118, "supervisor: a connection after the other")
        .box(290, 106, 104, 66, "pump", "reads", kind="core")
        .box(410, 106, 104, 66, "writer", "writes", kind="core")
        .frame(548, 76, 264, 118, "lanes")
        .box(562, 106, 72, 66, "fast", kind="core")
        .box(644, 106, 78, 66, "control", kind="core")
        .box(732, 106, 72, 66, "telem.", kind="core")
        .frame(272, 210, 540, 120, "yours, inside of the session")
        .box(290, 242, 158, 66, "a function call", "a scope of its own", kind="yours")
        .box(462, 242, 158, 66, "concurrent callbacks", "a nursery", kind="yours")
        .box(634, 242, 158, 66, "watchers, patterns", "a nursery", kind="yours")
        .arrow((236, 190), (256, 190))
    )


def sans_io() -> Drawing:
    """A core that decides, and a shell that moves values."""
    return (
        Drawing("A pure core decides; tasks around it move values between it, the socket and the callbacks", 860, 300)
        .frame(250, 20, 360, 260, "pure: no await, no clock, no random numbers")
        .box(276, 56, 308, 50, "SessionProtocol", "frame → events · command → frame", kind="core")
        .box(276, 118, 146, 62, "phases, reactive", "State → effects", kind="core")
        .box(438, 118, 146, 62, "voice", "samples → edges", kind="core")
        .box(276, 194, 146, 62, "resilience", "close → what to do", kind="core")
        .box(438, 194, 146, 62, "conversation", "words → transcript", kind="core")
        .box(30, 96, 130, 108, "transport", "Trio, sockets,", "or memory")
        .box(700, 96, 130, 108, "your code", "callbacks, tools", kind="yours")
        .arrow((160, 130), (248, 130), label="frames", above=6)
        .arrow((250, 176), (162, 176), label="frames", above=6)
        .arrow((610, 130), (698, 130), label="events", above=6)
        .arrow((700, 176), (612, 176), label="commands", above=6)
        .words(30, 240, "time comes in as an argument")
    )


DRAWN: dict[str, Callable[[], Drawing]] = {
    "lanes.svg": lanes,
    "epochs.svg": epochs,
    "turn.svg": turn,
    "cut.svg": cut,
    "cancellation.svg": cancellation,
    "sans-io.svg": sans_io,
}


def diagrams() -> dict[str, str]:
    """Every diagram by its file name."""
    return {name: draw().svg() for name, draw in DRAWN.items()}


if __name__ == "__main__":
    for name, text in diagrams().items():
        (DIAGRAMS / name).write_text(text, encoding="utf-8")
