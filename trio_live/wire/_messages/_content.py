"""The values inside messages: content, parts, blobs, function calls and their answers, usage.

These may travel upward inside events; the envelopes around them stop at ``session/``.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from trio_live._typing import JsonObject
from trio_live.wire._limits import at_most, counted
from trio_live.wire._messages._base import Duration, Number, Wire

Count: TypeAlias = Annotated[int, counted()]
"""How many."""

AUDIO_INPUT_MIME = "audio/pcm;rate=16000"
"""PCM16 LE mono at 16 kHz, what the models hear natively. The rate must be declared: bare ``audio/pcm`` from a
client has been accepted and then heard as nothing."""

AUDIO_OUTPUT_RATE = 24_000
"""Hz of the models' audio: PCM16 LE mono. Also what a bare ``audio/pcm`` from the server means."""


class Blob(Wire, frozen=True, gc=False):
    """Raw bytes with their MIME type; base64 on the wire."""

    mime_type: str | None = None
    data: bytes | None = None
    display_name: str | None = None


class FileData(Wire, frozen=True, gc=False):
    """A file by its address."""

    file_uri: str | None = None
    mime_type: str | None = None
    display_name: str | None = None


class PartialArg(Wire, frozen=True):
    """One streamed argument of a function call (Vertex). At most one of the value fields is set."""

    json_path: str | None = None
    string_value: str | None = None
    number_value: Number | None = None
    bool_value: bool | None = None
    null_value: str | None = None
    """``NULL_VALUE`` when the argument is null."""
    will_continue: bool | None = None


class FunctionCall(Wire, frozen=True):
    """The model asks for a function to be run."""

    id: str | None = None
    """Opaque; to be copied into the answer. May be absent."""
    name: str = ""
    args: JsonObject | None = None
    """Arguments; absent means none."""
    partial_args: Annotated[list[PartialArg], at_most("pieces")] | None = None
    will_continue: bool | None = None


class VideoMetadata(Wire, frozen=True):
    """Which piece of a video to look at, and how densely."""

    start_offset: Duration = None
    end_offset: Duration = None
    fps: Number | None = None
    content_layers: list[str] | None = None


class AudioMetadata(Wire, frozen=True):
    """Which piece of an audio file to listen to."""

    start_offset: Duration = None
    end_offset: Duration = None


class DocumentMetadata(Wire, frozen=True):
    """Which pages of a document to read."""

    start_page: int | None = None
    end_page: int | None = None
    content_layers: list[str] | None = None


class SpreadsheetMetadata(Wire, frozen=True):
    """Which cells of a spreadsheet to read."""

    visible_cells: Any = None
    sheet_index: int | None = None
    content_layers: list[str] | None = None


class MediaResolution(Wire, frozen=True):
    """How finely one part is looked at (``MEDIA_RESOLUTION_LOW`` / ``_MEDIUM`` / ``_HIGH`` / ``_ULTRA_HIGH``)."""

    level: str | None = None
    num_tokens: int | None = None


class FunctionResponsePart(Wire, frozen=True):
    """A media result of a function."""

    inline_data: Blob | None = None
    file_data: FileData | None = None
    media_processing: str | None = None
    media_resolution: MediaResolution | None = None
    video_metadata: VideoMetadata | None = None
    document_metadata: DocumentMetadata | None = None
    spreadsheet_metadata: SpreadsheetMetadata | None = None
    audio_metadata: AudioMetadata | None = None


def failure(text: str, *, status: str = "error", retry: bool = False, **more: Any) -> JsonObject:
    """What every model reads of every failure: that it is one, what went wrong, whether asking again may help."""
    return {"status": status, "error": text, "retry": retry, **more}


class FunctionResponse(Wire, frozen=True):
    """The answer to one `FunctionCall`.

    ``response`` must be a JSON object; `FunctionResponse.of` wraps anything else as ``{"output": value}``.
    """

    id: str | None = None
    name: str = ""
    response: JsonObject | None = None
    scheduling: str | None = None
    """``SILENT``, ``WHEN_IDLE`` (the server's default) or ``INTERRUPT``; only for NON_BLOCKING functions."""
    will_continue: bool | None = None
    """True: more responses for this id follow (Google AI only)."""
    parts: list[FunctionResponsePart] | None = None

    @classmethod
    def of(cls, call: FunctionCall, result: Any, *, scheduling: str | None = None) -> FunctionResponse:
        """The answer to ``call``: id and name copied, a result that is no object wrapped as ``{"output": …}``.

        ``scheduling`` says when the model is to speak of it: ``INTERRUPT``, ``WHEN_IDLE`` or ``SILENT``.
        """
        response = result if isinstance(result, dict) else {"output": result}
        return cls(id=call.id, name=call.name, response=response, scheduling=scheduling)

    @classmethod
    def error(
        cls, call: FunctionCall, text: str, *, status: str = "error", retry: bool = False, **more: Any
    ) -> FunctionResponse:
        """The answer to ``call`` that tells the model what went wrong: ``{"status", "error", "retry"}``.

        Args:
            call: the model's.
            text: what went wrong.
            status: in a word, where there is a better one.
            retry: whether the model may ask again.
            more: what else it may want to know.
        """
        return cls(id=call.id, name=call.name, response=failure(text, status=status, retry=retry, **more))


class ExecutableCode(Wire, frozen=True):
    """Code the model wrote for the server's own interpreter."""

    code: str | None = None
    language: str | None = None
    id: str | None = None


class CodeExecutionResult(Wire, frozen=True):
    """What the server's interpreter answered."""

    outcome: str | None = None
    """OUTCOME_OK, OUTCOME_FAILED, OUTCOME_DEADLINE_EXCEEDED or OUTCOME_UNSPECIFIED."""
    output: str | None = None
    id: str | None = None


class ServerToolCall(Wire, frozen=True):
    """A call of a tool that the *server* runs. Not to be executed here. Google AI only."""

    id: str | None = None
    tool_type: str | None = None
    args: JsonObject | None = None


class ServerToolResponse(Wire, frozen=True):
    """The answer of a tool that the server ran."""

    id: str | None = None
    tool_type: str | None = None
    response: JsonObject | None = None


class Word(Wire, frozen=True):
    """One word of a transcript."""

    word: str | None = None
    start_offset: Duration = None
    end_offset: Duration = None


class Transcription(Wire, frozen=True):
    """Words that were heard or spoken. Every field may be absent; do not wait for ``finished``."""

    text: Annotated[str, at_most("text")] | None = None
    finished: bool | None = None
    language_code: str | None = None
    speaker_label: str | None = None
    words: list[Word] | None = None
    start_offset: Duration = None
    end_offset: Duration = None


class SpeechMetadata(Wire, frozen=True):
    """Who speaks a part, and how."""

    speaker: str | None = None
    style: str | None = None


class Part(Wire, frozen=True, gc=False):
    """One piece of content: exactly one data field, plus modifiers.

    ``gc=False`` is safe: a part is a tree that came from JSON.
    """

    text: str | None = None
    thought: bool | None = None
    """True: reasoning, not part of the answer."""
    thought_signature: bytes | None = None
    """Opaque; to be sent back unchanged."""
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    executable_code: ExecutableCode | None = None
    code_execution_result: CodeExecutionResult | None = None
    tool_call: ServerToolCall | None = None
    tool_response: ServerToolResponse | None = None
    video_metadata: VideoMetadata | None = None
    media_resolution: MediaResolution | None = None
    media_processing: str | None = None
    audio_transcription: Transcription | None = None
    speech_metadata: SpeechMetadata | None = None
    part_metadata: JsonObject | None = None
    audio_metadata: AudioMetadata | None = None
    document_metadata: DocumentMetadata | None = None
    spreadsheet_metadata: SpreadsheetMetadata | None = None


class Content(Wire, frozen=True, gc=False):
    """One turn of the conversation, or one piece of it."""

    role: str | None = None
    """``user`` or ``model``; absent means user when sent, model when received."""
    parts: Annotated[list[Part], at_most("parts")] | None = None

    @classmethod
    def of(cls, text: str, role: str | None = "user") -> Content:
        """Content of one text part, said by the ``role`` ``user`` or ``model``."""
        return cls(role=role, parts=[Part(text=text)])


class ModalityTokenCount(Wire, frozen=True):
    """Tokens of one modality. An absent count means zero."""

    modality: str | None = None
    token_count: Count | None = None


class UsageMetadata(Wire, frozen=True):
    """Tokens of the turn that the same frame closes.

    Google AI counts the answer as ``response…``, Vertex as ``candidates…``; `response_tokens` and
    `response_details` read whichever came.
    """

    prompt_token_count: Count | None = None
    cached_content_token_count: Count | None = None
    response_token_count: Count | None = None
    candidates_token_count: Count | None = None
    tool_use_prompt_token_count: Count | None = None
    thoughts_token_count: Count | None = None
    total_token_count: Count | None = None
    prompt_tokens_details: list[ModalityTokenCount] | None = None
    cache_tokens_details: list[ModalityTokenCount] | None = None
    response_tokens_details: list[ModalityTokenCount] | None = None
    candidates_tokens_details: list[ModalityTokenCount] | None = None
    tool_use_prompt_tokens_details: list[ModalityTokenCount] | None = None
    service_tier: str | None = None
    traffic_type: str | None = None

    @property
    def response_tokens(self) -> int | None:
        """Tokens of the answer, by either platform's name."""
        return self.candidates_token_count if self.response_token_count is None else self.response_token_count

    @property
    def response_details(self) -> list[ModalityTokenCount]:
        """Tokens of the answer by modality, by either platform's name."""
        return self.response_tokens_details or self.candidates_tokens_details or []
