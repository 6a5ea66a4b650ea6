"""What agents/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.agents._layers import BringsLayers, LayeredLlm, agent_path, current_model, flat_layers, tell
from trio_live.agents._tool import AgentCall

__all__ = ["AgentCall", "BringsLayers", "LayeredLlm", "agent_path", "current_model", "flat_layers", "tell"]
