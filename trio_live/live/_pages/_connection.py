"""How long a session lives, what it remembers, and how it is watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import attrs

from trio_live._typing import CallbackErrors, Seconds
from trio_live.errors import ConfigError
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_setup
from trio_live.state import State
from trio_live.telemetry import CostOptions, TokenPrices
from trio_live.transport import TransportKind
from trio_live.wire import ContextWindowCompression, HistoryConfig, SlidingWindow


class ConnectionPage(Page):
    """How a session lives, ends and is watched."""

    def context_compression(self, trigger: int | None = None, target: int | None = None) -> Self:
        """Let old turns fall out of the context when it is full.

        Without figures the server decides: at 80 % of the window, down to half of that (documented).

        Args:
            trigger: tokens in the context at which it is cut, from 1 to 131,072.
            target: tokens that are left then; below the trigger.

        Raises:
            TypeError: no integer.
            ValueError: out of bounds, or the target is not below the trigger.
        """
        for name, value in (("trigger", trigger), ("target", target)):
            if value is not None:
                check.whole(f"context_compression {name}", value, 1, check.CONTEXT_TOKENS)
        if trigger is not None and target is not None and target >= trigger:
            raise ValueError(f"context_compression target {target} must be below the trigger {trigger}")
        window = SlidingWindow(target_tokens=None if target is None else str(target))
        config = ContextWindowCompression(
            trigger_tokens=None if trigger is None else str(trigger), sliding_window=window
        )
        return self._with(with_setup(self.spec, context_window_compression=config))

    def no_context_compression(self) -> Self:
        """Let the context fill; the server ends the session then."""
        return self._with(with_setup(self.spec, context_window_compression=None))

    def history_in_client_content(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """The first turns sent are history, not a question.

        Args:
            on: False asks for none of it again.

        Raises:
            TypeError: no boolean.
        """
        wanted = check.flag("history_in_client_content", on)
        config = HistoryConfig(initial_history_in_client_content=True) if wanted else None
        return self._with(with_setup(self.spec, history_config=config))

    def labels(self, labels: Mapping[str, str]) -> Self:
        """Labels for billing.

        Args:
            labels: lower-case keys and values of at most 63 characters (documented). Replaces those of an earlier call.

        Raises:
            TypeError: no mapping of strings.
            ValueError: a key is empty.
        """
        if not isinstance(labels, Mapping):
            raise TypeError(f"labels must be a mapping, not {type(labels).__name__}")
        for key, value in labels.items():
            check.text("label", key)
            check.text(f"label {key}", value, empty=True)
        return self._with(with_setup(self.spec, labels=dict(labels)))

    def state(self, state: State) -> Self:
        """Run on this State instead of a new one. Sessions that share it see each other's writes.

        Args:
            state: yours; it keeps its own clock and journal.

        Raises:
            TypeError: no `State`.
        """
        if not isinstance(state, State):
            raise TypeError(f"state must be a State, not {type(state).__name__}")
        return self._with(attrs.evolve(self.spec, state=state))

    def callback_errors(self, policy: CallbackErrors) -> Self:
        """What a raising callback does: ``"report"`` and go on (the default), or ``"raise"`` and end the session.

        Args:
            policy: ``"report"``: the error is logged, counted, published as `events.Error` and given to ``on_error``.
                ``"raise"``: it ends the session and comes out of the ``async with`` as it is.

        Raises:
            ValueError: another word.
        """
        if policy not in ("report", "raise"):
            raise ValueError(f'callback_errors must be "report" or "raise", not {policy!r}')
        return self._with(attrs.evolve(self.spec, callback_errors=policy))

    def telemetry_interval(self, seconds: Seconds) -> Self:
        """Publish the counters this often: `events.TurnMetrics` for each turn since, then `events.Telemetry`.

        Once more at the end of the session, before `events.Disconnected`. Off by default.

        Args:
            seconds: from 0.01 to 86,400.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        every = check.number("telemetry_interval", seconds, 0.01, 86_400)
        return self._with(attrs.evolve(self.spec, telemetry_interval=every))

    def cost(
        self, *, warn_at: float | None = None, cap: float | None = None, prices: TokenPrices | None = None
    ) -> Self:
        """What a session may cost. Each sum is in US dollars and counts for one session, reconnects included.

        The server reports tokens at the end of each turn, and they are priced by the published table (`prices_for`); of a
        model that is not in it nobody knows what it costs, and then ``prices`` are needed. At ``warn_at`` an
        `events.CostWarning` is published, once. At ``cap`` the call is ended in order, once the words that were paid for
        have been heard, within ten seconds; ``handle.ended.error`` is a `CostCapReached`. A later call replaces an earlier
        one. What a session has cost is ``session.telemetry.cost_usd``, with or without this call.

        Args:
            warn_at: from 0.
            cap: from 0. A turn that has begun is paid for, so a session may cost a little more.
            prices: those of your contract, or of a model that the table does not know.

        Raises:
            TypeError: no number, or no prices.
            ValueError: out of bounds, or a warning that would come after the end.
        """
        for name, dollars in (("warn_at", warn_at), ("cap", cap)):
            if dollars is not None:
                check.number(name, dollars, 0, 1e6)
        if warn_at is not None and cap is not None and warn_at > cap:
            raise ValueError(f"warn_at ({warn_at:g}) is more than the cap ({cap:g}), so nobody would be warned")
        own = None if prices is None else check.instance("prices", prices, TokenPrices)
        return self._with(attrs.evolve(self.spec, cost=CostOptions(warn_at=warn_at, cap=cap, prices=own)))

    def tracing(self, tracer_provider: object = None, *, content: bool = False) -> Self:
        """Make spans by OpenTelemetry (extra ``otel``): one tree a session, with its connections, turns, calls and extractions.

        The session's span is a child of whatever span is current when connecting, and is the current one in the block.

        Args:
            tracer_provider: an OpenTelemetry ``TracerProvider``; the global one without it.
            content: let spans hold what was said, arguments, results, and how a connection was closed; `redact` applies.

        Raises:
            ConfigError: OpenTelemetry is not installed.
            TypeError: no boolean, or no provider.
        """
        try:
            from trio_live.otel import TracingOptions
            from trio_live.otel._internal import open_spans  # noqa: F401  # what it stands on may be missing
        except ImportError as missing:
            raise ConfigError("spans need OpenTelemetry: pip install 'trio-live[otel]'") from missing
        if tracer_provider is not None and not callable(getattr(tracer_provider, "get_tracer", None)):
            raise TypeError(f"a tracer provider has the method get_tracer, which {tracer_provider!r} has not")
        options = TracingOptions(tracer_provider=tracer_provider, content=check.flag("content", content))
        return self._with(attrs.evolve(self.spec, tracing=options))

    def keep_alive(self, seconds: Seconds | None) -> Self:
        """Send a tenth of a second of silence when nothing else was sent for so long, so that nobody hangs up.

        On by default, after 30 seconds: Google AI was measured to drop a connection after about 150 seconds without
        data. Nothing is sent while the user or the model speaks, to a model that takes no sound, and where this side
        marks the speech (``vad(disabled=True)``): such a session must be kept open by what it says.

        Args:
            seconds: from 1 to 3600; ``None`` turns it off.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        every = None if seconds is None else check.number("keep_alive", seconds, 1, 3600)
        return self._with(attrs.evolve(self.spec, keep_alive=every))

    def transport(self, kind: TransportKind) -> Self:
        """What carries the frames: ``LEAN`` (the default), or ``TRIO_WEBSOCKET``. A session behaves alike over both.

        Args:
            kind: see `TransportKind`.

        Raises:
            TypeError: no `TransportKind`.
        """
        return self._with(attrs.evolve(self.spec, transport=check.instance("transport", kind, TransportKind)))

    def timeouts(self, *, connect: Seconds | None = None, setup: Seconds | None = None) -> Self:
        """How long connecting may take; what is not given keeps its value.

        Args:
            connect: seconds for dialling, TLS and upgrade included: from 0.001 to 3600, 10 by default.
            setup: seconds for the answer to the setup, in the same bounds: 15 by default. Some models were measured to fall
                silent instead of refusing a setting.

        Raises:
            TypeError: no number.
            ValueError: out of bounds.
        """
        spec = self.spec
        connect_within = spec.connect_within if connect is None else check.number("connect", connect, 0.001, 3600)
        setup_within = spec.setup_within if setup is None else check.number("setup", setup, 0.001, 3600)
        return self._with(attrs.evolve(spec, connect_within=connect_within, setup_within=setup_within))
