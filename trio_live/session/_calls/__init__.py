"""What became of each function call: which are open, in pieces, answered or cancelled, and which answer is whose."""

from trio_live.session._calls._answering import Answered, Verdict, in_call_order, pair_answers
from trio_live.session._calls._fates import Fate
from trio_live.session._calls._ledger import CallLedger

__all__ = ["Answered", "CallLedger", "Fate", "Verdict", "in_call_order", "pair_answers"]
