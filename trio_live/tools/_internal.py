"""What tools/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.tools._commit import commit_key, compensated_key
from trio_live.tools._context import TOOK_TOO_LONG
from trio_live.tools._declaring import declaring_problems
from trio_live.tools._fitting import fit
from trio_live.tools._hints import HintError, schema_of
from trio_live.tools._live_input import NO_INPUT
from trio_live.tools._modes import SCHEDULINGS
from trio_live.tools._results import as_json
from trio_live.tools._schema import normalise_parameters
from trio_live.tools._tool import as_tool

__all__ = [
    "NO_INPUT",
    "SCHEDULINGS",
    "TOOK_TOO_LONG",
    "HintError",
    "as_json",
    "as_tool",
    "commit_key",
    "compensated_key",
    "declaring_problems",
    "fit",
    "normalise_parameters",
    "schema_of",
]
