"""The user's functions that are called here, and where their errors go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from trio_live.state import State

Condition: TypeAlias = Callable[[State], bool]
"""A question to State. Pure and not async: it is asked often."""

ReportError: TypeAlias = Callable[[str, Exception], None]
"""Receives what a user's function raised: where, as one writes it (``computed('risk')``), and the exception.

The caller's business is to log, count and publish it. It must not raise.
"""
