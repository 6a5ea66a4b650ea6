"""Middleware as values: layers that are put together, the first outermost."""

from __future__ import annotations

from trio_live._values import value
from trio_live.agents import AgentMiddleware
from trio_live.agents._internal import BringsLayers, flat_layers


@value
class MiddlewareComposite:
    """Some layers. ``a >> b`` is both, ``a`` further out, and changes neither; ``a | b`` means the same.

    Made by `M`, given to ``agent.with_middleware``, to `M.around` for a model, and to `Live.middleware` for the tools of a
    live session.
    """

    layers: tuple[AgentMiddleware, ...] = ()
    """The first is outermost."""

    def __rshift__(self, other: AgentMiddleware | BringsLayers) -> MiddlewareComposite:
        return _joined(self, other)

    __or__ = __rshift__

    def __len__(self) -> int:
        return len(self.layers)


class Layer(AgentMiddleware):
    """One layer that can be put together with others; see `MiddlewareComposite`."""

    @property
    def layers(self) -> tuple[AgentMiddleware, ...]:
        """Itself."""
        return (self,)

    def __rshift__(self, other: AgentMiddleware | BringsLayers) -> MiddlewareComposite:
        return _joined(self, other)

    __or__ = __rshift__

    def __len__(self) -> int:
        return 1


def _joined(left: BringsLayers, right: object) -> MiddlewareComposite:
    if not isinstance(right, AgentMiddleware | BringsLayers):
        refused: MiddlewareComposite = NotImplemented
        return refused
    return MiddlewareComposite((*left.layers, *flat_layers([right])))
