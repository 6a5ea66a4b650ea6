"""Put the examples into the pages: ``python -m docs.make_includes`` rewrites every block that has a marker.

A marker is a comment on the line before a block of Python, JavaScript or TOML::

    <!-- example: ../examples/first_words.py -->                        the whole file
    <!-- example: ../examples/voice_agent.py: Microphone, Speaker -->   some of what it defines

So a page shows code that the tests run, and a test finds pages that show something else.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

DOCS = Path(__file__).parent
MARKED = re.compile(
    r"(<!-- example: (?P<file>[^\s:]+)(?:: (?P<names>[^>]+?))? -->\n)```(?P<language>python|js|toml)\n.*?```", re.DOTALL
)


def refreshed(page: Path) -> str:
    """The text of a page with its examples as they are now."""

    def block(found: re.Match[str]) -> str:
        source = (page.parent / found["file"]).read_text(encoding="utf-8")
        shown = excerpt(source, found["names"].split(", ")) if found["names"] else source
        return f"{found[1]}```{found['language']}\n{shown.strip()}\n```"

    return MARKED.sub(block, page.read_text(encoding="utf-8"))


def excerpt(source: str, names: list[str]) -> str:
    """The definitions of some names, as they stand in the source."""
    lines = source.splitlines()
    found = {name: "\n".join(lines[start:end]) for name, (start, end) in places(ast.parse(source).body).items()}
    return "\n\n\n".join(found[name] for name in names)


def places(body: list[ast.stmt]) -> dict[str, tuple[int, int]]:
    """From which line to which line each name is defined; what is assigned comes with the docstring under it."""
    found = {}
    for position, node in enumerate(body):
        end = node.end_lineno or node.lineno
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                following = body[position + 1] if position + 1 < len(body) else None
                start = node.lineno
                end = (following.end_lineno or end) if is_docstring(following) and following else end
            case _:
                continue
        found[name] = (start - 1, end)
    return found


def is_docstring(node: ast.stmt | None) -> bool:
    """Whether a statement is nothing but a string."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


if __name__ == "__main__":
    for path in sorted(DOCS.rglob("*.md")):
        text = refreshed(path)
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
