"""What a close means, and whether another dial may help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.session import CLOSES, CloseKind
from trio_live.session._close_reasons import as_close
from trio_live.session._internal import classify_close
from trio_live.wire import ErrorStatus

ORIGINAL = "Request trace id: 1f2e, [ORIGINAL ERROR] generic::unavailable: "

SEEN = [
    (1000, "", CloseKind.ENDED),
    (1001, "going away", CloseKind.RETRY),
    (1006, "", CloseKind.RETRY),
    (1007, "Request contains an invalid argument.", CloseKind.CONFIGURATION),
    (
        1007,
        "Invalid JSON payload received. Unknown name \"x\" at 'setup': Cannot find field.",
        CloseKind.CONFIGURATION,
    ),
    (
        1007,
        "Explicit activity control is not supported when automatic activity detection is enabled.",
        CloseKind.CONFIGURATION,
    ),
    (1007, "Precondition check failed.", CloseKind.CONFIGURATION),
    (
        1007,
        "The requested combination of response modalities (TEXT) is not supported by the model.",
        CloseKind.CONFIGURATION,
    ),
    (1007, "User location is not supported for the API use.", CloseKind.CONFIGURATION),
    (1007, "Invalid session handle", CloseKind.RETRY_WITHOUT_HANDLE),
    (1007, "API key not valid. Please pass a valid API key.", CloseKind.AUTHENTICATION),
    (1008, "BidiGenerateContent session not found", CloseKind.RETRY_WITHOUT_HANDLE),
    (1008, "Requested entity was not found.", CloseKind.RETRY_WITHOUT_HANDLE),
    (
        1008,
        "models/gemini-9 is not found for API version v1beta, or is not supported for bidiGenerateContent. Call List",
        CloseKind.CONFIGURATION,
    ),
    (1008, "Operation is not implemented, or supported, or enabled.", CloseKind.RETRY_ONCE),
    (
        1008,
        "Connection aborted because the client failed to close the connection after receiving a GoAway signal once the",
        CloseKind.RETRY,
    ),
    (1008, "The operation was aborted.", CloseKind.RETRY),
    (
        1008,
        "Method doesn't allow unregistered callers (callers without established identity).",
        CloseKind.AUTHENTICATION,
    ),
    (1008, "API key expired", CloseKind.AUTHENTICATION),
    (1008, "PERMISSION_DENIED: the caller does not have permission", CloseKind.AUTHENTICATION),
    (1011, ORIGINAL + "RPC::DEADLINE_EXCEEDED", CloseKind.RETRY),
    (1011, ORIGINAL + "OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST", CloseKind.RETRY),
    (1011, "Deadline expired before operation could complete.", CloseKind.RETRY),
    (1011, "Internal error encountered.", CloseKind.RETRY),
    (1011, "Internal error occurred.", CloseKind.RETRY),
    (1011, "The service is currently unavailable.", CloseKind.RETRY),
    (1011, "You exceeded your current quota, please check your plan and billing details.", CloseKind.QUOTA),
    (1011, ORIGINAL + "RESOURCE_EXHAUSTED", CloseKind.QUOTA),
    (1008, "PERMISSION_DENIED: This API method requires billing to be enabled.", CloseKind.BILLING),
    (1011, "Your prepayment credits are depleted.", CloseKind.BILLING),
    (1011, "keepalive ping timeout", CloseKind.RETRY),
    (1009, "message too big", CloseKind.CONFIGURATION),
    (400, "", CloseKind.CONFIGURATION),
    (401, "", CloseKind.AUTHENTICATION),
    (403, "", CloseKind.AUTHENTICATION),
    (402, "", CloseKind.BILLING),
    (404, "", CloseKind.CONFIGURATION),
    (418, "", CloseKind.CONFIGURATION),
    (429, "", CloseKind.RETRY),
    (500, "", CloseKind.RETRY),
    (503, "", CloseKind.RETRY),
]
"""Code, words, and what a reconnect may hope for."""


@pytest.mark.parametrize(("code", "reason", "retry"), SEEN)
def test_a_close_says_whether_to_dial_again(code: int, reason: str, retry: CloseKind) -> None:
    assert classify_close(code, reason).kind is retry


@pytest.mark.parametrize(("code", "reason", "retry"), SEEN)
def test_neither_case_nor_prefix_nor_a_cut_changes_what_a_close_means(code: int, reason: str, retry: CloseKind) -> None:
    row = classify_close(code, reason)
    assert classify_close(code, f"None. {reason}".upper()) is row
    assert classify_close(code, f"{reason} …and so on"[:123]) is row
    assert row.kind is retry


@given(st.integers(0, 70_000), st.text(max_size=123))
def test_every_close_means_something(code: int, reason: str) -> None:
    row = classify_close(code, reason)
    assert row in CLOSES
    assert row.meaning


def test_every_row_decides_something() -> None:
    sample = {400: 418}  # the ranges, by a member that no row names alone
    for row in CLOSES:
        first = row.code[0] if isinstance(row.code, range) else row.code
        code = 3999 if first is None else sample.get(first, first)
        assert classify_close(code, row.contains) is row, f"{row} is hidden by a row above it"


def test_pieces_of_a_reason_are_written_in_lower_case() -> None:
    assert all(row.contains == row.contains.casefold() for row in CLOSES)


def test_a_key_that_was_refused_is_told_apart_from_a_model_that_does_not_exist() -> None:
    assert classify_close(1008, "API key expired").advice == "check the API key or token"
    assert classify_close(1008, "models/x is not found for API version v1").advice == "check the model name"


def test_a_missing_pong_is_not_blamed_on_the_server() -> None:
    assert "server failed" not in classify_close(1011, "keepalive ping timeout").meaning


@pytest.mark.parametrize(
    ("status", "http", "retry"),
    [
        ("INVALID_ARGUMENT", 400, CloseKind.CONFIGURATION),
        ("FAILED_PRECONDITION", 400, CloseKind.CONFIGURATION),
        ("UNAUTHENTICATED", 401, CloseKind.AUTHENTICATION),
        ("PERMISSION_DENIED", 403, CloseKind.AUTHENTICATION),
        ("NOT_FOUND", 404, CloseKind.CONFIGURATION),
        ("RESOURCE_EXHAUSTED", 429, CloseKind.QUOTA),
        ("INTERNAL", 500, CloseKind.RETRY),
        ("UNAVAILABLE", 503, CloseKind.RETRY),
        ("DEADLINE_EXCEEDED", 504, CloseKind.RETRY),
    ],
)
def test_an_error_frame_is_a_close_by_another_name(status: str, http: int, retry: CloseKind) -> None:
    for error in (
        ErrorStatus(code=http, message="Something.", status=status),
        ErrorStatus(message="Something.", status=status),
        ErrorStatus(status=status),
    ):
        lost = as_close(error)
        assert classify_close(lost.code, lost.reason).kind is retry
        assert status in lost.reason


@pytest.mark.parametrize(
    ("http", "retry"),
    [
        (400, CloseKind.CONFIGURATION),
        (401, CloseKind.AUTHENTICATION),
        (403, CloseKind.AUTHENTICATION),
        (404, CloseKind.CONFIGURATION),
        (429, CloseKind.QUOTA),
        (503, CloseKind.RETRY),
    ],
)
def test_an_error_frame_without_a_status_is_read_by_its_number(http: int, retry: CloseKind) -> None:
    lost = as_close(ErrorStatus(code=http, message="Something."))
    assert classify_close(lost.code, lost.reason).kind is retry
    assert "Something." in lost.reason


def test_an_error_frame_that_says_nothing_is_the_servers_fault() -> None:
    for error in (ErrorStatus(), ErrorStatus(code=777), ErrorStatus(status="TIRED")):
        lost = as_close(error)
        assert lost.code == 1011
        assert lost.reason
        assert classify_close(lost.code, lost.reason).kind is CloseKind.RETRY


def test_a_status_is_not_repeated_where_the_words_have_it() -> None:
    assert as_close(ErrorStatus(message="UNAVAILABLE: later", status="UNAVAILABLE")).reason == "UNAVAILABLE: later"
    assert as_close(ErrorStatus(message="later", status="UNAVAILABLE")).reason == "UNAVAILABLE: later"


def test_a_dead_handle_is_recognised_in_an_error_frame_too() -> None:
    lost = as_close(ErrorStatus(message="Invalid session handle", status="INVALID_ARGUMENT"))
    assert classify_close(lost.code, lost.reason).kind is CloseKind.RETRY_WITHOUT_HANDLE


def test_only_what_passes_by_itself_is_worth_another_dial() -> None:
    passing = {row.kind for row in CLOSES if row.kind.is_passing}
    assert passing == {CloseKind.RETRY, CloseKind.RETRY_WITHOUT_HANDLE, CloseKind.RETRY_ONCE}
    assert {row.kind for row in CLOSES} == set(CloseKind), "and every kind is one that a server is known to give"
