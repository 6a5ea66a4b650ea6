"""The same agent with Pipecat."""

from __future__ import annotations

import asyncio
import os

from pipecat.frames.frames import EndWorkerFrame, Frame, LLMRunFrame, TTSStoppedFrame, TTSTextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.services.llm_service import FunctionCallParams
from pipecat.workers.runner import WorkerRunner


async def get_weather(params: FunctionCallParams, city: str) -> None:
    """Tell the weather in a city.

    Args:
        city: its name.
    """
    await params.result_callback({"weather": "foggy"})


class Printer(FrameProcessor):
    """Prints what is said, and ends the pipeline after the first turn."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSTextFrame):
            print(frame.text, end="", flush=True)
        await self.push_frame(frame, direction)
        if isinstance(frame, TTSStoppedFrame):
            await self.push_frame(EndWorkerFrame())


async def main() -> None:
    settings = GeminiLiveLLMService.Settings(model="models/gemini-3.8-live", system_instruction="Be brief.")
    service = GeminiLiveLLMService(api_key=os.environ["GOOGLE_API_KEY"], settings=settings, tools=[get_weather])
    question = {"role": "user", "content": "How is the weather in London?"}
    context = LLMContextAggregatorPair(LLMContext([question]))
    worker = PipelineWorker(Pipeline([context.user(), service, Printer(), context.assistant()]))
    runner = WorkerRunner()
    await runner.add_workers(worker)
    await worker.queue_frame(LLMRunFrame())
    await runner.run()


asyncio.run(main())
