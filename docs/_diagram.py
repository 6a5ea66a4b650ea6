"""Drawing boxes and arrows as SVG: what `make_diagrams` is made of. Readable on a light page and on a dark one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import attrs

STYLE = """
.card { fill: #ffffff; stroke: #d0d7de; }
.box { fill: #f6f8fa; stroke: #6e7781; }
.core { fill: #ddf4ff; stroke: #0969da; }
.yours { fill: #dafbe1; stroke: #1a7f37; }
.gone { fill: #ffebe9; stroke: #cf222e; }
.frame { fill: none; stroke: #6e7781; stroke-dasharray: 5 4; }
.line { fill: none; stroke: #57606a; stroke-width: 1.4; }
.head { fill: #57606a; stroke: none; }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
.dim { fill: #57606a; font-size: 12px; }
.mono { font: 12px ui-monospace, SFMono-Regular, Menlo, monospace; }
@media (prefers-color-scheme: dark) {
  .card { fill: #0d1117; stroke: #3d444d; }
  .box { fill: #1c2128; stroke: #8b949e; }
  .core { fill: #0c2d53; stroke: #58a6ff; }
  .yours { fill: #0f3320; stroke: #3fb950; }
  .gone { fill: #4a1518; stroke: #f85149; }
  .frame { stroke: #8b949e; }
  .line { stroke: #adbac7; }
  .head { fill: #adbac7; }
  text { fill: #e6edf3; }
  .dim { fill: #adbac7; }
}
"""
"""The card under a drawing is opaque, so its words can be read whatever the page around it looks like."""

LINE = 17
"""From one line of text to the next."""


@attrs.frozen
class Drawing:
    """An SVG file in the making; every method returns a longer one."""

    title: str
    """What is told to those who cannot see it."""
    width: int
    height: int
    parts: tuple[str, ...] = ()

    def box(self, x: float, y: float, width: float, height: float, *lines: str, kind: str = "box") -> Drawing:
        """A box with lines of text in its middle."""
        first = y + height / 2 - (len(lines) - 1) * LINE / 2 + 4.5
        texts = [
            f'<text x="{x + width / 2:g}" y="{first + number * LINE:g}" text-anchor="middle"{_style(number)}>{escape(line)}</text>'
            for number, line in enumerate(lines)
        ]
        shape = f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
        return self._with(shape, *texts)

    def frame(self, x: float, y: float, width: float, height: float, label: str) -> Drawing:
        """A dashed frame around others, with words in its corner."""
        shape = f'<rect class="frame" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'
        return self._with(shape).words(x + 10, y + 18, label)

    def arrow(self, *points: tuple[float, float], label: str = "", above: float = 6) -> Drawing:
        """An arrow along some points; its words stand over the middle of the first stretch."""
        path = " ".join(f"{'L' if number else 'M'}{x:g} {y:g}" for number, (x, y) in enumerate(points))
        line = f'<path class="line" d="{path}" marker-end="url(#head)"/>'
        drawn = self._with(line)
        if not label:
            return drawn
        (x1, y1), (x2, y2) = points[:2]
        return drawn.words((x1 + x2) / 2, (y1 + y2) / 2 - above, label, anchor="middle")

    def words(self, x: float, y: float, text: str, *, kind: str = "dim", anchor: str = "start") -> Drawing:
        """A line of text."""
        return self._with(f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>')

    def _with(self, *parts: str) -> Drawing:
        return attrs.evolve(self, parts=(*self.parts, *parts))

    def svg(self) -> str:
        """The file."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterable[str]:
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(self.title)}">'
        yield f"<title>{escape(self.title)}</title>"
        yield f"<style>{STYLE}</style>"
        yield (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto-start-reverse"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
        )
        yield f'<rect class="card" x="0.5" y="0.5" width="{self.width - 1}" height="{self.height - 1}" rx="10"/>'
        yield from self.parts
        yield "</svg>"


def _style(line: int) -> str:
    return ' class="dim"' if line else ""
