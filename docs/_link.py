"""Reference pages about connections: what is promised across a cut, and how hard a session tries."""

from __future__ import annotations

import attrs

from docs._drawing import attribute_docs, page, table
from trio_live.events import Continuation
from trio_live.resilience import GUARANTEES, RECONNECT, LinkClose, LinkStatus, ReconnectPolicy


def reconnecting() -> str:
    """GUARANTEES and ReconnectPolicy."""
    promises = [
        [kind.value, row.plain.value, row.indexed.value, row.in_gap, row.why] for kind, row in GUARANTEES.items()
    ]
    docs = attribute_docs(ReconnectPolicy)
    figures = [
        [f"`{field.name}`", f"{getattr(RECONNECT, field.name)}", docs.get(field.name, "")]
        for field in attrs.fields(ReconnectPolicy)
    ]
    return page(
        "Reconnecting",
        "From `trio_live.resilience`. [What a cut keeps](../explanation/what-a-cut-keeps.md) explains it.",
        "## What is promised",
        "Of a message that was handed to the network when its connection broke; where the server says how far it has read "
        "(Vertex, with transparent resumption); and of one that is said while there is no connection.",
        table(
            ["what", "promised", "where the server says how far it has read", "without a connection", "why"], promises
        ),
        "## How the talk goes on",
        "`events.Connected.continuation`.",
        table(["continuation", "meaning"], [[f"`{each.name}`", each.value] for each in Continuation]),
        "## How hard a session tries",
        table(["figure", "unless changed", "meaning"], figures),
        "## The state of the link",
        "`session.link` is a `LinkStatus`, whose `closes` are each a `LinkClose`.",
        *(
            table([f"`{kind.__name__}`", ""], [[f"`{name}`", text] for name, text in attribute_docs(kind).items()])
            for kind in (LinkStatus, LinkClose)
        ),
    )
