"""What a program says about the spans of its sessions."""

from __future__ import annotations

from typing import Any

import attrs

from trio_live._values import value


@value(kw_only=True)
class TracingOptions:
    """How the spans of a session are made."""

    tracer_provider: Any = attrs.field(default=None, repr=False)
    """An OpenTelemetry ``TracerProvider``; ``None``: the global one."""
    content: bool = False
    """Whether spans hold what was said, arguments, results and the words of errors."""
