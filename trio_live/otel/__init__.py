"""Spans of a call by OpenTelemetry (extra ``otel``)."""

from trio_live.otel._attributes import ATTRIBUTES
from trio_live.otel._options import TracingOptions

__all__ = ["ATTRIBUTES", "TracingOptions"]
