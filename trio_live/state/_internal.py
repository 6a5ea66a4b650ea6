"""What state/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.state._convert import MismatchError, convert, plain
from trio_live.state._journal import UNJOURNALED_KEYS
from trio_live.state._scopes import ScopeRule
from trio_live.state._store import keep_late
from trio_live.state._values import json_copy, json_equal

__all__ = [
    "UNJOURNALED_KEYS",
    "MismatchError",
    "ScopeRule",
    "convert",
    "json_copy",
    "json_equal",
    "keep_late",
    "plain",
]
