"""What live/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.live._builder import KEY_VARIABLES
from trio_live.live._compile import MODEL_VARIABLES, check_without_endpoint, compile_plan
from trio_live.live._open import open_live

__all__ = ["KEY_VARIABLES", "MODEL_VARIABLES", "check_without_endpoint", "compile_plan", "open_live"]
