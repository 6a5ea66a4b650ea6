from __future__ import annotations

from trio_live.tools import ToolContext, end_call


async def test_it_asks_for_the_end_and_lets_the_model_say_goodbye() -> None:
    context = ToolContext()
    answer = await end_call(context)
    assert answer["status"] == "ending"
    assert context.ends_within is not None
    assert end_call.parameters is None, "there is nothing to fill in"
