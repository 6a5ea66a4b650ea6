"""A whole call: a microphone that is always on, a speaker that can be silenced, a calendar, and one interruption."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from importlib import resources

import trio

from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, LiveHandle, State, events

TICK = 0.02
HEARD_BYTES = 640
"""20 ms of the caller's sound: PCM16 at 16 kHz."""
PLAYED_BYTES = 960
"""20 ms of the model's sound: PCM16 at 24 kHz."""

CALENDAR = {
    "find_slots": {"slots": ["13:30", "14:15", "15:30", "16:00"]},
    "book_appointment": {"confirmation_number": "4711"},
}


class Microphone:
    """Sends 20 ms of sound every 20 ms: silence, unless somebody speaks."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def say(self, name: str) -> None:
        """Speak one of the recorded sentences that come with trio-live."""
        file = resources.files("trio_live.cli") / "calls" / name
        with file.open("rb") as raw, wave.open(raw) as sentence:
            self._waiting += sentence.readframes(sentence.getnframes())

    async def send(self, session: LiveHandle) -> None:
        """Send until cancelled."""
        while True:
            frame = bytes(self._waiting[:HEARD_BYTES]).ljust(HEARD_BYTES, b"\0")
            del self._waiting[:HEARD_BYTES]
            await session.send_audio(frame)
            await trio.sleep(TICK)


class Speaker:
    """Plays in real time what arrives faster than that. A real one would write to a sound card."""

    def __init__(self) -> None:
        self._queued = bytearray()
        self.heard = bytearray()
        self.dropped_seconds = 0.0

    def queue(self, pcm: bytes) -> None:
        """Take a piece of sound. Called on the fast lane, so it must not take long."""
        self._queued += pcm

    async def flush(self) -> None:
        """Forget what was not heard yet: the caller has begun to speak."""
        self.dropped_seconds += len(self._queued) / 48_000
        self._queued.clear()

    async def play(self) -> None:
        """Play until cancelled."""
        while True:
            self.heard += self._queued[:PLAYED_BYTES]
            del self._queued[:PLAYED_BYTES]
            await trio.sleep(TICK)


def function(name: str, description: str, *parameters: str) -> FunctionDeclaration:
    """Declare a function whose parameters are all text, and all needed."""
    properties = {parameter: {"type": "STRING"} for parameter in parameters}
    schema = {"type": "OBJECT", "properties": properties, "required": list(parameters)}
    return FunctionDeclaration(name=name, description=description, parameters=schema)


async def answer(calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
    """Look into the calendar."""
    return [FunctionResponse.of(call, CALENDAR[call.name]) for call in calls]


def front_desk(speaker: Speaker) -> Live:
    """The agent. It does not know yet where it will run."""
    return (
        Live.builder()
        .model("gemini-3.8-live")
        .voice("Kore")
        .instruction("You are the front desk of Harbour Clinic. Book appointments. Be brief and kind.")
        .transcription()
        .add_tool(function("find_slots", "Free times of a doctor on a day.", "doctor", "day"))
        .add_tool(function("book_appointment", "Book a time.", "patient", "doctor", "day", "time"))
        .on_audio(speaker.queue)
        .on_interrupted(speaker.flush)
        .on_tool_call(answer)
    )


async def hold_call(session: LiveHandle, speaker: Speaker) -> list[str]:
    """One call from beginning to end. Returns who said what."""
    microphone = Microphone()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(microphone.send, session)
        nursery.start_soon(speaker.play)
        said = await play_caller(session, microphone)
        nursery.cancel_scope.cancel()
    return said


async def play_caller(session: LiveHandle, microphone: Microphone) -> list[str]:
    """Say five sentences, the third one into the middle of an answer."""
    said: list[str] = []
    heard = answered = ""
    to_be_said = iter(["thursday.wav", "three_thirty.wav", "goodbye.wav"])
    microphone.say("hello.wav")
    async with session.events() as stream:
        async for event in stream:
            match event:
                case events.InputTranscript(text, is_final=True):
                    heard = text
                case events.OutputTranscript(text, is_final=True):
                    answered = text
                case events.OutputTranscript(text) if "insurance" in text:
                    microphone.say("one_moment.wav")
                case events.Interrupted():
                    answered = "(interrupted)"
                case events.TurnComplete():
                    said += [f"caller: {heard}", f"  desk: {answered}"]
                    if answered == "(interrupted)":
                        continue  # this was the turn that was cut off; the answer is still to come
                    name = next(to_be_said, None)
                    if name is None:
                        break
                    microphone.say(name)
    return said


async def main() -> None:
    speaker = Speaker()
    async with front_desk(speaker).connect_from_env() as session:
        print(*await hold_call(session, speaker), sep="\n")
    print(f"{speaker.dropped_seconds:.1f} s of speech were generated and never heard")


if __name__ == "__main__":
    trio.run(main)
