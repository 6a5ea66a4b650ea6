"""What state/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.state._branches import branch
from trio_live.state._conversion import MismatchError, convert, json_copy, json_equal, json_size, plain, prepare
from trio_live.state._evidence import META
from trio_live.state._journal import UNJOURNALED_KEYS
from trio_live.state._ownership import as_owner, claim_keys, keep_late, tap
from trio_live.state._scopes import ScopeRule

__all__ = [
    "META",
    "UNJOURNALED_KEYS",
    "MismatchError",
    "ScopeRule",
    "as_owner",
    "branch",
    "claim_keys",
    "convert",
    "json_copy",
    "json_equal",
    "json_size",
    "keep_late",
    "plain",
    "prepare",
    "tap",
]
