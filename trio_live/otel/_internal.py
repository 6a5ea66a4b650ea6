"""What otel/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.otel._spans import open_spans

__all__ = ["open_spans"]
