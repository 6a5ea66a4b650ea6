"""A call as a picture: both voices, turns, speech as it was heard, interruptions and functions, over one axis of time."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from trio_live._typing import Seconds
from trio_live.cli._demo._tape import SAID_RATE, Mark, Span, Tape, samples_of
from trio_live.wire import AUDIO_OUTPUT_RATE

PIXELS_A_SECOND = 24
LEFT = 96
"""Room for the names of the rows."""
RIGHT = 110
"""Room for the name of what happens last."""
STEP: Seconds = 1 / PIXELS_A_SECOND
TURNS, SAID, SPEECH, PLAYED, TOOLS, AXIS = 20, 96, 152, 214, 274, 318
"""Where each row stands: its middle."""
HALF = 44
"""Half the height of a voice."""
BAR = 12
HEIGHT = 344

_STYLE = """
text { font: 11px system-ui, sans-serif; fill: #333 }
.name { font-weight: 600; text-anchor: end }
.said { stroke: #0e7490 } .played { stroke: #15803d }
.turn { fill: #e7e5e4 } .speech { fill: #67c5d6 } .tool { fill: #d8a7e8 }
.mark { stroke: #dc2626; stroke-width: 1.5 } .mark.quiet { stroke-dasharray: 3 3; stroke: #a16207 }
.axis { stroke: #999 }
"""


def draw(tape: Tape) -> str:
    """The picture, as SVG."""
    width = LEFT + round(tape.now * PIXELS_A_SECOND) + RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}">',
        f"<title>A call of {tape.now:.1f} s</title><style>{_STYLE}</style>",
        '<rect width="100%" height="100%" fill="white"/>',
        *_names(),
        *_bars(tape.turns, TURNS, "turn", tape.now, is_named=True),
        *_voice(bytes(tape.said), SAID_RATE, SAID, "said"),
        *_bars(tape.speech, SPEECH, "speech", tape.now),
        *_voice(bytes(tape.played), AUDIO_OUTPUT_RATE, PLAYED, "played"),
        *_bars(tape.tools, TOOLS, "tool", tape.now, is_named=True),
        *(_mark(mark) for mark in tape.marks),
        *_axis(tape.now),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(at: Seconds) -> float:
    return round(LEFT + at * PIXELS_A_SECOND, 1)


def _names() -> Iterator[str]:
    for name, row in (("turns", TURNS), ("caller", SAID), ("heard", SPEECH), ("desk", PLAYED), ("functions", TOOLS)):
        yield f'<text class="name" x="{LEFT - 10}" y="{row + 4}">{name}</text>'


def _voice(pcm: bytes, rate: int, row: int, kind: str) -> Iterator[str]:
    """One line for each pixel of time, as high as the loudest sample in it."""
    samples = samples_of(pcm)
    width = round(rate * STEP)
    lines = []
    for number, start in enumerate(range(0, len(samples), width)):
        piece = samples[start : start + width]
        peak = max(abs(min(piece)), abs(max(piece))) / 32_768 * HALF
        if peak >= 0.5:  # noqa: PLR2004
            lines.append(f"M{LEFT + number} {row - peak:.1f}V{row + peak:.1f}")
    yield f'<path class="{kind}" d="{"".join(lines)}"/>'
    yield f'<line class="{kind}" x1="{LEFT}" x2="{LEFT + len(samples) / width:.0f}" y1="{row}" y2="{row}" opacity=".3"/>'


def _bars(spans: list[Span], row: int, kind: str, end: Seconds, *, is_named: bool = False) -> Iterator[str]:
    for number, span in enumerate(spans):
        ends = end if span.ends is None else span.ends
        width = max(2.0, round((ends - span.begins) * PIXELS_A_SECOND, 1))
        y = row - BAR / 2
        told = f"{span.name}, {span.begins:.1f} to {ends:.1f} s"
        yield (
            f'<rect class="{kind}" x="{_x(span.begins)}" y="{y}" width="{width}" height="{BAR}" rx="2">'
            f"<title>{escape(told)}</title></rect>"
        )
        if is_named:
            below = row + BAR + 4 + (number % 2) * 11 * (kind == "tool")
            yield f'<text x="{_x(span.begins)}" y="{below}">{escape(span.name)}</text>'


def _mark(mark: Mark) -> str:
    kind = "mark" if mark.name == "interruption" else "mark quiet"
    x = _x(mark.at)
    return (
        f"<g><title>{escape(mark.name)}, {mark.at:.1f} s</title>"
        f'<line class="{kind}" x1="{x}" x2="{x}" y1="{SAID - HALF}" y2="{PLAYED + HALF}"/>'
        f'<text x="{x + 4}" y="{SAID - HALF + 6}">{escape(mark.name)}</text></g>'
    )


def _axis(end: Seconds) -> Iterator[str]:
    yield f'<line class="axis" x1="{LEFT}" x2="{_x(end)}" y1="{AXIS}" y2="{AXIS}"/>'
    for second in range(0, int(end) + 1, 5):
        x = _x(second)
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{AXIS}" y2="{AXIS + 5}"/>'
        yield f'<text x="{x - 4}" y="{AXIS + 18}">{second} s</text>'
