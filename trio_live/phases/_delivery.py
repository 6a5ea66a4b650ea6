"""What one turn says to the model: at most one instruction, one batch of context, one prompt, in this order.

Several parts of a turn have something to say. Each as a frame of its own would confuse the model or cut into the
user's words, so all of it is composed here, as values, and then written at once.
"""

from __future__ import annotations

from typing import Final, assert_never

import attrs

from trio_live._context_delivery import ContextDelivery
from trio_live._values import value
from trio_live.events._internal import Steer
from trio_live.phases._definition import paragraphs
from trio_live.phases._history import TransitionResult
from trio_live.phases._standing import StandingContext
from trio_live.phases._steering import STEERING, SteeringMode
from trio_live.wire import Content, Tool


@value(kw_only=True)
class TurnSayings:
    """Everything that wants to be said at the end of one turn. Texts become model-role turns; empty ones are none."""

    mode: SteeringMode
    standing_instruction: str | None = None
    """What no phase replaces; stands before every instruction but a template's."""
    tools: tuple[Tool, ...] | None = None
    """What is to be declared from now on; ``None``: what is declared already."""
    transition: TransitionResult | None = None
    """Of the transition that fired in this turn."""
    unsaid: TransitionResult | None = None
    """Of transitions that fired in soft turns, which say nothing, since the last real one; see `join_results`."""
    base: str | None = None
    """What an amendment is added to: the phase's instruction, or without phases the setup's."""
    amendment: str | None = None
    """From ``instruction_amendment``. Not used when a transition fired, nor without a base: alone it would replace
    the whole prompt."""
    template: str | None = None
    """From ``instruction_template``. Beats transition and amendment."""
    advisory: str | None = None
    nudge: str | None = None
    """The repair line."""
    nudge_prompts: bool = False
    """Whether the repair line also asks the model to speak."""
    steering: str | None = None
    """What the modifiers say; see ``PhaseMachine.steering_text``. Not used where they are baked in."""


@value(kw_only=True)
class TurnDelivery:
    """What is left to do after composing a turn."""

    instruction: str | None
    """The new system instruction, if it is news. After it was sent, and only then, the ledger records it."""
    tools: tuple[Tool, ...] | None
    """What is to be declared from now on; ``None``: what is declared already."""
    context: tuple[Content, ...]
    """The one batch of context turns, repeats left out; empty means no send."""
    prompt: bool
    """Whether the model is then asked to speak."""
    standing: StandingContext
    """To be kept for the next turn once this one is delivered."""


@value(kw_only=True)
class TurnWrites:
    """A delivery by one of the two kinds of `ContextDelivery`."""

    now: Steer
    """To be written now; may be nothing."""
    pending: tuple[Content, ...] = ()
    """To be queued until the user's next words."""
    arms_prompt: bool = False
    """Whether the queue is to prompt when it is flushed."""


_NOTHING_STANDS: Final = StandingContext()


def compose_turn(
    sayings: TurnSayings, *, last_sent: str | None = None, standing: StandingContext = _NOTHING_STANDS
) -> TurnDelivery:
    """Compose what one turn says.

    Args:
        sayings: What wants to be said.
        last_sent: The instruction the server has; the same one is not sent again.
        standing: The previous turn's ``TurnDelivery.standing``.
    """
    instruction = resolve_instruction(sayings)
    rule = STEERING[sayings.mode]
    texts = (
        sayings.advisory,
        sayings.nudge,
        None if rule.bakes_modifiers else sayings.steering,
        None if rule.replaces_instruction else instruction,
    )
    results = [result for result in (sayings.unsaid, sayings.transition) if result is not None]
    batch = [Content.of(text, "model") for text in texts if text]
    batch += [content for result in results for content in result.context or ()]
    return TurnDelivery(
        instruction=instruction if rule.replaces_instruction and instruction != last_sent else None,
        tools=sayings.tools,
        context=standing.without_repeats(batch),
        prompt=bool(sayings.nudge and sayings.nudge_prompts) or any(result.prompt_on_enter for result in results),
        standing=StandingContext.of(batch),
    )


def resolve_instruction(sayings: TurnSayings) -> str | None:
    """The one instruction of the turn: template, else transition, else amended base, else what a soft turn left.

    The standing instruction stands before it wherever it takes the place of the whole system instruction. A template is
    the whole of it already.

    Returns:
        Never an empty text: that would wipe the prompt.
    """
    if sayings.template:
        return sayings.template
    texts = _phase_part(sayings)
    if texts and STEERING[sayings.mode].replaces_instruction:
        texts = [sayings.standing_instruction or "", *texts]
    return paragraphs(texts) or None


def _phase_part(sayings: TurnSayings) -> list[str]:
    unsaid = [sayings.unsaid.instruction] if sayings.unsaid and sayings.unsaid.instruction else []
    if sayings.transition is not None:
        return [sayings.transition.instruction] if sayings.transition.instruction else unsaid
    if sayings.amendment and sayings.base:
        return [sayings.base, sayings.amendment]
    return unsaid


def join_results(earlier: TransitionResult | None, later: TransitionResult) -> TransitionResult:
    """Two transitions whose sayings are still unsaid, as one: the later instruction, the context of both."""
    if earlier is None:
        return later
    context = (*(earlier.context or ()), *(later.context or ()))
    return attrs.evolve(
        later,
        instruction=later.instruction or earlier.instruction,
        context=context or None,
        prompt_on_enter=earlier.prompt_on_enter or later.prompt_on_enter,
    )


def plan_writes(delivery: TurnDelivery, kind: ContextDelivery) -> TurnWrites:
    """What leaves now, in one step, and what is queued."""
    match kind:
        case ContextDelivery.IMMEDIATE:
            return TurnWrites(
                now=Steer(
                    tools=delivery.tools,
                    instruction=delivery.instruction,
                    facts=delivery.context,
                    prompt=delivery.prompt,
                )
            )
        case ContextDelivery.DEFERRED:
            return TurnWrites(
                now=Steer(tools=delivery.tools, instruction=delivery.instruction),
                pending=delivery.context,
                arms_prompt=delivery.prompt,
            )
        case _ as never:
            assert_never(never)
