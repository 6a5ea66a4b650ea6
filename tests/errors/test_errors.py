"""The family of exceptions: its tree, its sentences, and that no member loses its data on the way."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from trio_live import errors
from trio_live.errors import (
    AgentError,
    AgentErrorKind,
    CallNotOpen,
    ConfigError,
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    CostCapReached,
    Draining,
    EffectTimeout,
    ExtractionFailed,
    InvalidTransition,
    LinkLost,
    LiveError,
    LlmError,
    LlmErrorKind,
    LocalProtocolError,
    PersistenceError,
    ProtocolError,
    RemoteProtocolError,
    SessionClosed,
    SessionFailed,
    SnapshotUnreadable,
    StateError,
    ToolError,
    ToolErrorKind,
)

SENTENCES: list[tuple[LiveError, str]] = [
    (ConfigError("the model is missing"), "the model is missing"),
    (
        ConfigError(["no model", "no key"]),
        "2 configuration mistakes:\n  1. no model\n  2. no key",
    ),
    (ConnectError("nobody is there"), "nobody is there"),
    (ConnectError("nobody is there", advice="ring twice"), "nobody is there (ring twice)"),
    (ConnectTimeout("h:1 did not answer within 10 s"), "h:1 did not answer within 10 s"),
    (ConnectRejected("refused", code=401, reason="no key", advice="check the key"), "refused (check the key)"),
    (ConnectRejected("refused"), "refused"),
    (Draining(), "the process is leaving and admits no more calls (ask another one)"),
    (SessionClosed(), "the session is over: this side ended it"),
    (SessionClosed("the server is going away"), "the session is over: the server is going away"),
    (CostCapReached(1.5, 1.0), "the session has cost $1.5000, and its cap is $1.0000"),
    (SessionFailed("the control lane broke"), "the control lane broke"),
    (LinkLost(1006), "connection closed with code 1006"),
    (LinkLost(1011, "overload"), "connection closed with code 1011: overload"),
    (EffectTimeout("r", "Noop", 2.0), "Noop, which the rule 'r' wanted, took longer than 2 s"),
    (StateError("mood", "serialize", "a set is not JSON"), "state key 'mood': a set is not JSON"),
    (ToolError("ask again tomorrow", retry=True), "ask again tomorrow"),
    (ToolError("no", kind=ToolErrorKind.DECLINED), "no"),
    (LlmError("HTTP 429", kind=LlmErrorKind.RATE_LIMITED, retryable=True), "too many questions: HTTP 429"),
    (AgentError("no reply", kind=AgentErrorKind.TIMED_OUT, agent="writer"), "the agent 'writer': no reply"),
    (AgentError("rejected", kind=AgentErrorKind.REJECTED, violations=["length: too long"]), "rejected"),
    (ExtractionFailed("Order", "the answer is no JSON"), "the extractor 'Order': the answer is no JSON"),
    (ProtocolError("broken"), "broken"),
    (LocalProtocolError("not now"), "not now"),
    (InvalidTransition("IDLE", "ACTIVE"), "session phase ACTIVE cannot follow IDLE"),
    (
        CallNotOpen(["the call 1 was cancelled", "the call 2 was answered"]),
        "the call 1 was cancelled; the call 2 was answered",
    ),
    (PersistenceError("x.json cannot be written: full"), "x.json cannot be written: full"),
    (SnapshotUnreadable("it is no snapshot"), "it is no snapshot"),
    (RemoteProtocolError("expected an object"), "expected an object"),
    (RemoteProtocolError("expected an object", where="toolCall"), "expected an object at 'toolCall'"),
]


NAMES = {name for name in errors.__all__ if issubclass(getattr(errors, name), Exception)}


def drawn_tree() -> dict[str, str]:
    """Class → parent, as the module's docstring draws it."""
    tree: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([ │├└─]*)([A-Z]\w+)(\s|$)", line)
        if match and hasattr(errors, match[2]):
            depth = len(match[1])
            above = {d: name for d, name in above.items() if d < depth}
            if above:
                tree[match[2]] = above[max(above)]
            above[depth] = match[2]
    return tree


def test_the_drawing_in_the_docstring_is_the_real_tree() -> None:
    real = {name: getattr(errors, name).__mro__[1].__name__ for name in NAMES if name != "LiveError"}
    assert drawn_tree() == real


def test_every_error_is_a_live_error_and_has_a_sentence_here() -> None:
    assert {type(error).__name__ for error, _ in SENTENCES} | {"LiveError"} == NAMES
    assert all(isinstance(error, LiveError) for error, _ in SENTENCES)


@pytest.mark.parametrize(("error", "sentence"), SENTENCES, ids=lambda value: getattr(type(value), "__name__", ""))
def test_each_error_says_what_happened(error: LiveError, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize("error", [error for error, _ in SENTENCES], ids=repr)
def test_an_error_keeps_its_data_when_it_is_copied_or_sent_to_another_process(error: LiveError) -> None:
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301  # pickled one line above
        assert type(twin) is type(error)
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


def test_errors_carry_their_data() -> None:
    rejected = ConnectRejected("refused", code=401, reason="no key", advice="check the key")
    assert (rejected.code, rejected.reason, rejected.advice) == (401, "no key", "check the key")
    assert ConfigError(iter(["a", "b"])).problems == ("a", "b")
    assert ConfigError("abc").problems == ("abc",)
    assert StateError("mood", "wrong_type", "why").kind == "wrong_type"
    assert SessionClosed().reason is None
