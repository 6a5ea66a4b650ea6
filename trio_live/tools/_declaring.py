"""What is sent of the tools: their declarations, each with the behaviour that it is called by; and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trio_live.tools._modes import Background, Behavior, ToolExecutionMode
from trio_live.tools._tool import FunctionTool
from trio_live.wire import FunctionDeclaration, LiveModelProfile


def behavior_of(tool: FunctionTool[..., Any], mode: ToolExecutionMode, profile: LiveModelProfile | None) -> Behavior:
    """How the model is to call a tool. Every declaration says it: what is left out means another thing to each model.

    Args:
        tool: the tool.
        mode: how it runs.
        profile: of the model; ``None``: whichever.
    """
    if tool.policy.behavior is not None:
        return tool.policy.behavior
    if isinstance(mode, Background) or (profile is not None and profile.call_behaviors == ("NON_BLOCKING",)):
        return "NON_BLOCKING"
    return "BLOCKING"


def declaration_of(
    tool: FunctionTool[..., Any], mode: ToolExecutionMode, profile: LiveModelProfile | None
) -> FunctionDeclaration:
    """What the model is told of a tool.

    Args:
        tool: the tool.
        mode: how it runs.
        profile: of the model; ``None``: whichever.
    """
    return FunctionDeclaration(
        name=tool.name,
        description=tool.description,
        parameters=tool.parameters,
        behavior=behavior_of(tool, mode, profile),
    )


def declaring_problems(
    tool: FunctionTool[..., Any], mode: ToolExecutionMode, profile: LiveModelProfile
) -> Iterator[str]:
    """Why a model cannot have this tool.

    Args:
        tool: the tool.
        mode: how it runs.
        profile: of the model.
    """
    behavior = behavior_of(tool, mode, profile)
    if not profile.call_behaviors:
        yield f"the {profile.name} model calls no functions, so it cannot have {tool.name!r}"
    elif isinstance(mode, Background) and behavior == "BLOCKING":
        yield f"{tool.name!r} runs in the background, and asks for BLOCKING: the model would wait for it; leave `behavior` out"
    elif behavior not in profile.call_behaviors:
        only = profile.call_behaviors[0]
        reason = "it runs in the background" if isinstance(mode, Background) else f"it asks for {behavior}"
        yield f"{tool.name!r} cannot be declared: {reason}, and the {profile.name} model on {profile.platform.value} calls {only} functions only"
    elif isinstance(mode, Background) and mode.scheduling is not None and not profile.scheduling:
        yield (
            f"{tool.name!r} schedules its result ({mode.scheduling}), "
            f"which the {profile.name} model on {profile.platform.value} does not take: leave `scheduling` out"
        )
