"""Handing a call over from one agent to another: what it takes with each model, and what the model is told. Pure."""

from trio_live.handoff._plan import PASSAGES, Passage, Prompt, ToolChange, TransferPlan, passage_of, plan_transfer

__all__ = ["PASSAGES", "Passage", "Prompt", "ToolChange", "TransferPlan", "passage_of", "plan_transfer"]
