"""What llm/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.llm._mock import in_pieces
from trio_live.llm._wire import (
    Candidate,
    GenerateRequest,
    GenerateResponse,
    TextUsage,
    decode_request,
    encode_request,
    encode_response,
    is_of_the_live_api,
)

__all__ = [
    "Candidate",
    "GenerateRequest",
    "GenerateResponse",
    "TextUsage",
    "decode_request",
    "encode_request",
    "encode_response",
    "in_pieces",
    "is_of_the_live_api",
]
