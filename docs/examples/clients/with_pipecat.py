"""One turn with Pipecat. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and SSL_CERT_FILE."""

from __future__ import annotations

import asyncio

from pipecat.frames.frames import EndWorkerFrame, Frame, LLMRunFrame, TTSStoppedFrame, TTSTextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.workers.runner import WorkerRunner


class Printer(FrameProcessor):
    """Prints what is said, and ends the pipeline after the first turn."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Look at a frame and pass it on."""
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSTextFrame):
            print(frame.text, end="", flush=True)
        await self.push_frame(frame, direction)
        if isinstance(frame, TTSStoppedFrame):
            await self.push_frame(EndWorkerFrame())


async def main() -> None:
    settings = GeminiLiveLLMService.Settings(
        model="models/gemini-3.8-live", system_instruction="Answer in one sentence."
    )
    service = GeminiLiveLLMService(api_key="any", settings=settings)
    context = LLMContextAggregatorPair(LLMContext([{"role": "user", "content": "What is the capital of France?"}]))
    worker = PipelineWorker(Pipeline([context.user(), service, Printer(), context.assistant()]))
    runner = WorkerRunner()
    await runner.add_workers(worker)
    await worker.queue_frame(LLMRunFrame())
    await runner.run()


asyncio.run(main())
