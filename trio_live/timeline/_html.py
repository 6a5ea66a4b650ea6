"""A timeline as one file: page, script and data, and nothing from anywhere else.

Nothing can be loaded or run but what was written here: the page allows its own scripts and styles by their hashes. The
data are parts, each compressed; the page unpacks what it shows.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Iterable
from importlib import resources
from typing import Final

from trio_live.timeline._model import Timeline
from trio_live.timeline._packing import Pack

PAGE: Final = "timeline.html"
STYLES: Final = ("vendor/uPlot.min.css", "timeline.css")
LIBRARIES: Final = ("vendor/htm-preact.umd.js", "vendor/uPlot.iife.min.js")
"""Scripts that define one name each."""
MODULES: Final = ("source.js", "store.js", "draw.js", "graph.js", "filters.js", "panel.js", "app.js")
"""Ours, each after those that it imports from."""

_IMPORT: Final = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |let |function |async function |class )", re.MULTILINE)


def asset(name: str) -> str:
    """A file of the page.

    Args:
        name: below the folder of the page.
    """
    return resources.files("trio_live.timeline").joinpath("page", *name.split("/")).read_text(encoding="utf-8")


def timeline_html(timeline: Timeline, title: str) -> str:
    """A page with the timeline in it.

    Args:
        timeline: of one call.
        title: what it is called.
    """
    pack = Pack.of(timeline)
    places: dict[str, tuple[int, int]] = {}
    parts: list[str] = []
    length = 0
    for name in pack.names():
        packed = base64.b64encode(zlib.compress(pack.part(name) or b"", 6)).decode()
        places[name] = (length, len(packed))
        parts.append(packed)
        length += len(packed)
    index = {**pack.index(title), "parts": places}
    styles = [asset(name) for name in STYLES]
    scripts = [asset(name) for name in LIBRARIES]
    module = one_module(asset(name) for name in MODULES)
    policy = (
        f"default-src 'none'; script-src {_hashes([*scripts, module])}; style-src {_hashes(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = "\n".join(
        [
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{html.escape(title)}</title>",
            '<link rel="icon" href="data:,">',
            *(f"<style>{style}</style>" for style in styles),
        ]
    )
    body = "\n".join(
        [
            f'<script type="application/json" id="index">{_in_script(json.dumps(index, ensure_ascii=False))}</script>',
            f'<script type="text/plain" id="parts">{"".join(parts)}</script>',
            *(f"<script>{script}</script>" for script in scripts),
            f'<script type="module">{module}</script>',
        ]
    )
    return _filled(head, body)


def page_files() -> dict[str, bytes]:
    """The files of the page as a server has them, by path; the page itself stands at ``""``."""
    head = [f'<link rel="stylesheet" href="{name}">' for name in STYLES]
    scripts = [f'<script src="{name}"></script>' for name in LIBRARIES]
    body = [*scripts, '<script type="module" src="app.js"></script>']
    page = _filled("\n".join(["<title>Timeline</title>", *head]), "\n".join(body))
    names = (*STYLES, *LIBRARIES, *MODULES)
    return {"": page.encode(), **{name: asset(name).encode() for name in names}}


def _filled(head: str, body: str) -> str:
    return asset(PAGE).replace("<!-- head -->", head).replace("<!-- body -->", body)


def one_module(sources: Iterable[str]) -> str:
    """Modules as one, each after those that it imports from: a file has no addresses to import from."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts)


def _in_script(text: str) -> str:
    """JSON that ends no script element."""
    return text.replace("<", "\\u003c")
