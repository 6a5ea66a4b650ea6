"""What redaction/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.redaction._logs import LOGGERS, hidden_in_logs
from trio_live.redaction._pieces import Pieces

__all__ = ["LOGGERS", "Pieces", "hidden_in_logs"]
