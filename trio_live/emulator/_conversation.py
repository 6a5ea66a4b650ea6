"""One client's conversation: its messages come in, and what they mean is done.

Everything in here is synchronous: a message is judged, changes what is remembered, and may begin or end a turn. The
turns themselves belong to the `Floor`.
"""

from __future__ import annotations

import attrs
import trio

from trio_live.emulator._floor import Floor
from trio_live.emulator._habits import Habits, Work, is_proactive
from trio_live.emulator._head import Head
from trio_live.emulator._hearing import Ear, vad_config
from trio_live.emulator._log import text_of
from trio_live.emulator._message_rules import Standing, refuse_message
from trio_live.emulator._mind import Decision, Say
from trio_live.emulator._persona import Greets
from trio_live.emulator._reflexes import images_of, is_image
from trio_live.emulator._silence import SilenceWatch
from trio_live.emulator._speech import Manner, pieces
from trio_live.emulator._stage import Stage
from trio_live.emulator._turn import Equipment
from trio_live.emulator._usage import Meter, window_for
from trio_live.voice import VadEvent
from trio_live.wire import Blob, ClientContent, ClientMessage, ContextUpdate, RealtimeInput, ServerMessage, Setup

INPUT_WORDS_PER_DELTA = 2


class Conversation:
    """Begins with an accepted setup; ends with its connection.

    Raises:
        Refused: the setup names a handle that cannot be resumed.
    """

    def __init__(self, stage: Stage, setup: Setup, habits: Habits, nursery: trio.Nursery) -> None:
        self._stage = stage
        self._setup = setup
        self._standing = Standing(setup=setup, platform=stage.place.platform)
        self._habits = habits
        self._dialect = stage.dialect
        self._meter = Meter(window=window_for(habits.window, setup.context_window_compression))
        self._head = Head(stage.persona, setup.tools, stage.journal)
        self._ear = Ear(vad_config(self._standing.detection, stage.place.platform))
        self._floor = Floor(stage, self._head, self._equipment(), nursery, setup)
        self._seeding = self._standing.takes_history
        self._unanswered = ""
        self._typed: list[str] = []
        self._activity_open = False
        self._silence = SilenceWatch(
            self._head, self._floor, lambda: self._ear.speaking or self._activity_open, stage.options.time_scale
        )
        self._floor.on_change = self._silence.stir
        self._open()
        if self._head.minds_silence:
            nursery.start_soon(self._silence.run)

    def receive(self, message: ClientMessage) -> None:
        """React to one message.

        Raises:
            Refused: the message ends the connection.
        """
        strict = self._stage.options.strict
        refusal = refuse_message(message, self._standing, has_answered=self._head.has_answered, strict=strict)
        if refusal is not None:
            raise refusal
        self._floor.messages += 1
        if message.realtime_input is not None:
            self._realtime(message.realtime_input)
        if message.client_content is not None:
            self._content(message.client_content)
        if message.tool_response is not None:
            for response in message.tool_response.function_responses or ():
                self._floor.take_answer(response)
        if message.context_update is not None:
            self._context_update(message.context_update)

    # -- beginning

    def _equipment(self) -> Equipment:
        config = self._setup.generation_config
        thinking = config.thinking_config if config else None
        return Equipment(
            outbox=self._stage.outbox,
            studio=self._stage.studio,
            options=self._stage.options,
            meter=self._meter,
            habits=self._habits,
            may_be_silent=is_proactive(self._setup, self._habits),
            thinks_aloud=bool(thinking and thinking.include_thoughts),
            manner=Manner(
                dialect=self._dialect,
                aloud=not (config and config.response_modalities == ["TEXT"]),
                transcript=self._setup.output_audio_transcription is not None,
                words_per_delta=self._stage.persona.words_per_delta,
            ),
        )

    def _open(self) -> None:
        wish = self._setup.session_resumption
        if self._setup.system_instruction is not None:
            self._meter.instructed(text_of(self._setup.system_instruction))
        if wish is not None and wish.handle:
            snapshot = self._stage.handles.take(wish.handle, self._setup.model, trio.current_time())
            self._head.memory, self._meter.context = snapshot.memory, snapshot.context
            self._stage.journal.note(f"resumes in state {self._head.memory.state!r}")
        instruction = self._setup.system_instruction
        self._head.equip(text_of(instruction) if instruction is not None else "")
        self._put(self._dialect.setup_complete(self._stage.names.unique()), "setup complete")
        if self._stage.persona.greets is Greets.CONNECTED and not self._head.has_answered:
            self._floor.answer_later(lambda: self._head.answer(""))

    # -- words and context

    def _content(self, content: ClientContent) -> None:
        turns = content.turns or []
        unasked = turns if self._seeding or not content.turn_complete else turns[:-1]
        seen = [self._head.see(image) for turn in turns for image in images_of(turn)]
        read = [self._head.read(text_of(turn)) for turn in unasked]
        for turn in turns:
            text = text_of(turn)
            self._meter.read(text)
            if turn.role in {None, "", "user"}:
                self._unanswered = text
        if self._seeding:
            self._seeding = not content.turn_complete
            self._unanswered = ""
        elif content.turn_complete:
            heard, self._unanswered = self._unanswered, ""
            self._floor.answer_now(lambda: self._head.answer(heard))
        elif self._dialect.content_always_interrupts:
            self._floor.interrupt()
            self._floor.next()
        self._floor.react(*seen, *read)

    def _text(self, text: str) -> None:
        self._meter.read(text)
        if self._activity_open:
            self._typed.append(text)
        elif self._standing.is_interruptible:
            self._floor.answer_now(lambda: self._head.answer(text))
        else:
            self._floor.answer_later(lambda: self._head.answer(text))

    def _context_update(self, update: ContextUpdate) -> None:
        if update.system_instruction is not None:
            self._meter.read(text_of(update.system_instruction))
        if update.tools is not None:
            self._head.replace_tools(update.tools.tools)
        instruction = text_of(update.system_instruction) if update.system_instruction is not None else ""
        self._floor.react(self._head.update(instruction))

    # -- the live stream

    def _realtime(self, realtime: RealtimeInput) -> None:
        if realtime.activity_start is not None:
            self._activity_start()
        if realtime.audio is not None:
            self._audio(realtime.audio)
        if realtime.media_chunks:
            self._chunk(realtime.media_chunks[0])
        if realtime.video is not None:
            self._see(realtime.video)
        if realtime.text is not None:
            self._text(realtime.text)
        if realtime.activity_end is not None:
            self._activity_end()
        if realtime.audio_stream_end and self._standing.detects_activity and self._ear.flush():
            self._speech_ended()

    def _chunk(self, chunk: Blob) -> None:
        if is_image(chunk):
            self._see(chunk)
        else:
            self._audio(chunk)

    def _see(self, image: Blob) -> None:
        self._meter.saw()
        self._floor.react(self._head.see(image))

    def _audio(self, blob: Blob) -> None:
        edges = self._ear.hear(blob)
        if edges is None:
            self._stage.journal.note(f"cannot hear {blob.mime_type!r}")
        elif self._standing.detects_activity:
            for edge in edges:
                if edge is VadEvent.SPEECH_START:
                    self._speech_started()
                else:
                    self._speech_ended()

    def _activity_start(self) -> None:
        self._activity_open = True
        self._ear.take_heard()
        self._speech_started()

    def _activity_end(self) -> None:
        if not self._activity_open:
            self._stage.journal.note("activityEnd without activityStart")
            return
        self._activity_open = self._floor.user_speaks = False
        self._silence.stir()
        typed = " ".join(self._typed)
        self._typed.clear()
        if typed:
            self._floor.answer_speech(lambda: self._head.answer(typed))
        elif self._ear.has_news:
            self._speech_ended()
        else:
            self._stage.journal.note("nothing was sent between activityStart and activityEnd")
            self._floor.next()

    def _speech_started(self) -> None:
        self._floor.user_speaks = True
        self._silence.stir()
        self._tell_activity("ACTIVITY_START")
        if self._standing.is_interruptible:
            self._floor.interrupt()

    def _speech_ended(self) -> None:
        self._floor.user_speaks = False
        self._tell_activity("ACTIVITY_END")
        self._meter.heard(self._ear.take_heard())
        if self._habits.work is Work.TRANSCRIBE:
            self._transcribe(self._head.next_utterance())
        else:
            self._floor.answer_speech(self._answer_speech)

    def _transcribe(self, heard: str) -> None:
        """Write down what was said; no turn comes of it."""
        deltas = pieces(heard, INPUT_WORDS_PER_DELTA)
        for end in range(1, len(deltas)):
            self._put(self._dialect.interim_transcript("".join(deltas[:end])), f"guesses {heard!r}")
        self._put(self._dialect.input_transcript(heard), f"hears {heard!r}")
        self._put(self._dialect.generation_complete(self._meter.close_turn()), "generation complete")

    def _answer_speech(self) -> Decision:
        heard = self._head.next_utterance()
        if self._setup.input_audio_transcription is not None:
            deltas = [heard] if self._dialect.whole_input_transcript else pieces(heard, INPUT_WORDS_PER_DELTA)
            for delta in deltas:
                self._put(self._dialect.input_transcript(delta), f"hears {delta!r}")
        decision = self._head.answer(heard)
        if self._habits.work is Work.TRANSLATE and decision.because == "default":
            # A persona that does not say how something is translated leaves it as it was.
            return attrs.evolve(decision, actions=(Say((heard,)),))
        return decision

    def _tell_activity(self, kind: str) -> None:
        if self._dialect.voice_activity:
            self._put(self._dialect.activity(kind, self._ear.heard_seconds), kind.lower().replace("_", " "))
        if self._setup.explicit_vad_signal:
            self._put(self._dialect.vad_signal(kind), f"signals {kind.lower().replace('_', ' ')}")

    def _put(self, message: ServerMessage, summary: str) -> None:
        self._stage.put(message, summary)
