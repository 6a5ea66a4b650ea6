"""Evaluating a talk: a simulated caller, judged assertions over transcript and state, and a report that a person reads."""

from trio_live.evaluation._callers import Caller, Goal, LlmCaller, ScriptedCaller
from trio_live.evaluation._checks import (
    Check,
    called,
    holds,
    in_phase,
    known,
    never_called,
    never_says,
    says,
    state_is,
    with_agent,
)
from trio_live.evaluation._evaluate import Connect, evaluate, offline, online
from trio_live.evaluation._file import Evaluation, read_evaluation
from trio_live.evaluation._judging import Judged
from trio_live.evaluation._report import Finding, Report, Verdict
from trio_live.evaluation._talk import Exchange, FunctionRun, Talk

__all__ = [
    "Caller",
    "Check",
    "Connect",
    "Evaluation",
    "Exchange",
    "Finding",
    "FunctionRun",
    "Goal",
    "Judged",
    "LlmCaller",
    "Report",
    "ScriptedCaller",
    "Talk",
    "Verdict",
    "called",
    "evaluate",
    "holds",
    "in_phase",
    "known",
    "never_called",
    "never_says",
    "offline",
    "online",
    "read_evaluation",
    "says",
    "state_is",
    "with_agent",
]
