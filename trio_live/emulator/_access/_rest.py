"""What the emulator answers over plain HTTP: requests for ephemeral tokens, and questions in text."""

from __future__ import annotations

from trio_live.emulator._access._admission import Admission
from trio_live.emulator._access._http import Request, Response, failure
from trio_live.emulator._access._tokens import BadTerms, read_terms
from trio_live.emulator._access._upgrade import TextQuestion, UpgradeRefusal, admit_request
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Persona
from trio_live.emulator._text import BadQuestion, answer_question, cut
from trio_live.llm._internal import GenerateResponse, decode_request, encode_response


class RestDoor:
    """Answers single requests.

    Args:
        persona: who answers questions.
        options: who may come in.
        admission: gives out tokens.
    """

    def __init__(self, persona: Persona, options: EmulatorOptions, admission: Admission) -> None:
        self._persona = persona
        self._options = options
        self._admission = admission

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        wish = admit_request(request.target, request.headers, self._options.keys)
        match wish:
            case UpgradeRefusal(status, words):
                return failure(status, words)
            case TextQuestion():
                return self._answer(wish, request.body)
            case _:
                return self._token(request.body)

    def _answer(self, asked: TextQuestion, body: bytes) -> Response:
        try:
            answer = answer_question(self._persona, asked.model, decode_request(body))
            return _streamed(answer, asked) if asked.is_streamed else Response(200, encode_response(answer))
        except BadQuestion as problem:
            return failure(400, str(problem))
        except ValueError as problem:
            return failure(400, f"Invalid JSON payload received. {problem}")

    def _token(self, body: bytes) -> Response:
        try:
            terms = read_terms(body, self._admission.now())
        except BadTerms as problem:
            return failure(400, str(problem))
        return Response.of(200, {"name": self._admission.mint(terms)})


def _streamed(answer: GenerateResponse, asked: TextQuestion) -> Response:
    """An answer in pieces, as a server sends them: server-sent events, or the items of an array."""
    pieces = [encode_response(piece) for piece in cut(answer)]
    if asked.as_events:
        events = tuple(b"data: " + piece + b"\r\n\r\n" for piece in pieces)
        return Response(200, b"", events, "text/event-stream")
    last = len(pieces) - 1
    items = [
        (b"," if number else b"[") + piece + (b"]" if number == last else b"") for number, piece in enumerate(pieces)
    ]
    return Response(200, b"", tuple(items))
