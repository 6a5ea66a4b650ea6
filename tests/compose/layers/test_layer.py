"""Layers as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.scenarios.harness import stage
from trio_live import Live
from trio_live.agents import AgentMiddleware, FnTextAgent
from trio_live.compose import G, M, MiddlewareComposite
from trio_live.compose._layers._layer import Layer
from trio_live.errors import ConfigError

PIECES: list[Layer | MiddlewareComposite] = [M.log(), M.cost(), M.retry(2), M.log() >> M.cache(), MiddlewareComposite()]
pieces = st.sampled_from(PIECES)


@given(pieces, pieces, pieces)
def test_k1_putting_together_is_associative_and_changes_nothing(
    a: Layer | MiddlewareComposite, b: Layer | MiddlewareComposite, c: Layer | MiddlewareComposite
) -> None:
    before = (a.layers, b.layers, c.layers)
    assert (a >> b) >> c == a >> (b >> c) == a | b | c
    assert len(a >> b) == len(a) + len(b)
    assert (a.layers, b.layers, c.layers) == before


def test_only_layers_can_be_put_together() -> None:
    with pytest.raises(TypeError):
        M.log() >> 3  # type: ignore[operator]
    assert len(M.log() >> (G.pii() + G.json())) == 2, "guards are one layer"
    assert len(M.log() >> AgentMiddleware()) == 2


async def test_a_live_session_takes_what_does_something_there(autojump_clock: MockClock) -> None:
    live = Live.builder().model("m").middleware(M.audit() >> M.timeout(3), M.cost())
    assert len(live.spec.tools.middleware) == 3
    async with stage(live):
        pass
    for idle in (M.cache(), M.retry(1), G.pii(), M.before_agent(print), M.scope("x", M.sample(1))):
        bare = Live.builder().model("m").middleware(idle)
        with pytest.raises(ConfigError, match="none of the tools is a text agent: put it around an agent"):
            async with stage(bare):
                raise AssertionError("it must not connect")
        async with stage(bare.agent_tool("ask", "Asks.", FnTextAgent("f", str))):
            pass
    with pytest.raises(TypeError, match="middleware"):
        live.middleware(3)  # type: ignore[arg-type]
