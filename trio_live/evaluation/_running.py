"""Running the evaluation that a file describes, with what the environment offers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from trio_live.errors import ConfigError
from trio_live.evaluation._evaluate import offline, online
from trio_live.evaluation._file import read_evaluation
from trio_live.evaluation._report import Report
from trio_live.live import Live, endpoint_from_env
from trio_live.llm import BaseLlm, GeminiLlm


async def evaluate_file(
    file: Path, find_builder: Callable[[str], Live], *, is_online: bool, model: str | None
) -> Report:
    """Hold the talk, and say what came of it.

    Args:
        file: describes it.
        find_builder: finds the agent by what the file calls it.
        is_online: with the model that the environment names; with an emulator otherwise.
        model: the text model that judges, or plays the caller, where the file asks for one.

    Raises:
        ConfigError: the file, the agent or the environment is not in order.
        ConnectError: there is no session to be had.

    Cancellation: the session is closed in order.
    """
    evaluation = read_evaluation(file)
    if evaluation.needs_model and model is None:
        raise ConfigError(f"{file} asks for a text model, to play the caller or to judge; name one with --model")
    connect = online() if is_online else offline(evaluation.persona)
    async with AsyncExitStack() as stack:
        llm: BaseLlm | None = None
        if model is not None and evaluation.needs_model:
            llm = await stack.enter_async_context(GeminiLlm(model, endpoint_from_env()))
        return await evaluation.run(find_builder(evaluation.agent), connect, llm)
