"""Where the names of the original API are here, and which test shows each at work; draws ``reference/original-names.md``.

The original is the live API of a Rust crate, which this package implements for Trio. Its names stand; what Python says
otherwise is in ``SPELLING``. One line of a table below is: names, an arrow, and the test.
"""

from __future__ import annotations

from typing import Final

import attrs

from docs._drawing import page, table
from docs._public import PUBLIC

SPELLING: Final = (
    ("`Live::builder()`", "`Live.builder()`", "immutable: every call returns a new builder"),
    ("`connect_…(…).await?`", "`async with live.connect_…(…) as session`", "leaving means that every task is finished"),
    (
        "`handle.events()`, `.subscribe()`",
        "`async with session.events() as stream: async for event in stream`",
        "one queue for each reader",
    ),
    ("`handle.state()`, `.phase()`, …", "`session.state`, `session.phase`, …", "what only looks is a property"),
    ("`LiveEvent::Audio`, …", "`events.Audio`, …", "classes, to be matched on"),
    ("`SessionEvent::ToolCall`, …", "`wire_events.ToolCall`, …", "classes, to be matched on"),
    ("`CallbackMode::Blocking`, …", "`CallbackMode.BLOCKING`, …", "members of enums are in capitals"),
    ("`Option<T>`, `Result<T, E>`", "`T | None`, an exception", ""),
    ("`Duration`", "a float of seconds", ""),
    ("`serde_json::Value`", "any JSON value", ""),
    ("a trait", "a `Protocol`, or a base class with defaults", ""),
    ("a detached task", "a task in the session's nursery", "cancelled with it, its errors reported"),
    (
        "`register_streaming()`, `register_input_streaming()`",
        "`ToolDispatcher.register`",
        "an async generator streams; a parameter of the type `LiveInput` listens",
    ),
    (
        "`call_function_with_cancel()`, `cancel_streaming()`, `cancel_by_ids()`",
        "a `trio.CancelScope`",
        "every call of a session runs in one of its own",
    ),
    ("`SessionError`, …", "`trio_live.errors`", "one tree, by who is at fault"),
)
"""The original, here, and a remark."""


@attrs.frozen
class Row:
    """One name."""

    original: str
    """As it is written there."""
    here: str
    """The dotted path, here."""
    test: str
    """File and function, below ``tests``."""


@attrs.frozen
class Group:
    """Names of one kind."""

    title: str
    rows: tuple[Row, ...]


def _group(title: str, original: str, here: str, lines: str) -> Group:
    """Read the lines of a table; ``{}`` is the name, there and here."""
    rows = []
    for names, _, test in (line.partition("->") for line in lines.strip().splitlines()):
        rows += [Row(original.format(name), here.format(name), test.strip()) for name in names.split()]
    return Group(title, tuple(rows))


def _types(title: str, lines: str) -> Group:
    """Types are wherever the list of public names has them; of several doors the first behind the front counts."""
    doors = {name: door.module for door in reversed((*PUBLIC[1:], PUBLIC[0])) for name in door.names}
    group = _group(title, "{}", "{}", lines)
    return Group(title, tuple(attrs.evolve(row, here=f"{doors[row.here]}.{row.here}") for row in group.rows))


GROUPS: Final = (
    _types(
        "Sessions",
        """
        Live LiveSpec -> live/pages/base/test_page.py::test_a_half_built_agent_can_be_shared_and_specialised
        LiveHandle -> live/test_handle.py::test_the_handle_has_the_verbs_of_the_design
        LiveEventStream -> docs/test_readme.py::test_the_programs_run_and_print_an_answer
        SessionHandle -> live/test_handle.py::test_raw_events_of_the_wire_are_there_for_those_who_want_them
        SessionWriter -> lanes/test_session_writer.py::test_a_verb_becomes_a_frame
        SessionPhase -> session/test_phase.py::test_a_phase_follows_another_only_where_its_row_says_so
        SessionType -> conversation/test_session_type.py::test_a_session_lasts_as_long_as_its_context
        SessionSignals -> conversation/test_signals.py::test_the_first_connection_sets_the_scene
        SessionEvent -> wire_events/test_events.py::test_the_variants_are_these_and_no_others
        LiveEvent -> events/test_events.py::test_the_variants_are_these_and_no_others
        SessionTelemetry -> telemetry/test_metrics.py::test_a_snapshot_has_its_schema_and_starts_at_zero
        UsageMetadata -> lanes/delivery/test_telemetry.py::test_token_counts_reach_their_callback
        attach_session -> live/test_attach.py::test_a_session_is_put_on_a_connection_that_is_set_up_already
        """,
    ),
    _types(
        "Callbacks and their modes",
        """
        EventCallbacks -> scenarios/test_everything_there_is.py::test_the_tables_hold_every_callback_and_every_event
        CallbackMode -> scenarios/test_everything_there_is.py::test_the_lane_waits_for_a_blocking_callback_and_for_no_other
        AudioCallback TextCallback TranscriptCallback SignalCallback PhaseCallback UsageCallback -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        AsyncCallback AsyncCallbackWith AsyncCallbackWith2 ToolCallCallback BeforeToolResponseCallback InstructionFn -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        """,
    ),
    _types(
        "State, transcripts, context and repair",
        """
        State -> state/test_store.py::test_set_puts_and_journals
        TranscriptBuffer -> conversation/test_buffer.py::test_e8_every_word_heard_stands_in_one_turn_in_order
        TranscriptTurn TranscriptWindow -> conversation/test_transcript.py::test_a_window_counts_and_yields_its_turns
        ContextBuilder -> conversation/test_context.py::test_a_context_reads_like_notes
        NeedsFulfillment RepairAction -> conversation/test_needs.py::test_waits_then_nudges_then_escalates
        RepairConfig -> scenarios/test_repair.py::test_p29_nudges_count_from_one_prompt_once_and_stop_at_the_escalation
        """,
    ),
    _types(
        "Phases and steering",
        """
        Phase -> scenarios/test_phases.py::test_p11_hooks_run_around_the_commit_each_once
        PhaseMachine -> phases/test_machine.py::test_the_steps_of_a_transition_come_in_their_order
        PhaseInstruction -> phases/definition/test_instruction.py::test_a_dynamic_instruction_is_made_anew_each_time
        InstructionModifier -> phases/definition/test_instruction.py::test_modifiers_append_in_order_with_blank_lines_between
        PhasePreparation -> scenarios/test_hooks.py::test_p36_preparations_run_in_order_only_for_a_blocked_target_and_once_a_turn
        Transition -> scenarios/test_phases.py::test_p9_at_most_one_transition_fires_in_a_turn
        TransitionEvaluation -> phases/test_evaluation.py::test_the_first_open_way_is_taken
        TransitionResult -> phases/test_machine.py::test_the_steps_of_a_transition_come_in_their_order
        PhaseTransition TransitionTrigger -> phases/test_history.py::test_a_record_says_why_and_when
        SteeringMode -> scenarios/test_delivery.py::test_p19_context_injection_never_touches_the_instruction
        ContextDelivery -> scenarios/test_deferred.py::test_p23_in_the_end_the_same_contents_went_out_in_the_same_order
        PendingContext -> scenarios/test_deferred.py::test_of_many_senders_exactly_one_takes_the_context_and_nothing_comes_between
        DeferredWriter -> scenarios/test_deferred.py::test_context_leaves_right_before_the_users_words_and_the_prompt_stays
        """,
    ),
    _types(
        "Tools",
        """
        ToolDispatcher -> dispatch/test_dispatcher.py::test_a_call_runs_the_tool
        ToolExecutionMode BackgroundToolTracker -> control/calls/test_background.py::test_the_acknowledgement_goes_with_the_batch_and_the_result_follows
        ResultFormatter DefaultResultFormatter -> tools/test_formatting.py::test_a_background_tool_says_how_it_fares
        FunctionCall FunctionResponse -> live/test_handle.py::test_manual_answers_to_calls_are_sent_as_one_message
        ToolCallSummary -> conversation/test_buffer.py::test_function_calls_stand_in_the_turn_as_summaries
        BackgroundAgentDispatcher -> dispatch/test_agents.py::test_the_result_stands_in_the_state_and_clears_an_older_error
        """,
    ),
    _types(
        "Extraction",
        """
        TurnExtractor -> scenarios/test_extraction.py::test_what_was_found_decides_in_the_same_turn
        LlmExtractor -> extraction/test_llm.py::test_the_model_is_shown_the_turns_and_asked_for_json
        ExtractionTrigger -> extraction/deciding/test_schedule.py::test_each_occasion_has_its_triggers
        FieldPromotion -> extraction/deciding/test_merging.py::test_with_rules_only_the_rules_write
        MergePolicy -> extraction/deciding/test_promotion.py::test_a_constructor_says_which_values_are_taken
        """,
    ),
    _types(
        "Computed values, watchers, patterns, reactor",
        """
        ComputedVar ComputedRegistry -> reactive/test_computed.py::test_c1_after_recompute_every_answer_is_stored_and_a_second_one_changes_nothing
        Watcher WatcherRegistry -> reactive/test_watchers.py::test_w1_each_watcher_fires_at_most_once_per_evaluation
        WatchPredicate PredicateFn -> reactive/test_predicates.py::test_each_row_of_the_table
        PatternDetector TemporalRegistry -> reactive/test_temporal.py::test_every_event_but_the_torrents_reaches_the_patterns_in_order
        SustainedDetector -> reactive/test_detectors.py::test_sustained_waits_for_the_duration_from_the_first_true_check
        RateDetector -> reactive/test_detectors.py::test_rate_counts_only_what_the_filter_accepts
        TurnCountDetector -> reactive/test_detectors.py::test_turn_count_is_true_iff_the_condition_held_at_the_last_checks
        ConsecutiveFailureDetector -> reactive/test_detectors.py::test_failures_in_a_row_are_read_from_the_flag_in_state
        LiveReactor ReactorRule ReactorEvent Reaction -> reactive/test_reactor.py::test_rules_are_asked_in_their_order_after_the_event_is_believed
        LiveEffect LiveEffectExecutor -> control/effects/test_executor.py::test_every_effect_can_be_done
        EffectPolicy EffectMode -> control/effects/test_executor.py::test_what_blocks_too_long_is_given_up_and_nothing_after_it_is_begun
        """,
    ),
    _types(
        "Voice",
        """
        BackendInputVad -> voice/test_input_vad.py::test_edges_do_not_depend_on_how_the_bytes_are_cut
        BackendVadSnapshot -> voice/test_input_vad.py::test_snapshot_tells_how_much_audio_followed_the_last_edge
        VoiceRuntimeState -> voice/test_runtime_state.py::test_the_model_is_prompted_only_when_nobody_would_be_talked_over
        SoftTurnDetector -> voice/test_soft_turn.py::test_fires_when_nothing_answered_for_the_timeout
        """,
    ),
    _types(
        "Contracts",
        """
        RuntimeContract -> contract/test_runtime.py::test_a_contract_comes_back_from_its_json
        PhaseContract TransitionContract PreparationContract -> live/test_describe.py::test_phases_stand_with_their_defaults
        ToolContract -> live/test_describe.py::test_tools_tell_how_they_run
        ExtractorContract PromotionContract -> live/test_describe.py::test_extractors_are_told_with_their_rules
        ComputedContract WatcherContract -> live/test_describe.py::test_what_is_callable_is_a_label
        ControlContract -> live/test_describe.py::test_control_is_told_in_milliseconds_and_words
        """,
    ),
    _types(
        "Persistence and replay",
        """
        SessionPersistence MemoryPersistence -> persistence/test_memory.py::test_what_was_saved_is_loaded
        FsPersistence -> persistence/test_fs.py::test_a_reader_sees_the_old_or_the_new_one_whole
        SessionSnapshot -> persistence/test_snapshot.py::test_a_snapshot_comes_back_from_its_json
        ReplaySession replay_session -> replay/test_session.py::test_whoever_subscribes_before_the_release_misses_nothing
        collect_events_until_idle -> testing/test_idle.py::test_it_reads_what_is_there_and_then_waits_for_quiet
        """,
    ),
    _group(
        "Fields of `EventCallbacks`",
        "EventCallbacks::{}",
        "trio_live.lanes.EventCallbacks.{}",
        """
        on_audio on_text on_text_complete on_input_transcript on_output_transcript on_thought on_vad_start on_vad_end on_phase on_usage -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_interrupted on_tool_call on_tool_cancelled on_turn_complete on_generation_complete on_go_away on_error -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_connected on_disconnected -> scenarios/test_everything_there_is.py::test_the_beginning_and_the_end_are_told_each_by_callback_and_event
        on_resumed -> scenarios/test_reconnecting.py::test_a_cut_between_turns_is_healed_by_the_newest_handle
        on_transfer on_extracted on_extraction_error before_tool_response on_turn_boundary instruction_template instruction_amendment -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_turn_complete_mode on_generation_complete_mode on_connected_mode on_disconnected_mode on_error_mode on_go_away_mode on_extracted_mode on_extraction_error_mode on_tool_cancelled_mode on_transfer_mode on_resumed_mode -> scenarios/test_everything_there_is.py::test_the_lane_waits_for_a_blocking_callback_and_for_no_other
        """,
    ),
    _group(
        "Variants of `LiveEvent`",
        "LiveEvent::{}",
        "trio_live.events.{}",
        """
        Audio TextDelta TextComplete InputTranscript OutputTranscript Thought VadStart VadEnd Extraction ExtractionError ToolExecution TurnComplete Interrupted Error GoAway -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        StatePromotion PhaseTransition Telemetry TurnMetrics -> scenarios/test_everything_there_is.py::test_an_event_without_a_callback_is_published
        Connected Disconnected -> scenarios/test_everything_there_is.py::test_the_beginning_and_the_end_are_told_each_by_callback_and_event
        """,
    ),
    _group(
        "Methods of `LiveHandle`",
        "LiveHandle::{}()",
        "trio_live.live.LiveHandle.{}",
        """
        send_audio send_text send_video update_instruction -> lanes/test_session_writer.py::test_a_verb_becomes_a_frame
        send_tool_response -> scenarios/test_calls_over_sockets.py::test_a_call_that_is_left_to_be_answered_by_hand_gets_that_one_answer
        playback_drained flush_deferred_prompt -> scenarios/test_deferred.py::test_drained_playback_releases_context_and_prompt_in_this_order_and_nothing_without_a_prompt
        user_speech_started user_speech_ended -> lanes/test_session_writer.py::test_the_users_speech_marks_begin_and_end_and_start_the_clock_of_the_answer
        disconnect done -> scenarios/test_reconnecting.py::test_a_session_can_be_ended_while_it_has_no_connection
        voice_state -> control/voice/test_runtime.py::test_the_state_follows_speech_sound_and_what_a_player_says
        input_vad_state -> control/microphone/test_microphone.py::test_edges_are_found_and_nothing_is_marked_where_the_server_listens
        writer -> live/test_handle.py::test_the_writer_says_what_the_handle_says
        phase session state telemetry -> live/test_handle.py::test_properties_never_wait
        subscribe -> live/test_handle.py::test_raw_events_of_the_wire_are_there_for_those_who_want_them
        events -> docs/test_readme.py::test_the_programs_run_and_print_an_answer
        extracted -> scenarios/test_extraction.py::test_what_was_found_can_be_read_as_its_type
        """,
    ),
    _group(
        "Methods of `Live`: beginning and connecting",
        "Live::{}()",
        "trio_live.live.Live.{}",
        """
        builder -> live/pages/base/test_spec.py::test_nothing_is_chosen_at_first
        connect_google_ai -> live/test_builder.py::test_google_ai_is_dialled_with_a_key
        connect_vertex -> live/test_builder.py::test_vertex_is_dialled_with_a_token
        connect -> live/test_builder.py::test_an_endpoint_brings_its_own_model
        connect_from_env -> live/test_builder.py::test_the_environment_describes_an_endpoint
        connect_with_transport -> live/test_builder.py::test_a_transport_is_spoken_to_as_its_platform_wants
        describe_contract -> live/test_describe.py::test_the_same_agent_has_the_same_contract
        """,
    ),
    _group(
        "Methods of `Live`: the model and the session",
        "Live::{}()",
        "trio_live.live.Live.{}",
        """
        model -> live/test_compile.py::test_the_first_of_these_that_names_a_model_counts
        voice instruction text_only temperature thinking include_thoughts affective_dialog proactive_audio media_resolution transcription vad activity_handling turn_coverage session_resume session_resume_from context_compression -> live/pages/test_session.py::test_a_setting_stands_in_the_setup
        greeting -> live/test_open.py::test_the_greeting_of_a_builder_is_said_in_every_session
        state -> live/test_open.py::test_sessions_may_share_a_state
        persistence session_id -> live/test_keeping.py::test_a_session_is_saved_after_each_turn_and_at_its_end
        telemetry_interval -> lanes/test_reports.py::test_every_tick_tells_each_new_turn_and_then_the_counters
        record_wire -> recording/test_tee.py::test_a_file_is_complete_up_to_the_last_second
        wire_recorder -> recording/test_tee.py::test_every_frame_is_recorded_as_it_is_on_the_wire
        """,
    ),
    _group(
        "Methods of `Live`: tools",
        "Live::{}()",
        "trio_live.live.Live.{}",
        """
        add_tool google_search code_execution url_context -> live/pages/test_declarations.py::test_functions_share_one_group_and_families_keep_their_own
        tools -> docs/test_readme.py::test_the_programs_run_and_print_an_answer
        with_tools -> compose/test_tools.py::test_every_kind_of_tool_comes_into_the_session
        agent_tool -> scenarios/test_agents_over_sockets.py::test_a_live_model_asks_a_text_agent_and_its_facts_move_the_talk
        tool_background -> control/calls/test_background.py::test_the_acknowledgement_goes_with_the_batch_and_the_result_follows
        tool_background_with_formatter -> control/calls/test_background.py::test_a_formatter_that_raises_is_reported_and_the_plain_words_are_used
        tool_background_with_scheduling -> control/calls/test_background.py::test_what_is_told_in_between_is_scheduled_as_the_result_is
        middleware -> scenarios/test_tools_over_sockets.py::test_middleware_stands_around_every_tool
        tool_advisory -> scenarios/test_tools.py::test_without_transition_there_is_no_advisory_and_switched_off_there_is_none_at_all
        """,
    ),
    _group(
        "Methods of `Live`: what is known, and where the talk stands",
        "Live::{}()",
        "trio_live.live.Live.{}",
        """
        extract_turns -> scenarios/test_extraction_over_sockets.py::test_facts_move_the_talk
        extract_turns_windowed -> scenarios/test_extraction.py::test_a_window_of_the_builder_is_what_the_model_is_shown
        extract_turns_triggered -> scenarios/test_extraction.py::test_a_trigger_of_the_builder_is_when_the_model_is_asked
        extractor -> scenarios/test_extraction.py::test_what_was_found_decides_in_the_same_turn
        instruction_template -> scenarios/test_delivery.py::test_p21_a_template_beats_transition_and_amendment_word_for_word
        instruction_amendment -> scenarios/test_delivery.py::test_p22_an_amendment_stands_behind_its_base_and_is_sent_once
        computed -> scenarios/test_reactive.py::test_c1_computed_values_are_right_wherever_the_conversation_reads_them
        phase initial_phase -> scenarios/test_phases.py::test_p11_hooks_run_around_the_commit_each_once
        phase_defaults -> scenarios/test_phases.py::test_the_navigation_text_is_fresh_after_every_turn_and_already_the_new_phases_in_its_instruction
        watch -> scenarios/test_reactive.py::test_w1_only_the_net_change_between_two_turns_fires_and_it_fires_once
        when_sustained -> scenarios/test_patterns.py::test_a_sustained_condition_is_noticed_in_time_though_nothing_happens
        when_rate -> scenarios/test_patterns.py::test_a_rate_of_interruptions_is_noticed_at_the_last_of_them
        when_turns -> scenarios/test_patterns.py::test_t3_turns_are_counted_at_the_end_of_turns_only_whatever_else_runs
        soft_turn_timeout -> scenarios/test_soft_turns.py::test_f1_one_silence_is_one_soft_turn_and_none_comes_without_speech
        steering_mode -> scenarios/test_delivery.py::test_p18_a_transition_is_one_instruction_one_batch_and_one_prompt_in_this_order
        context_delivery -> scenarios/test_deferred.py::test_p23_in_the_end_the_same_contents_went_out_in_the_same_order
        repair -> scenarios/test_repair.py::test_p29_nudges_count_from_one_prompt_once_and_stop_at_the_escalation
        """,
    ),
    _group(
        "Methods of `Live`: callbacks",
        "Live::{}()",
        "trio_live.live.Live.{}",
        """
        on_audio on_text on_text_complete on_input_transcript on_output_transcript on_thought on_vad_start on_vad_end on_phase on_usage -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_interrupted on_tool_call on_tool_cancelled on_turn_complete on_generation_complete on_go_away on_error -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_connected on_disconnected -> scenarios/test_everything_there_is.py::test_the_beginning_and_the_end_are_told_each_by_callback_and_event
        on_resumed -> scenarios/test_reconnecting.py::test_a_cut_between_turns_is_healed_by_the_newest_handle
        on_transfer on_extracted on_extraction_error before_tool_response on_turn_boundary -> scenarios/test_everything_there_is.py::test_a_callback_fires_on_its_lane_in_its_order
        on_turn_complete_concurrent on_generation_complete_concurrent on_connected_concurrent on_disconnected_concurrent on_error_concurrent on_go_away_concurrent on_extracted_concurrent on_extraction_error_concurrent on_tool_cancelled_concurrent on_transfer_concurrent on_resumed_concurrent -> live/pages/conversation/test_callbacks.py::test_the_twin_is_the_method_with_the_mode
        """,
    ),
)


NOT_HERE: Final = (
    (
        "Stages that govern a flow: latches, postures, overlays, `flow:…` keys, `update_step_posture`, a gate for tools",
        "[Phases](../how-to/govern-a-call.md) with needs, guards, `tool_guards` and standing instructions",
    ),
    (
        "A check that a text was said word for word, and its event `VerbatimChecked`",
        "the transcript of the turn, in `on_turn_boundary`",
    ),
    ("`correction:…` keys", "[promotion rules](../how-to/extract-facts.md) that replace a value"),
    (
        "A delivery policy that drops events of the fast lane",
        "nothing is dropped there: a full lane makes the socket wait",
    ),
    ("Pacing of the sound that is sent", "microphones and `open_paced_device` keep the pace of real time"),
    ("`ExecutionMode`, a later name of `CallbackMode`", "`CallbackMode`"),
    (
        "`on_interrupted` and `on_turn_boundary` beside the lane",
        "both always hold the lane, which is what they are for; `session.events()` reads beside it",
    ),
    ("`on_teardown`, in lists", "`on_disconnected`, or what stands after the block"),
    ("`on_session_phase`, a later name of `on_phase`", "`on_phase`"),
    (
        "The session's writer as an argument of what watchers do",
        "they get the old value, the new one and the State; `on_turn_boundary`, patterns and hooks of phases get the writer",
    ),
    ("Interruptions that count for repair", "`session:interrupt_count`, in a guard or a condition of your own"),
    (
        "Keys of response latency under `session:`",
        "`session.telemetry.latency()` and the events `TurnMetrics` and `Telemetry`",
    ),
    (
        "A `confidence` that extraction writes beside a value's source",
        "`State.evidence` shows the one that you put into `state_meta:…` yourself",
    ),
    (
        "`extract_with_state`, `on_complete` of an extractor, `extract_turns_configured`",
        "`on_extracted`; an extractor of your own for `Live.extractor`",
    ),
    (
        "`RunRequest`, `ask_as`, `chat` and `stream` of text agents",
        "`Agent.run` and `Agent.ask`; models stream by `generate_stream`",
    ),
    (
        "`capabilities` of a text model, and another `model` for a single question",
        "its errors say what it cannot do; make one model for each name",
    ),
    (
        "Another input processor, detector or turn policy in mid-session (`configure_input_audio`, `set_turn_commit`)",
        "chosen on the builder: `mic_processor`, `input_vad`, `turn_commit`",
    ),
    ("A detector of speech in the style of WebRTC", "`EnergyBackend`, `SileroBackend`, or a `VadBackend` of your own"),
    (
        "Tools of other agents (A2A) and of OpenAPI descriptions",
        "`T.a2a` and `T.openapi` raise a `ConfigError` that says what to do instead",
    ),
)
"""What later versions of the original have and this package does not, and what is here in its stead."""


def original_names() -> str:
    """GROUPS."""
    tables = []
    for group in GROUPS:
        rows = [[f"`{row.original}`", f"`{row.here}`", f"`tests/{row.test}`"] for row in group.rows]
        tables += [f"## {group.title}", table(["original", "here", "at work in"], rows)]
    return page(
        "The original names",
        "This package implements, for Trio, the live API of a Rust crate. Whoever knows that API finds each of its "
        f"{sum(len(group.rows) for group in GROUPS)} names here, and the test that shows it at work.",
        "## What Python says otherwise",
        table(["original", "here", ""], SPELLING),
        *tables,
        "## What is not here",
        "Of what later versions of the original have, this is missing; nothing of it is accepted and ignored.",
        table(["there", "here instead"], NOT_HERE),
    )
