"""Names for the plain types that travel through every room."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any
"""Any JSON value: ``None``, ``bool``, ``int``, ``float``, ``str``, ``list`` and ``dict`` with string keys.

A recursive alias would be exact, but neither msgspec nor cattrs accept one, so the exactness is kept at the
borders (``State`` and the wire codec reject what is not JSON) instead of in the type.
"""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object."""

Seconds: TypeAlias = float
"""A length of time, or an instant on Trio's clock, in seconds."""

CallbackErrors: TypeAlias = Literal["report", "raise"]
"""What happens when a user's callback raises: tell and go on, or end the session with that exception."""
