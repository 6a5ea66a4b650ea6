"""What every struct on the wire has in common.

Protobuf JSON (https://protobuf.dev/programming-guides/json/) has a few habits that decide the shape of this room:

* field names are lowerCamelCase; a field at its default is left out, so ``None`` means "absent" everywhere and
  ``{}`` is a value that says something (``inputAudioTranscription: {}`` switches transcripts on);
* unknown fields and unknown enum strings appear without notice, so enums are plain ``str`` fields (their known
  values stand in the docstrings) and unknown fields are passed over;
* int64 travel as decimal strings, so such fields are `Int64`: what arrived is kept as it came.

Structs are frozen, and the ones that arrive fifty times a second are kept away from the garbage collector
(``gc=False``): they hold strings and bytes, never a cycle.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import msgspec

from trio_live.wire._limits import LIMITS

Int64: TypeAlias = int | str
"""A 64-bit integer. Protobuf writes it as a decimal string, and a number is read as well; what arrived is kept as it
came. `int64` turns either into a number."""

Number: TypeAlias = int | float
"""A JSON number that keeps its spelling: ``40`` stays ``40`` and ``40.0`` stays ``40.0``."""

Duration: TypeAlias = Any
"""Decimal seconds followed by ``s`` (``"1.250s"``). Anything may arrive here; `seconds` reads it."""


class Wire(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    rename="camel",
    repr_omit_defaults=True,
):
    """The base of all structs on the wire."""


class Marker(Wire, frozen=True):
    """An object whose presence is the message: ``{}``."""


def int64(value: Int64 | None) -> int | None:
    """The number behind an `Int64`; ``None`` when it is absent, not a number at all, or has more than 64 bits."""
    try:
        number = None if value is None else int(value)
    except ValueError:
        return None
    return number if number is not None and -(2**63) <= number < 2**63 else None


def seconds(value: Duration) -> float | None:
    """The seconds behind a value of a `Duration`; ``None`` when it is absent, unreadable, or no time that can be.

    Infinity, NaN, and what is negative or longer than the limit ``seconds`` are no times.

    Reads ``"1.5s"``, bare numbers, and the ``{"seconds": 5, "nanos": 0}`` form that some gateways produce: an
    odd duration must never cost the frame it stands in.
    """
    try:
        match value:
            case bool():
                return None
            case int() | float():
                length = float(value)
            case str():
                length = float(value.strip().removesuffix("s"))
            case {"seconds": int() | float() | str() as whole}:
                length = float(whole) + float(value.get("nanos", 0)) / 1e9
            case _:
                return None
    except (TypeError, ValueError, OverflowError):
        return None
    return length if 0 <= length <= LIMITS["seconds"].most else None


def duration(length_seconds: float) -> str:
    """A `Duration` as the wire writes it: at most nine decimals, no trailing zeros.

    Args:
        length_seconds: the length in seconds, not negative.
    """
    whole = f"{length_seconds:.9f}".rstrip("0").rstrip(".")
    return f"{whole}s"


S = TypeVar("S", bound="Wire")


def evolve(value: S, **changes: Any) -> S:
    """``value`` with some fields replaced; the original stays as it is."""
    return msgspec.structs.replace(value, **changes)
