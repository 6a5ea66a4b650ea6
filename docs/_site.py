"""What Sphinx is told for this site, beyond its own extensions: four small things.

- The pages of the API are drawn by ``_api.py`` before anything is read.
- The table of contents is made of the lists of links in the ``README.md`` files, so that a page is added in one place.
- `name` in a docstring is code, and a link if a public name is meant. So is code in the Markdown pages that names a
  class, or something of one.
- A public name without a place on a page is a warning, and warnings are errors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from docs import _api
from docs._linking import OF_A_CLASS, Names, on_site, tree, with_contents, with_fields

logger = logging.getLogger(__name__)

EXCEPTIONS: Final = (
    (
        "of Python: its inventory would have to be fetched",
        r"(builtins|collections|contextlib|datetime|enum|os|pathlib)\..+",
    ),
    ("of Python: its inventory would have to be fetched", r"(random|re|signal|ssl|types|typing)\..+"),
    ("of libraries: their inventories would have to be fetched", r"(hypothesis|pytest|trio|trio_websocket)\..+"),
    ("a type behind an underscore: it is not to be named by programs, and has no page", r"trio_live\.(\w+\.)*_.+"),
)
"""Why a type of a signature is no link, and which."""


DRAWN: Final = ".markdown"
"""The ending of Markdown that is only there while the site is built; what looks at the pages looks for ``.md``."""

MOVED: Final = {
    "CHANGELOG.md": "project/changelog",
    "CONTRIBUTING.md": "project/contributing",
    "SECURITY.md": "project/security",
}
"""Files at the top of the repository, and where the site has them."""


# -- table of contents ----------------------------------------------------------------------------------------------


def prepare(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give the pages that list others a table of contents, and lead the links of all to pages of the site."""
    page = Path(app.env.doc2path(docname))
    if page.suffix not in {".md", DRAWN}:
        return
    if docname.endswith("README"):
        source[0] = with_contents(source[0], set())
    if docname == "README":
        source[0] += tree("API", ["api/index"]) + tree("The project", sorted(MOVED.values()))
    came_from = {Path(app.srcdir, drawn): file for file, drawn in moved(app).items()}
    source[0] = on_site(source[0], came_from.get(page, page), Path(app.srcdir), moved(app))


def moved(app: Sphinx) -> dict[Path, str]:
    """The files beside the folder of the site that have a page."""
    return {Path(app.srcdir).parent / file: f"{drawn}{DRAWN}" for file, drawn in MOVED.items()}


# -- links to names -------------------------------------------------------------------------------------------------


def names_of(env: BuildEnvironment) -> Names:
    """Those of the Python domain, without the places where they are made; when links are made, none is added any more."""
    found: Names | None = getattr(env, "trio_live_names", None)
    if found is None:
        described = env.domains.python_domain.objects.items()
        found = env.trio_live_names = Names(name for name, entry in described if not entry.aliased)
    return found


def forget_names(_: Sphinx, env: BuildEnvironment) -> None:
    """Those of an earlier build."""
    env.trio_live_names = None


class Named(XRefRole):
    """Code, and a link if it names something public."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,  # noqa: FBT001  # as Sphinx calls it
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """Remember where it was said."""
        refnode["py:module"] = env.ref_context.get("py:module")
        refnode["py:class"] = env.ref_context.get("py:class")
        said: tuple[str, str] = super().process_link(env, refnode, has_explicit_title, title, target)
        return said


def find_name(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element) -> nodes.Element | None:
    """What a name leads to: those of docstrings are code if they lead nowhere, those of signatures must lead somewhere."""
    module, kind = node.get("py:module"), node.get("py:class")
    if node["reftype"] != "named" and node.get("refdomain") != "py":
        return None
    found = names_of(env).find(node["reftarget"], module and kind and f"{module}.{kind}", module)
    if found is not None:
        return link(app, env, node["refdoc"], found, shown)
    return shown if node["reftype"] == "named" else None


def link(app: Sphinx, env: BuildEnvironment, docname: str, name: str, shown: nodes.Node) -> nodes.reference:
    """A reference to the description of a name."""
    entry = env.domains.python_domain.objects[name]
    return make_refnode(app.builder, docname, entry.docname, entry.node_id, [shown], name)


def link_code(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make links of the code on a page written by hand."""
    if docname.startswith("api/"):
        return
    names = names_of(app.env)
    for code in list(doctree.findall(nodes.literal)):
        within = code.parent
        if OF_A_CLASS.fullmatch(code.astext()) and not isinstance(within, nodes.reference | nodes.title):
            found = names.find(code.astext())
            if found is not None:
                within.replace(code, link(app, app.env, docname, found, code.deepcopy()))


# -- the pages of the API -------------------------------------------------------------------------------------------


def draw_api(app: Sphinx) -> None:
    """Write the pages that differ, so that Sphinx reads those again."""
    folder = Path(app.srcdir, "api")
    drawn = _api.pages()
    for old in folder.glob("*.rst"):
        if old.name not in drawn:
            old.unlink()
    for name, text in drawn.items():
        write(folder / name, text)
    for file, page in moved(app).items():
        write(Path(app.srcdir, page), file.read_text(encoding="utf-8"))


def write(path: Path, text: str) -> None:
    """Write what is not there yet."""
    path.parent.mkdir(exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def divide(_: Sphinx, __: str, ___: str, ____: object, _____: object, lines: list[str]) -> None:
    """Let a docstring say in fields what is returned, and what a cancellation leaves behind."""
    lines[:] = with_fields(lines)


def check_completeness(_: Sphinx, env: BuildEnvironment) -> None:
    """Warn of every public name that no page describes."""
    described = env.domains.python_domain.objects
    for name in _api.described():
        if name not in described:
            logger.warning("no page describes %s", name)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.add_role("named", Named())
    app.add_lexer("mermaid", TextLexer)  # shown as it is written; drawing it would need a browser and the network
    app.connect("builder-inited", draw_api)
    app.connect("source-read", prepare)
    app.connect("autodoc-process-docstring", divide, priority=400)  # before what reads the other sections
    app.connect("env-updated", forget_names)
    app.connect("missing-reference", find_name)
    app.connect("doctree-resolved", link_code)
    app.connect("env-check-consistency", check_completeness)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
