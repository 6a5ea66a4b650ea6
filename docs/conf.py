"""How the site is built: ``nox -s docs``, or ``python -m sphinx -W -n --keep-going docs OUT``. No network is needed.

The pages are the Markdown files beside this one, which can be read where they are, too. What a list in ``README.md``
links to is in the table of contents; the pages of the API are drawn when the site is built.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs._site import DRAWN, EXCEPTIONS  # noqa: E402  # found by the line above
from trio_live import __version__  # noqa: E402

project = "trio-live"
author = "The trio-live authors"
copyright = f"2026, {author}"  # noqa: A001  # Sphinx's name
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib_trio", "docs._site"]
root_doc = "README"
exclude_patterns = ["examples", "_*", "**/__pycache__"]
source_suffix = {".md": "markdown", DRAWN: "markdown", ".rst": "restructuredtext"}
nitpicky = True
nitpick_ignore_regex = [("py:.*", pattern) for _, pattern in EXCEPTIONS]

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signatures given have them
default_role = "named"
toc_object_entries = False  # each page begins with a list of its names; the tree would be copied into every page
python_maximum_signature_line_length = 100

html_theme = "furo"
html_title = f"trio-live {release}"
html_additional_pages = {"index": "index.html"}
templates_path = ["_templates"]
html_show_sourcelink = False
