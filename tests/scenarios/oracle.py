"""What a turn must say to the model: told once more, plainly, without any of the code under test.

The oracle does not decide which transition fires (the phases' own tests do); it is told of it, and knows every line
that follows from it.
"""

from __future__ import annotations

import attrs

from trio_live import ContextDelivery, SteeringMode

NUDGE_AFTER, ESCALATE_AFTER = 2, 4


@attrs.frozen
class Place:
    """One phase, as far as its words go."""

    name: str
    tools: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    prompts: bool = False
    thought: bool = False
    """Whether its entry adds a context turn."""

    def instruction(self, mode: SteeringMode, *, urgent: bool) -> str:
        text = f"Be {self.name}."
        return f"{text}\n\n{self.modifier}" if urgent and mode is SteeringMode.INSTRUCTION_UPDATE else text

    @property
    def modifier(self) -> str:
        return f"Hurry in {self.name}."

    @property
    def entry(self) -> list[str]:
        return [f"Thought of {self.name}."] if self.thought else []


@attrs.define
class Unsaid:
    instruction: str
    context: list[str]
    prompts: bool


@attrs.define
class Oracle:
    """Follows one conversation."""

    mode: SteeringMode
    delivery: ContextDelivery
    place: Place
    last: str | None = None
    """The instruction that the model has."""
    standing: list[str] = attrs.field(factory=list)
    told_tools: tuple[str, ...] | None = None
    unsaid: Unsaid | None = None
    pending: list[str] = attrs.field(factory=list)
    armed: bool = False
    stall: int = 0
    missing: tuple[str, ...] = ()
    entered: bool = False

    def moved(self, to: Place, *, soft: bool, urgent: bool) -> None:
        """A transition fired."""
        self.place, self.entered, self.stall, self.missing = to, True, 0, ()
        if soft:
            before = self.unsaid
            self.unsaid = Unsaid(
                to.instruction(self.mode, urgent=urgent),
                [*(before.context if before else []), *to.entry],
                to.prompts or bool(before and before.prompts),
            )

    def nudge(self, known: set[str]) -> int:
        """Which nudge of its stall this turn brings; 0 for none, -1 for an escalation."""
        missing = tuple(key for key in self.place.needs if key not in known)
        entered, self.entered = self.entered, False
        progress = bool(set(self.missing) - set(missing))
        self.stall = 0 if entered or progress or not missing else self.stall + 1
        self.missing = missing
        if self.stall >= ESCALATE_AFTER:
            return -1
        return max(0, self.stall - NUDGE_AFTER + 1)

    def advisory(self, *, moved: bool) -> list[str]:
        before, tools = self.told_tools, self.place.tools
        if not (moved or self.unsaid) or before == tools:
            return []
        self.told_tools = tools
        if tools is None:
            return ["All tools are available again."]
        if not tools:
            return ["No tools are available in this phase; do not call any."]
        return [f"Tools available in this phase: {', '.join(tools)}. Do not call any other."]

    def turn(
        self, *, moved: bool, known: set[str], urgent: bool, amendment: str | None, template: str | None
    ) -> list[str]:
        """The lines of a real turn, all transitions told before."""
        advisory, nudge, unsaid = self.advisory(moved=moved), self.nudge(known), self.unsaid
        text = template or self._instruction(moved=moved, urgent=urgent, amendment=amendment)
        batch = [*advisory]
        if nudge > 0:
            batch.append(f"Still missing: {', '.join(self.missing)}. Ask for it before going on.")
        if self.mode is not SteeringMode.INSTRUCTION_UPDATE and urgent:
            batch.append(self.place.modifier)
        if self.mode is SteeringMode.CONTEXT_INJECTION and text:
            batch.append(text)
        batch += [*(unsaid.context if unsaid else []), *(self.place.entry if moved else [])]
        lines = []
        if self.mode is not SteeringMode.CONTEXT_INJECTION and text and text != self.last:
            lines.append(f"instruction: {text}")
            self.last = text
        fresh = [each for each in batch if each not in self.standing]
        prompts = nudge == 1 or (moved and self.place.prompts) or bool(unsaid and unsaid.prompts)
        self.standing, self.unsaid = batch, None
        return lines + self._deliver(fresh, prompts=prompts)

    def _instruction(self, *, moved: bool, urgent: bool, amendment: str | None) -> str | None:
        base = self.place.instruction(self.mode, urgent=urgent)
        if moved:
            return base
        if amendment:
            return f"{base}\n\n{amendment}"
        return self.unsaid.instruction if self.unsaid else None

    def _deliver(self, fresh: list[str], *, prompts: bool) -> list[str]:
        if self.delivery is ContextDelivery.DEFERRED:
            self.pending += fresh
            self.armed = self.armed or prompts
            return []
        return ([f"context: {' | '.join(fresh)}"] if fresh else []) + (["prompt"] if prompts else [])

    def user(self, line: str) -> list[str]:
        """What goes out when the user says something."""
        context, self.pending = self.pending, []
        return ([f"context: {' | '.join(context)}"] if context else []) + [line]

    def spoke(self) -> None:
        """The user begins to speak: what was to be asked of the model then is not asked any more."""
        self.armed = False

    def drained(self) -> list[str]:
        """What goes out when the playback has come to its end."""
        if not self.armed:
            return []
        self.armed = False
        return self.user("prompt")
