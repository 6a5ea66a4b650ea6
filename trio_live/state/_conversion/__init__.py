"""From Python values to what a State holds, and back to the types that are asked for."""

from trio_live.state._conversion._convert import MismatchError, convert, plain, prepare
from trio_live.state._conversion._values import (
    ABSENT,
    SCALARS,
    Absent,
    check_key,
    copy_out,
    json_changes,
    json_copy,
    json_entries,
    json_entry,
    json_equal,
    json_kind,
    json_size,
)

__all__ = [
    "ABSENT",
    "SCALARS",
    "Absent",
    "MismatchError",
    "check_key",
    "convert",
    "copy_out",
    "json_changes",
    "json_copy",
    "json_entries",
    "json_entry",
    "json_equal",
    "json_kind",
    "json_size",
    "plain",
    "prepare",
]
