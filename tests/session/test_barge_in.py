"""An interruption that this side made: the rest of the answer is passed over, and so is the server's word of it, once."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.peer import audio, bare_turn_complete, generation_complete, interrupted, said, setup_complete
from tests.session.link import ignore, open_protocol
from trio_live import wire_events
from trio_live.session._barge_in import PASSED_OVER
from trio_live.session._internal import SessionProtocol

A, B = b"\x01\x00", b"\x02\x00"


def session(lost: list[str] | None = None) -> SessionProtocol:
    return open_protocol(on_lost=ignore if lost is None else lost.append)


def told(events: list[wire_events.SessionEvent]) -> list[object]:
    """Sound as itself, ends and interruptions by their names."""
    return [
        event.data if isinstance(event, wire_events.AudioData) else type(event).__name__
        for event in events
        if not isinstance(event, wire_events.PhaseChanged | wire_events.Oddity)
    ]


def receive(protocol: SessionProtocol, *frames: dict[str, object]) -> list[object]:
    return [each for frame in frames for each in told(protocol.receive(json.dumps(frame)))]


def test_the_rest_of_the_answer_is_passed_over_and_the_servers_word_of_it() -> None:
    lost: list[str] = []
    protocol = session(lost)
    assert receive(protocol, audio(A), audio(A)) == [A, A]
    assert told(protocol.barge_in()) == ["Interrupted"]
    assert receive(protocol, audio(A), said("late"), audio(A), interrupted()) == []
    assert receive(protocol, bare_turn_complete()) == ["TurnComplete"]
    assert receive(protocol, audio(B)) == [B]
    assert lost == [PASSED_OVER] * 2


def test_an_answer_that_had_come_whole_leaves_nothing_to_pass_over_but_the_echo() -> None:
    protocol = session()
    receive(protocol, audio(A), generation_complete())
    assert told(protocol.barge_in()) == ["Interrupted"]
    assert receive(protocol, interrupted(), bare_turn_complete(), audio(B)) == ["TurnComplete", B]


def test_after_the_turn_only_its_sound_can_still_play() -> None:
    protocol = session()
    receive(protocol, audio(A), bare_turn_complete())
    (event,) = protocol.barge_in()
    assert event == wire_events.Interrupted(phantom=True)
    assert receive(protocol, interrupted(), audio(B)) == [B]
    assert receive(protocol, interrupted()) == ["Interrupted"], "of the next answer it is news"


def test_a_server_that_had_finished_before_it_knew_says_no_word_and_the_next_answer_is_heard() -> None:
    protocol = session()
    receive(protocol, audio(A))
    protocol.barge_in()
    assert receive(protocol, audio(A), generation_complete(), bare_turn_complete(), audio(B)) == [
        *("GenerationComplete", "TurnComplete", B)
    ]
    assert receive(protocol, interrupted()) == ["Interrupted"]


def test_another_connection_owes_nothing() -> None:
    protocol = session()
    receive(protocol, audio(A))
    protocol.barge_in()
    protocol.cut()
    protocol.begin()
    assert receive(protocol, setup_complete(), audio(B)) == ["Connected", B]


@given(st.lists(st.sampled_from(["audio", "barge in", "generated", "over", "interrupted"]), max_size=25))
def test_of_an_answer_that_was_cut_off_here_nothing_is_handed_on(course: list[str]) -> None:
    """Frames of a server that may be ahead or behind in any way; each answer has sound of its own."""
    protocol = session()
    answer, newest, cut = 1, 0, 0
    for step in course:
        sound = answer.to_bytes(2, "little")
        match step:
            case "audio":
                heard = receive(protocol, audio(sound))
                assert heard == ([] if cut == answer else [sound])
                newest = answer
            case "barge in":
                protocol.barge_in()
                cut = newest
            case "generated":
                receive(protocol, generation_complete())
                answer += 1
            case "over":
                receive(protocol, bare_turn_complete())
                answer += 1
            case "interrupted":
                receive(protocol, interrupted())
                answer += 1
