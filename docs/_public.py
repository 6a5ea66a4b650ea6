"""The border: every name a user may rely on, by the door at which it stands.

This list is the only place that says what is public. The reference shows it, a test compares it with the doors, and
another one looks for names that nobody uses among those that are not on it. Whatever is not listed stands behind an
underscore: in an underscored room, or at the underscored door of a room, ``_internal``, which is for other rooms.
"""

from __future__ import annotations

from typing import Final

import attrs

from docs._drawing import page, table


@attrs.frozen
class Door:
    """One door with what it offers."""

    module: str
    about: str
    names: tuple[str, ...]


def _door(module: str, about: str, names: str) -> Door:
    return Door(module, about, tuple(names.split()))


PUBLIC: Final = (
    _door(
        "trio_live",
        "What most programs need.",
        """
        CallbackMode ConfigError ConnectError ConnectRejected ConnectTimeout Content ContextBuilder ContextDelivery
        EventCallbacks FunctionCall FunctionDeclaration FunctionResponse GoogleAI InvalidTransition LinkLost Live
        LiveError LiveEvent LiveEventStream LiveHandle LiveSpec LocalProtocolError Phase PhaseSpec Platform
        ProtocolError RemoteProtocolError RepairConfig SessionClosed SessionEvent SessionFailed SessionHandle
        SessionPhase SessionTelemetry SessionWriter State StateError StateKey SteeringMode Tool ToolContext
        ToolDispatcher ToolError ToolMiddleware TranscriptWindow Transition Transport TransportKind UsageMetadata
        Vertex __version__ events tool wire_events
        """,
    ),
    _door(
        "trio_live.errors",
        "Every error of this package.",
        """
        AgentError AgentErrorKind
        CallNotOpen ConfigError ConnectError ConnectRejected ConnectTimeout CostCapReached Draining EffectTimeout
        ExtractionFailed InvalidTransition LinkLost
        LiveError LlmError LlmErrorKind LocalProtocolError PersistenceError ProtocolError RemoteProtocolError
        SessionClosed SessionFailed SnapshotUnreadable StateError ToolError ToolErrorKind
        """,
    ),
    _door(
        "trio_live.agents",
        "Text agents: alone, put together, as tools of a live talk.",
        """
        Agent AgentCompleted AgentEvent AgentFailed AgentMiddleware AgentRun AgentStarted AgentTasks AgentTimedOut
        AgentToolCompleted AgentToolFailed AgentToolStarted AgentTransferred AgentsDispatched AgentsJoined Dispatch
        Fallback FallbackActivated FnTextAgent Join LlmTextAgent Loop LoopIteration MapOver Parallel Race Route
        RouteSelected Sequential StateChanged Tap Timeout Until agent_tool as_agent conditional until
        """,
    ),
    _door(
        "trio_live.extraction",
        "Facts that come out of a talk.",
        """
        AcceptFn AfterToolCall EveryTurn ExtractionTrigger FieldPromotion FieldRule Interval LlmExtractor MergePolicy
        OnGenerationComplete OnPhaseChange RuleExtractor TurnExtractor date keywords number regex
        """,
    ),
    _door(
        "trio_live.llm",
        "Text models beside the talk, and ephemeral tokens.",
        """
        AuthToken BaseLlm GeminiLlm LlmFactory LlmRegistry LlmRequest LlmResponse MockLlm TokenTerms TokenUsage create_auth_token
        """,
    ),
    _door(
        "trio_live.live",
        "The builder, a running session, and where to connect.",
        """
        ConversationHandle Live LiveHandle LiveSpec SessionHandle VoiceHandle attach_session endpoint_from_env
        """,
    ),
    _door(
        "trio_live.web",
        "An agent in the browser: the voice page, and what serves it.",
        """
        FROM_PAGE TO_PAGE Connect Gate PageClose PageSocket Routes ServedSite SiteApp SocketGone SocketHandler StaticFile
        TimelinePage
        VoicePage files_in new_token open_site
        """,
    ),
    _door(
        "trio_live.draining",
        "Leaving well.",
        """
        ENDING Drain DrainStatistics HandOver open_drain
        """,
    ),
    _door(
        "trio_live.events",
        "What a session says has happened, as values; and what can be sent.",
        """
        AgentTransfer Applied Audio Connected Continuation CostWarning Disconnected Dtmf Error Extraction ExtractionError FillerDue
        GoAway Grounding InputTranscript InteractionStatus Interrupted LiveEvent Media OutputTranscript PhaseTransition PlaybackVolume
        Reconnecting Reprompted ResumptionUpdate Road
        SessionWriter Speaker Stability StatePromotion SteeringChannel SteeringOutcome Telemetry TextComplete
        TextDelta Thought ToolCallSummary ToolCancelled ToolExecution TranscriptAmended TurnComplete TurnMetrics
        Undelivered VadEnd VadStart
        """,
    ),
    _door(
        "trio_live.wire_events",
        "What the server said, message by message, as values.",
        """
        AudioData Connected Continuation Disconnected Error GenerationComplete GoAway Grounding InputTranscription
        InteractionStatus InterimInputTranscription Interrupted Media Oddity OddityKind OutputTranscription
        PhaseChanged Reconnecting SessionEvent SessionResumeUpdate TextComplete TextDelta Thought ToolCall ToolCallCancelled
        TurnComplete TurnTally Undelivered UnknownMessage Usage VoiceActivityEnd VoiceActivityStart
        """,
    ),
    _door(
        "trio_live.wire",
        "The messages of the protocol as typed values, and what each model takes.",
        """
        AUDIO_INPUT_MIME AUDIO_OUTPUT_RATE CHANGEABLE DEFAULT_MODEL PLATFORM_REFUSALS PREVIEW_VERSION PROFILES
        LIMITS UNKNOWN_MODEL AudioMetadata AudioTranscriptionConfig AutomaticActivityDetection AvatarConfig BargeIn Blob
        ClientContent ClientContentUse ClientMessage CodeExecutionResult Content ContextUpdate
        ContextWindowCompression CustomizedAvatar DocumentMetadata Duration ErrorStatus ExecutableCode FileData
        FunctionCall FunctionDeclaration FunctionResponse FunctionResponsePart GenerationConfig GoAway
        GroundingMetadata HistoryConfig IgnoredSetting Int64 LanguageHints Limit LiveModelProfile Marker MediaResolution
        ModalityTokenCount Number Part PartialArg Platform PrebuiltVoiceConfig ProactivityConfig RealtimeInput
        RealtimeInputConfig Refusal ReplicatedVoiceConfig SafetySetting ServerContent ServerMessage ServerToolCall
        ServerToolResponse SessionResumptionConfig SessionResumptionUpdate Setup SetupComplete SlidingWindow
        SpeechConfig SpeechMetadata SpreadsheetMetadata Switch Thinking ThinkingConfig ThinkingKind Tool ToolCall
        ToolCallCancellation ToolList ToolResponse Transcription TranslationConfig TurnEnd UrlContextMetadata
        UrlMetadata UsageMetadata VideoMetadata VoiceActivity VoiceActivityDetectionSignal VoiceConfig
        VoiceConsentSignature Word decode_client_message decode_server_message duration encode_client_message
        encode_server_message profile_for required_settings response_refusals seconds setup_refusals
        """,
    ),
    _door(
        "trio_live.state",
        "What a session knows: one JSON store with scopes and a journal.",
        """
        ABSENT REDACTED SCOPES Absent Clock Evidence FileJournalSink JournalGap JournalSink MemoryJournalSink
        Mutation MutationOrigin Scope State StateKey read_journal
        """,
    ),
    _door(
        "trio_live.conversation",
        "What was said: transcripts, needs, repair, and context drawn from state.",
        """
        Answer SIGNALS ContextBuilder Escalate NeedsFulfillment NoAction Nudge RepairAction RepairConfig SessionSignals
        SessionType TranscriptBuffer TranscriptTurn TranscriptWindow
        """,
    ),
    _door(
        "trio_live.phases",
        "Where the talk stands: phases, transitions, instructions and steering.",
        """
        Blocked Conditional ContextDelivery CustomAppend DefaultsFunction Dynamic DynamicText EnterContext Guard
        InstructionModifier Phase PhaseBuilder PhaseDefaults PhaseHook PhaseInstruction PhaseMachine
        PhasePreparation PhaseSpec PhaseTransition Programmatic Ready StateAppend StatePredicate Static SteeringMode
        ToolGuard Transition TransitionEvaluation TransitionResult TransitionTrigger after_turns is_presented leads_to
        presented_key to_graphviz to_mermaid unavailable user_has_spoken
        """,
    ),
    _door(
        "trio_live.reactive",
        "When this, then that: computed values, watchers, patterns in time.",
        """
        BecameFalse BecameTrue CancelDeferredPrompt Changed ChangedFrom ChangedTo ComputeFn ComputedRegistry
        ComputedVar Condition ConsecutiveFailureDetector CrossedAbove CrossedBelow Custom DELETE EffectMode
        EffectPolicy Emit EventFilter Happened LiveEffect LiveReactor Noop PatternAction PatternDetector
        PlaybackDrained PlaybackFlushed PredicateFn PromptModel RateDetector Reaction ReactorEvent ReactorRule
        Rule SendContext SignalUserActivityEnd SignalUserActivityStart SoftTurnComplete StateChanged
        SustainedDetector TemporalPattern TemporalRegistry TimerTick TurnCountDetector UpdateInstruction
        UserSpeechEnded UserSpeechStarted VOICE_DEFAULTS WatchAction WatchPredicate Watcher WatcherBuilder
        WatcherRegistry
        """,
    ),
    _door(
        "trio_live.resilience",
        "How a call outlives its connections: policies, promises, the state of the link.",
        """
        GUARANTEES Guarantee HANDLE_LIFETIME Kind LinkClose LinkStatus NO_RECONNECT Promise RECONNECT ReconnectPolicy
        """,
    ),
    _door(
        "trio_live.evaluation",
        "A simulated caller, judged assertions, and a report.",
        """
        Caller Check Connect Evaluation Exchange Finding FunctionRun Goal Judged LlmCaller Report ScriptedCaller Talk
        Verdict called evaluate holds in_phase known never_called never_says offline online read_evaluation says state_is
        with_agent
        """,
    ),
    _door(
        "trio_live.handoff",
        "What it takes to hand a call over from one agent to another, as a value.",
        """
        PASSAGES Passage Prompt ToolChange TransferPlan passage_of plan_transfer
        """,
    ),
    _door(
        "trio_live.tools",
        "Python functions that the model may call.",
        """
        Background Behavior Cancellation CommitGuard ConfirmationProvider ConfirmationRequest DefaultResultFormatter FunctionTool
        HttpServer LARGEST_ANSWER Limits LiveInput McpServer ResultFormatter Scheduling Signature Standard StdioServer
        ToolClass ToolContext ToolExecutionMode ToolMiddleware ToolPolicy ToolRegistry UserAudio UserInput UserText
        UserVideo as_object end_call error_answer normalise tool
        """,
    ),
    _door(
        "trio_live.dispatch",
        "Tools at work: called by name, and in time; text agents beside a talk.",
        """
        THREADS TIMEOUT BackgroundAgentDispatcher TextAgent ToolDispatcher
        """,
    ),
    _door(
        "trio_live.mcp",
        "Tools of Model Context Protocol servers.",
        """
        open_mcp_tools
        """,
    ),
    _door(
        "trio_live.audio",
        "Microphones and speakers, WAV files, and none at all.",
        """
        AudioDevice AudioDeviceInfo Denoiser LevelMeter Microphone Resampler Sink Source Speakers VoiceSession
        list_devices open_device open_null_device open_paced_device open_wav_device read_wav write_wav
        """,
    ),
    _door(
        "trio_live.phone",
        "The telephone: calls of Twilio, Telnyx, Plivo and Asterisk.",
        """
        ASTERISK_WEBSOCKET AUDIOSOCKET Admission Answer AudioFormat BasicAuth Carrier DIALECTS Dialect HungUp PHONE_VAD PLIVO
        PhoneCall PhoneRequest PhoneServer PhoneServerStatistics PhoneStatistics SecretPath TELNYX TWILIO TelnyxToken
        TwilioSignature open_phone_server twilio_signature
        """,
    ),
    _door(
        "trio_live.voice",
        "Hearing when the user speaks, as functions of samples.",
        """
        CONVERSATIONAL_COMMIT DEFAULT_SOFT_TURN_SECONDS IMMEDIATE_COMMIT INPUT_VAD NOISY_STREET RESPONSIVE_COMMIT
        SILERO_VAD Again BackendInputVad BackendVadSnapshot CommitSignal EnergyBackend Gain Heard HeardTurn HearsEdges
        InputProcessor JitterBuffer JitterConfig JitterState Judgement NoiseGate PlaybackEpoch PlaybackLedger
        PlaybackSnapshot Pulled Reported SileroBackend SoftTurnDetector TurnCommitConfig TurnCommitPolicy TurnListener
        VadBackend VadBackendType VadConfig VadEvent VadState VoiceActivityDetector VoiceRuntimeState VoiceTiming
        """,
    ),
    _door(
        "trio_live.instruments",
        "What watches a whole run, or makes it fit for many calls.",
        """
        Stall StallDetector tuned_collector
        """,
    ),
    _door(
        "trio_live.otel",
        "Spans of a call by OpenTelemetry.",
        """
        ATTRIBUTES TracingOptions
        """,
    ),
    _door(
        "trio_live.redaction",
        "What must not leave a session as it is.",
        """
        HIDDEN_NUMBER Redaction
        """,
    ),
    _door(
        "trio_live.telemetry",
        "Figures of a session.",
        """
        CostOptions HistogramBucket LatencyDistribution PRICES PriceRow SessionTelemetry TokenCounts TokenPrices
        prices_for
        """,
    ),
    _door(
        "trio_live.timeline",
        "One call on one time axis: what was said and heard, what was decided, and why.",
        """
        CallLog CallLogs Note Outcome Span StateChange Timeline Track TurnFigures read_notes timeline_html timeline_of
        """,
    ),
    _door(
        "trio_live.session",
        "Where the link stands, what the lanes take, and what a close means.",
        """
        CLOSES CloseKind CloseRow LANES Lane Outcome SessionEnd SessionPhase TRANSITIONS
        """,
    ),
    _door(
        "trio_live.lanes",
        "Callbacks and their modes; queues and deadlines as tables.",
        """
        AsyncCallback AsyncCallbackWith AsyncCallbackWith2 AudioCallback BeforeToolResponseCallback CLOSING
        CallbackMode EventCallbacks GroundingCallback HOOKS Hook InstructionFn LiveEventStream MediaCallback Overflow
        PhaseCallback QUEUES Queue SignalCallback TextCallback ToolCallCallback TranscriptCallback
        TurnBoundaryCallback UsageCallback
        """,
    ),
    _door(
        "trio_live.control",
        "The order of a turn's steps, context that waits for the user, tools that run in the background.",
        """
        STEPS BackgroundToolTracker DeferredWriter PendingContext
        """,
    ),
    _door(
        "trio_live.control.effects",
        "Doing what rules of the reactor want done.",
        """
        LiveEffectExecutor PERFORM
        """,
    ),
    _door(
        "trio_live.persistence",
        "Sessions that outlive their process.",
        """
        FsPersistence MemoryPersistence SNAPSHOT_VERSION SessionPersistence SessionSnapshot SqlitePersistence
        """,
    ),
    _door(
        "trio_live.recording",
        "What went over the wire, kept frame by frame.",
        """
        FileWireRecorder MemoryWireRecorder WireDirection WireEntry WireRecorder read_recording redact_recording
        """,
    ),
    _door(
        "trio_live.replay",
        "Recorded sessions, played again.",
        """
        Inspection ReplaySession Replayed inspect_recording recorded_agent replay_now replay_session
        """,
    ),
    _door(
        "trio_live.compose",
        "Pieces of agents as values: middleware, tools, prompts, contexts, transformations of the State, guards.",
        """
        Audit AuditEntry C Cache CircuitBreaker ContextPolicy Cost G GGuard Latency Layer M Metrics MiddlewareComposite P
        PromptComposite PromptSection Retry S Span StateTransform T ToolComposite ToolLatency Trace
        """,
    ),
    _door(
        "trio_live.contract",
        "What an agent declares, as a value that can be kept and compared.",
        """
        AgentContract ComputedContract ControlContract Difference ExtractorContract PhaseContract PreparationContract
        PromotionContract RuntimeContract ToolContract TransitionContract WatcherContract
        """,
    ),
    _door(
        "trio_live.transport",
        "Bytes over Trio: where to connect, and connections of your own.",
        """
        Address Dialer Endpoint Frames GoogleAI MemoryTransport Token Transport TransportKind Vertex
        WebSocketTransport dial_websocket memory_transport_pair
        """,
    ),
    _door(
        "trio_live.emulator",
        "A Gemini Live server for one machine.",
        """
        CLOSE_REASONS FAULTS MODEL_BEHAVIOURS PROFILE_NAMES Call CloseReason ConnectionStatistics Direction
        Emulation Emulator EmulatorOptions FaultPlan FaultRow Greets Handler Heard Line LogHook LogRecord
        ModelBehaviour Occasion Persona Point Reaction Reply Rule Strike Timed VoiceBank bundled_persona
        bundled_personas check_persona load_fault_plan load_persona load_voice_bank open_emulator parse_fault
        parse_fault_plan parse_persona serve_transport
        """,
    ),
    _door(
        "trio_live.testing",
        "Scripts of a server, a caller who speaks, and assertions.",
        """
        Asked Caller NoAnswer NotSettled Run Script Sound Step Talk assert_answered assert_events assert_sent
        assert_transcript collect_events_until_idle hum noise open_caller play play_now play_over_socket silence voice
        """,
    ),
    _door(
        "trio_live.testing.phone",
        "A telephone for tests: the other side of each dialect (extra `phone`).",
        """
        ScriptedPhone open_phone open_phone_over_socket
        """,
    ),
    _door(
        "trio_live.testing.strategies",
        "Hypothesis strategies, and a property test for phases of your own.",
        """
        Fault PhaseFault check_phases json_values phase_machines phases scripts session_events states
        """,
    ),
    _door(
        "trio_live.testing.plugin",
        "Fixtures for pytest.",
        """
        LiveSession Scripted emulator emulator_options emulator_persona live_session scripted virtual_clock
        """,
    ),
    _door(
        "trio_live.cli",
        "The command.",
        """
        main
        """,
    ),
)
"""The doors, the front door first."""


def public_names() -> str:
    """PUBLIC."""
    rows = [[f"`{door.module}`", door.about, " ".join(f"`{name}`" for name in door.names)] for door in PUBLIC]
    return page(
        "Public names",
        "What you may rely on, by the door at which it stands. Versions follow [SemVer](https://semver.org) for these "
        "names, and for the public methods and fields of what they stand for. Everything else, and whatever has an "
        "underscore in its path, may change with every version.",
        table(["import from", "what it is", "names"], rows),
    )
