"""One client's conversation: its messages come in, and what they mean is done.

Everything in here is synchronous: a message is judged, changes what is remembered, and may begin or end a turn. The
turns themselves belong to the `TurnQueue`.
"""

from __future__ import annotations

import trio

from trio_live.emulator._audio import SpeechHearing, SpeechStyle, vad_config
from trio_live.emulator._faults import Point
from trio_live.emulator._log import text_of
from trio_live.emulator._persona import Greets, has_words, images_of, is_image
from trio_live.emulator._service import (
    LIMITS,
    Meter,
    SessionSettings,
    is_proactive,
    refuse_message,
    window_for,
    window_size,
)
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._responder import Responder
from trio_live.emulator._session._resumption import Resumption
from trio_live.emulator._session._silence import SilenceWatch
from trio_live.emulator._session._speech_answers import SpeechAnswers
from trio_live.emulator._session._thoughts import thoughts_for
from trio_live.emulator._session._turn import TurnContext
from trio_live.emulator._session._turn_boundary import TurnBoundary
from trio_live.emulator._session._turn_queue import TurnQueue
from trio_live.emulator._speech import spoken_turns
from trio_live.voice import VadEvent
from trio_live.wire import Blob, ClientContent, ClientMessage, ContextUpdate, RealtimeInput, ServerMessage


class ClientMessageHandler:
    """Begins with an accepted setup; ends with its connection.

    Raises:
        Refused: the setup names a handle that cannot be resumed.
    """

    def __init__(self, context: SessionContext, settings: SessionSettings, nursery: trio.Nursery) -> None:
        self._context = context
        self._setup = setup = settings.setup
        self._settings = settings
        self._profile = settings.profile
        self._dialect = context.dialect
        self._meter = Meter(window=window_for(window_size(settings.profile), setup.context_window_compression))
        self._responder = Responder(context.persona, setup.tools, context.log)
        self._hearing = SpeechHearing(vad_config(self._settings.detection, context.route.platform))
        self._resumption = Resumption(context, setup, settings.behaviour)
        boundary = TurnBoundary(context, self._responder, self._meter, self._resumption, settings)
        self._turns = TurnQueue(context, self._turn_context(), boundary, nursery)
        answers = SpeechAnswers(context, settings, self._responder, self._meter)
        self._spoken = spoken_turns(answers, self._turns, context.recognition)
        self._seeding = self._settings.takes_history and not self._dialect.answers_history
        self._unanswered = ""
        self._typed: list[str] = []
        self._activity_open = False
        self._silence = SilenceWatch(
            self._responder,
            react=self._turns.react,
            is_broken=lambda: any(
                (self._turns.is_running, self._hearing.speaking, self._activity_open, self._spoken.is_busy)
            ),
            time_scale=context.options.time_scale,
        )
        self._turns.on_change = self._silence.restart
        self._open()
        if context.recognition is not None:
            nursery.start_soon(self._spoken.run)
        if self._responder.minds_silence:
            nursery.start_soon(self._silence.run)

    def receive(self, message: ClientMessage) -> None:
        """React to one message.

        Raises:
            Refused: the message ends the connection.
        """
        strict = self._context.options.strict
        refusal = refuse_message(message, self._settings, has_answered=self._responder.has_answered, strict=strict)
        if refusal is not None:
            raise refusal
        self._resumption.messages += 1
        if message.realtime_input is not None:
            self._realtime(message.realtime_input)
        if message.client_content is not None:
            self._content(message.client_content)
        if message.tool_response is not None:
            for response in message.tool_response.function_responses or ():
                self._turns.tools.take_answer(response)
        if message.context_update is not None:
            self._context_update(message.context_update)

    # -- beginning

    def _turn_context(self) -> TurnContext:
        config = self._setup.generation_config
        return TurnContext(
            outbox=self._context.outbox,
            encoder=self._context.encoder,
            options=self._context.options,
            meter=self._meter,
            responder=self._responder,
            settings=self._settings,
            synthesis=self._context.synthesis,
            may_be_silent=is_proactive(self._setup, self._profile),
            thoughts=thoughts_for(self._setup, self._dialect),
            style=SpeechStyle(
                dialect=self._dialect,
                aloud=not (config and config.response_modalities == ["TEXT"]),
                transcript=self._setup.output_audio_transcription is not None,
                words_per_delta=self._context.persona.words_per_delta,
            ),
        )

    def _open(self) -> None:
        instruction = self._setup.system_instruction
        if instruction is not None:
            self._meter.instructed(text_of(instruction))
        snapshot = self._resumption.resume()
        if snapshot is not None:
            self._responder.memory, self._meter.context = snapshot.memory, snapshot.context
            self._context.log.note(f"resumes in state {self._responder.memory.state!r}")
        self._responder.equip(text_of(instruction) if instruction is not None else "")
        self._put(self._dialect.setup_complete(self._context.ids.unique()), "setup complete")
        if self._context.persona.greets is Greets.CONNECTED and not self._responder.has_answered:
            self._turns.answer_later(lambda: self._responder.answer(""))

    # -- words and context

    def _content(self, content: ClientContent) -> None:
        turns = content.turns or []
        unasked = turns if self._seeding or not content.turn_complete else turns[:-1]
        seen = [self._responder.see(image) for turn in turns for image in images_of(turn)]
        read = [self._responder.read(text_of(turn)) for turn in unasked]
        for turn in turns:
            text = text_of(turn)
            self._meter.read(text)
            if turn.role == "model":
                self._unanswered = ""
            elif turn.role != "system" and has_words(text):
                self._unanswered = text
        if self._seeding:
            self._seeding = not content.turn_complete
        elif content.turn_complete and self._means_go_on([text_of(turn) for turn in turns if turn.role != "model"]):
            self._context.log.note("a turn without words: the model goes on")
        elif content.turn_complete:
            heard, self._unanswered = self._unanswered, ""
            self._turns.answer_now(lambda: self._responder.answer(heard))
        elif self._dialect.content_always_interrupts:
            self._turns.interrupt()
            self._turns.next()
        self._turns.react(*seen, *read)

    def _text(self, text: str) -> None:
        self._meter.read(text)
        if self._activity_open:
            if len(self._typed) < LIMITS["answers"].most:
                self._typed.append(text[: LIMITS["heard"].most])
            return
        if self._means_go_on([text]):
            self._context.log.note("a turn without words: the model goes on")
            return
        heard, self._unanswered = text if has_words(text) else self._unanswered, ""
        if self._settings.is_interruptible:
            self._turns.answer_now(lambda: self._responder.answer(heard))
        else:
            self._turns.answer_later(lambda: self._responder.answer(heard))

    def _means_go_on(self, texts: list[str]) -> bool:
        """Whether somebody only nudges a model that is answering already."""
        has_none = bool(texts) and not any(has_words(text) for text in texts)
        return has_none and not self._unanswered and self._turns.is_running

    def _context_update(self, update: ContextUpdate) -> None:
        if update.system_instruction is not None:
            self._meter.read(text_of(update.system_instruction))
        if update.tools is not None:
            self._responder.replace_tools(update.tools.tools)
        instruction = text_of(update.system_instruction) if update.system_instruction is not None else ""
        self._turns.react(self._responder.update(instruction))

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
        if realtime.audio_stream_end:
            self._stream_ended()

    def _stream_ended(self) -> None:
        """The microphone was switched off; a model that does not heed that goes on waiting for silence."""
        heeds = self._profile.audio_stream_end and self._settings.detects_activity
        if heeds and self._hearing.flush():
            self._speech_ended()

    def _chunk(self, chunk: Blob) -> None:
        if is_image(chunk):
            self._see(chunk)
        else:
            self._audio(chunk)

    def _see(self, image: Blob) -> None:
        self._meter.saw()
        self._turns.react(self._responder.see(image))

    def _audio(self, blob: Blob) -> None:
        if self._turns.waited_for is not None:
            self._context.injector.reached(Point.AUDIO_IN_CALL)
        edges = self._hearing.hear(blob)
        if edges is None:
            self._context.log.note(f"cannot hear {blob.mime_type!r}")
            return
        self._spoken.take(blob.data or b"", self._hearing.rate)
        if self._settings.detects_activity:
            for edge in edges:
                if edge is VadEvent.SPEECH_START:
                    self._speech_started()
                else:
                    self._speech_ended()

    def _activity_start(self) -> None:
        self._activity_open = True
        self._hearing.take_heard()
        self._speech_started()

    def _activity_end(self) -> None:
        if not self._activity_open:
            self._context.log.note("activityEnd without activityStart")
            return
        self._activity_open = self._turns.user_speaks = False
        self._silence.restart()
        typed = " ".join(self._typed)
        self._typed.clear()
        if typed:
            self._spoken.drop()
            self._turns.answer_speech(lambda: self._responder.answer(typed))
        elif self._hearing.has_news:
            self._speech_ended()
        else:
            self._spoken.drop()
            self._context.log.note("nothing was sent between activityStart and activityEnd")
            self._turns.next()

    def _speech_started(self) -> None:
        self._turns.user_speaks = True
        self._silence.restart()
        self._tell_activity("ACTIVITY_START")
        if self._settings.is_interruptible:
            self._turns.interrupt()
        self._spoken.begin()

    def _speech_ended(self) -> None:
        self._turns.user_speaks = False
        self._tell_activity("ACTIVITY_END")
        self._meter.heard(self._hearing.take_heard())
        self._spoken.end()

    def _tell_activity(self, kind: str) -> None:
        if self._dialect.voice_activity:
            self._put(self._dialect.activity(kind, self._hearing.heard_seconds), kind.lower().replace("_", " "))
        if self._setup.explicit_vad_signal:
            self._put(self._dialect.vad_signal(kind), f"signals {kind.lower().replace('_', ' ')}")

    def _put(self, message: ServerMessage, summary: str) -> None:
        self._context.put(message, summary)
