"""Drives Pipecat's Gemini Live service, in a pipeline without a transport."""

from __future__ import annotations

import asyncio
import sys

from driving import ASKED, ASKED_LATER, drive, go_ahead, report, speech
from loguru import logger
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMRunFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.services.llm_service import FunctionCallParams
from pipecat.workers.runner import WorkerRunner

logger.remove()
logger.add(sys.stderr, level="WARNING")


async def get_weather(params: FunctionCallParams, city: str) -> None:
    """Tell the weather in a city.

    Args:
        city: its name.
    """
    report(call="get_weather", args={"city": city})
    await params.result_callback({"weather": "foggy"})


class Listener(FrameProcessor):
    """Reports what the service says."""

    def __init__(self) -> None:
        super().__init__()
        self.speaks = asyncio.Event()
        self.turns: asyncio.Queue[str] = asyncio.Queue()
        self._said = ""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case TTSAudioRawFrame():
                report(audio=len(frame.audio))
                self.speaks.set()
            case TTSTextFrame():
                self._said += frame.text
            case InterruptionFrame():
                report(interrupted=True)
            case TTSStoppedFrame():
                report(said=self._said)
                self.turns.put_nowait(self._said)
                self._said = ""
        await self.push_frame(frame, direction)


async def ask(worker: PipelineWorker, listener: Listener, scenario: str) -> None:
    await worker.queue_frame(LLMRunFrame())
    if scenario == "barge_in":
        await listener.speaks.wait()
        async for piece in speech():
            await worker.queue_frame(InputAudioRawFrame(audio=piece, sample_rate=16_000, num_channels=1))
    await listener.turns.get()
    if scenario == "resume":
        await go_ahead()
        await worker.queue_frame(InputTextRawFrame(text=ASKED_LATER))
    if scenario in {"resume", "barge_in"}:
        await listener.turns.get()
    report(turn=True)
    await worker.queue_frame(EndFrame())


async def play(scenario: str, model: str) -> None:
    settings = GeminiLiveLLMService.Settings(model=f"models/{model}", system_instruction="Be brief.")
    service = GeminiLiveLLMService(api_key="any", settings=settings, tools=[get_weather])
    context = LLMContextAggregatorPair(LLMContext([{"role": "user", "content": ASKED[scenario]}]))
    listener = Listener()
    worker = PipelineWorker(Pipeline([context.user(), service, listener, context.assistant()]), params=PipelineParams())
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await asyncio.gather(runner.run(), ask(worker, listener, scenario))


drive(play)
