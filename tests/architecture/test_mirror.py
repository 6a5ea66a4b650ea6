"""Tests mirror the tree: each module of a room has a test file of its name, and no test file stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.test_floors import DOORS, FILES, name_of

TESTS = Path(__file__).parents[1]

DECLARATIONS = {
    "cli/_doctor/_findings.py",
    "lanes/_hearing.py",
    "control/_voice/_listens.py",
    "voice/_backend.py",
    "control/_turn_run.py",
    "_typing.py",
    "control/_conversation/_wishes.py",
    "evaluation/_talk.py",
    "_version.py",
    "control/_calls/_talk.py",
    "emulator/_session/_context.py",
    "reactive/_functions.py",
    "_context_delivery.py",
    "_continuation.py",
    "resilience/_status.py",
    "contract/_parts.py",
    "control/_keeping.py",
    "persistence/_abc.py",
    "tools/_modes.py",
    "llm/_abc.py",
    "agents/_middleware.py",
    "transport/_abc.py",
    "wire/_limits/_table.py",
    "otel/_attributes.py",
    "otel/_options.py",
    "telemetry/_tracing.py",
    "timeline/_model/_values.py",
    "phone/_dialects/_events.py",
}
"""Modules in which nothing happens: names, protocols, bags of values."""

TESTED_BY = {
    "__main__.py": "cli/test_commands.py",
    "cli/_demo/_agent.py": "cli/test_commands.py",
    "cli/_contract.py": "cli/test_commands.py",
    "cli/_demo/_caller.py": "cli/test_commands.py",
    "cli/_demo/_call.py": "cli/test_commands.py",
    "cli/_emulator/_command.py": "cli/test_commands.py",
    "cli/_entry.py": "cli/test_commands.py",
    "cli/_evaluate.py": "cli/test_commands.py",
    "cli/_phases.py": "cli/test_commands.py",
    "cli/_demo/_screen.py": "cli/test_commands.py",
    "control/_extraction/_extractors.py": "scenarios/test_extraction.py",
    "control/_conversation/_refreshing.py": "scenarios/test_refreshing.py",
    "control/_conversation/_agents.py": "scenarios/test_handoff.py",
    "control/_conversation/_conversation.py": "scenarios/test_phases.py",
    "control/_handover/_handover.py": "scenarios/test_handoff.py",
    "control/_handover/_saying.py": "scenarios/test_handoff.py",
    "control/_speaking/_deferred.py": "scenarios/test_deferred.py",
    "control/_conversation/_connections.py": "scenarios/test_reconnecting.py",
    "control/_opening.py": "scenarios/test_opening.py",
    "control/_conversation/_options.py": "scenarios/test_bad_input.py",
    "control/_conversation/_steering.py": "scenarios/test_steering.py",
    "control/_telling.py": "scenarios/test_steering.py",
    "control/_timers.py": "scenarios/test_soft_turns.py",
    "cli/_ending.py": "cli/test_commands.py",
    "cli/_project_commands.py": "cli/test_commands.py",
    "cli/_talking.py": "cli/test_chat.py",
    "conversation/_answer.py": "control/words/test_asking.py",
    "conversation/_pending.py": "conversation/test_buffer.py",
    "session/_turns/_turn.py": "session/turns/test_turns.py",
    "control/_words/_words.py": "scenarios/test_transcripts.py",
    "control/_interrupting.py": "lanes/test_interruption.py",
    "control/_fulfilling.py": "scenarios/test_requested_transitions.py",
    "control/_requested_transitions.py": "scenarios/test_requested_transitions.py",
    "agents/_events.py": "agents/test_laws.py",
    "agents/_performing.py": "agents/test_agent.py",
    "agents/_until.py": "agents/test_agent.py",
    "errors/_agents.py": "errors/test_errors.py",
    "errors/_base.py": "errors/test_errors.py",
    "control/_speaking/_voice_options.py": "control/microphone/test_microphone.py",
    "control/_voice/_reacting.py": "control/voice/test_runtime.py",
    "control/_voice/_hushing.py": "control/microphone/test_microphone.py",
    "control/_microphone/_equipping.py": "control/microphone/test_microphone.py",
    "control/_microphone/_listening.py": "control/microphone/test_microphone.py",
    "live/_pages/_voice.py": "control/microphone/test_microphone.py",
    "events/_voices.py": "events/test_events.py",
    "control/_speaking/_timings.py": "control/voice/test_reprompting.py",
    "errors/_effects.py": "errors/test_errors.py",
    "errors/_link.py": "errors/test_errors.py",
    "errors/_models.py": "errors/test_errors.py",
    "errors/_persistence.py": "errors/test_errors.py",
    "errors/_protocol.py": "errors/test_errors.py",
    "errors/_state.py": "errors/test_errors.py",
    "errors/_tools.py": "errors/test_errors.py",
    "llm/_http.py": "llm/test_gemini.py",
    "emulator/_session/_speech_answers.py": "emulator/speech/test_spoken_turns.py",
    "emulator/_persona/_file_keys.py": "docs/test_personas_page.py",
    "dispatch/_options.py": "live/pages/test_tools.py",
    "dispatch/_pool.py": "dispatch/test_agents.py",
    "events/_steering.py": "session/test_lowering.py",
    "lanes/_link.py": "lanes/test_host_closing.py",
    "lanes/_links.py": "scenarios/test_reconnecting.py",
    "lanes/_rotation.py": "scenarios/test_reconnecting.py",
    "lanes/_supervisor.py": "scenarios/test_reconnecting.py",
    "session/_answers.py": "session/test_tool_rounds.py",
    "session/_calls/_intake.py": "session/calls/test_ledger.py",
    "session/_calls/_open_call.py": "session/calls/test_ledger.py",
    "session/_resumption.py": "session/test_protocol.py",
    "lanes/_parts.py": "lanes/flow/test_queues.py",
    "control/_assembly.py": "scenarios/test_deferred.py",
    "control/_clocks.py": "scenarios/test_soft_turns.py",
    "live/_halves/_voice.py": "control/microphone/test_microphone.py",
    "live/_halves/_conversing.py": "scenarios/test_requested_transitions.py",
    "session/_hidden_words.py": "scenarios/test_redaction.py",
    "state/_ownership.py": "state/test_owners.py",
    "session/_activity.py": "session/test_commands.py",
    "live/_servers.py": "scenarios/test_mcp.py",
    "live/_acting.py": "replay/test_acts.py",
    "live/_recorded/_writer.py": "replay/test_acts.py",
    "live/_session_handle.py": "live/test_handle.py",
    "live/_pages/_resilience.py": "live/pages/test_session.py",
    "live/_pages/_connection.py": "live/pages/test_session.py",
    "live/_pages/_conversation/_control_callbacks.py": "live/pages/conversation/test_callbacks.py",
    "live/_recorded/_recording.py": "recording/test_tee.py",
    "live/_clock.py": "live/test_open.py",
    "events/_lanes.py": "testing/test_record.py",
    "live/_pages/_agents.py": "live/test_agents.py",
    "live/_pages/_durability.py": "live/test_keeping.py",
    "live/_pages/_conversation/_phases.py": "live/pages/base/test_page.py",
    "live/_pages/_conversation/_reactive.py": "live/pages/base/test_page.py",
    "compose/_middleware.py": "compose/test_names.py",
    "compose/_policy.py": "compose/test_context.py",
    "live/_pages/_composition.py": "compose/test_tools.py",
    "live/_pages/_extraction.py": "scenarios/test_extraction.py",
    "testing/_phase_model.py": "testing/test_strategies.py",
    "testing/_player.py": "testing/test_play.py",
    "testing/_run.py": "testing/test_play.py",
    "testing/phone/_calling.py": "testing/phone/test_phone.py",
    "tools/_middleware.py": "dispatch/test_dispatcher.py",
    "transport/_target.py": "transport/test_tls.py",
    "wire/_refusals.py": "wire/test_fitting.py",
    "wire/_models/_abilities.py": "wire/models/test_profiles.py",
}
"""Module → the test file that stands for it: the command is tested as a process, some parts only work together."""

BEYOND_MODULES = {
    "voice/test_accuracy.py": "how well people are heard in noise",
    "emulator/faults/test_faulty_sessions.py": "faults as a session in memory meets them",
    "emulator/faults/test_faulty_sockets.py": "faults as a session over a socket meets them",
    "emulator/persona/test_personas.py": "the bundled personas, and their kind",
    "llm/test_streams.py": "answers piece by piece, by every model that streams",
    "emulator/persona/test_personas_parrot.py": "a bundled persona",
    "emulator/persona/test_personas_photo_helper.py": "a bundled persona",
    "emulator/persona/test_personas_quiet_listener.py": "a bundled persona",
    "emulator/persona/test_personas_restaurant.py": "a bundled persona",
    "emulator/persona/test_personas_thinker.py": "a bundled persona",
    "emulator/persona/test_personas_weather_hotline.py": "a bundled persona",
    "agents/test_laws.py": "what holds for every tree of agents",
    "compose/test_names.py": "every name of M, T, P, C, S and G",
    "emulator/test_accuracy.py": "how well people are understood",
    "emulator/test_hearing.py": "an emulator that hears and speaks, over sockets",
    "emulator/test_invariants.py": "what holds in every conversation",
    "lanes/test_at_once.py": "events handled at once and by the lane's task, in any mixture",
    "errors/test_errors.py": "the family of exceptions",
    "lanes/test_callback_errors.py": "errors of callbacks, in all lanes",
    "lanes/test_cancellation.py": "cancellation at every checkpoint of a session",
    "lanes/test_endurance.py": "sessions that last",
    "lanes/test_interruption.py": "an interruption, through all lanes",
    "lanes/test_sending.py": "commands, written by their callers and by the writer in any mixture",
    "lanes/test_task_switches.py": "what a frame costs, in turns of tasks",
    "live/test_docstrings.py": "what the docstrings of all faces say",
    "persistence/test_killed.py": "processes that are killed in the middle of a call",
    "session/test_commands.py": "every command, through the whole protocol",
    "session/turns/test_any_order.py": "recorded turns, told in any order",
    "session/test_machine.py": "the protocol against a model of it",
    "session/test_recordings.py": "recorded sessions",
    "session/test_short_cut.py": "audio on its fast way",
    "session/test_tool_rounds.py": "calls and answers, through the whole protocol",
    "state/test_invariants.py": "what holds for every state",
    "test_cancellation.py": "the cancelling that other tests do",
    "test_processes.py": "whole programs",
    "testing/test_door.py": "the door",
    "testing/test_example_agent.py": "an agent as its users test it",
    "testing/test_example_phases.py": "phases as their users test them",
    "testing/test_long_call.py": "a long script",
    "testing/test_pages.py": "what the pages of the docs say",
    "tools/test_shapes.py": "forty signatures, from the function to the server",
    "transport/test_cancelled_dial.py": "dialling, cancelled",
    "transport/test_credentials.py": "credentials, which must not be shown",
    "transport/test_goodbyes.py": "every kind of end, over both carriers",
    "transport/test_keep_alive.py": "pings",
    "transport/test_tls.py": "TLS",
    "wire/test_examples.py": "messages as documented",
    "wire/test_recordings.py": "messages as recorded",
    "wire/test_round_trip.py": "every message there and back",
}
"""Test files that are about more than one module, and what they are about."""


def folder_of(test: Path) -> str:
    """The folder that a test's folder mirrors, as far as it goes by its name."""
    return test.parent.relative_to(TESTS).as_posix()


def mirror_of(module: str) -> str:
    """The name of a module's test file: tests have no underscores."""
    *folders, file = module.split("/")
    return "/".join([*(folder.lstrip("_") for folder in folders), f"test_{file.lstrip('_')}"])


FOLDERS = {mirror_of(name_of(path)).rpartition("/")[0] or "." for path in FILES}
TEST_FILES = sorted(path for path in TESTS.rglob("test_*.py") if folder_of(path) in FOLDERS)


MIRRORED = {mirror_of(name_of(path)): name_of(path) for path in FILES if path.stem not in DOORS}


def path_in_tests(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


@pytest.mark.parametrize(("mirror", "module"), sorted(MIRRORED.items()))
def test_every_module_has_a_test_file(mirror: str, module: str) -> None:
    has_mirror = (TESTS / mirror).is_file()
    if module in DECLARATIONS:
        assert not has_mirror, f"tests/{mirror} exists; take {module} off the list"
    elif module in TESTED_BY:
        assert not has_mirror, f"tests/{mirror} exists; take {module} off the list"
        assert (TESTS / TESTED_BY[module]).is_file(), f"tests/{TESTED_BY[module]} is gone; what tests {module} now?"
    else:
        assert has_mirror, f"nothing tests {module}: write tests/{mirror}"


@pytest.mark.parametrize("path", TEST_FILES, ids=path_in_tests)
def test_no_test_file_stands_alone(path: Path) -> None:
    """A test file is named for a module, or for a module and what of it is tested; others are on the list."""
    name = path_in_tests(path)
    stems = {mirror.removesuffix(".py") for mirror in MIRRORED}
    stem = name.removesuffix(".py")
    stands_for = stem in stems or any(stem.startswith(f"{each}_") for each in stems)
    assert stands_for != (name in BEYOND_MODULES), f"tests/{name} is about no module; name it for one, or list it"


def test_exceptions_are_still_needed() -> None:
    modules = set(MIRRORED.values())
    assert modules >= DECLARATIONS
    assert modules >= TESTED_BY.keys()
    assert BEYOND_MODULES.keys() <= {path_in_tests(path) for path in TEST_FILES}
