"""What many stories together have shown of an agent's phases, and what they have not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

import attrs

from trio_live.live import Live
from trio_live.phases import Phase
from trio_live.testing._story import Story, Telling, tell


@attrs.frozen
class Fault:
    """Something wrong with a phase."""

    phase: str
    what: str
    story: Story
    """The shortest story found that shows it, or that leads to where it shows."""
    is_reached: bool = True
    """Whether any story has led into the phase. Of one that was never reached there is no story to tell."""

    def __str__(self) -> str:
        steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(self.story, start=1))
        nothing = "\nIt takes no story: a session only has to begin." if self.is_reached else ""
        return f"phase {self.phase!r} {self.what}." + (f"\nThe story:\n{steps}" if steps else nothing)


class PhaseFault(AssertionError):  # noqa: N818  # a finding of a test, not an error of the program
    """An agent's phases break a rule. ``faults`` has everything that was found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Atlas:
    """A map of an agent's phases, drawn from the stories that are told.

    Args:
        live: the agent.
        real_tools: the functions that really run.
    """

    def __init__(self, live: Live, real_tools: Collection[str]) -> None:
        self._live = live
        self._real_tools = real_tools
        self._phases: Mapping[str, Phase] = live.declared_phases()
        self.stories: dict[str, Story] = {}
        """The shortest story to each phase that was reached."""
        self.told = 0
        self._met: set[tuple[str, str]] = set()
        self._obstacles: dict[tuple[str, int], set[str]] = {}

    def tell(self, story: Story) -> None:
        """Tell a story and draw in what it shows.

        Raises:
            PhaseFault: a rule was broken in it.
        """
        telling = tell(self._live, story, self._real_tools)
        if telling.complaint is not None:
            raise PhaseFault(Fault(telling.complaint.phase, telling.complaint.what, story)) from telling.error
        self._note(story, telling)

    def straighten(self) -> None:
        """Look for a shorter story to each phase."""
        for phase, story in self.stories.items():
            self.stories[phase] = shortened(story, partial(self._leads_to, phase))

    def shortest(self, fault: Fault) -> Fault:
        """The same fault with a story that shows nothing else."""
        return attrs.evolve(fault, story=shortened(fault.story, partial(self._shows, fault)))

    def _leads_to(self, phase: str, story: Story) -> bool:
        return any(moment.phase == phase for moment in tell(self._live, story, self._real_tools).moments)

    def _shows(self, fault: Fault, story: Story) -> bool:
        complaint = tell(self._live, story, self._real_tools).complaint
        return complaint is not None and (complaint.phase, complaint.what) == (fault.phase, fault.what)

    def _note(self, story: Story, telling: Telling) -> None:
        self.told += 1
        for moment in telling.moments:
            way_here = story[: moment.steps]
            known = self.stories.get(moment.phase)
            if known is None or len(way_here) < len(known):
                self.stories[moment.phase] = way_here
            self._met.update((moment.phase, key) for key in moment.met)
            for obstacle in moment.obstacles:
                self._obstacles.setdefault((moment.phase, obstacle.way), set()).add(obstacle.what)

    def faults(self) -> Iterator[Fault]:
        """What no story has shown: phases never reached, needs never met.

        Of a row of phases behind one closed way only the first is told.
        """
        hidden = self._behind_closed_ways()
        for phase in self._phases.values():
            if phase.name not in self.stories:
                if phase.name not in hidden:
                    yield self._unreached(phase)
                continue
            for key in phase.needs:
                if (phase.name, key) not in self._met:
                    what = f"needs {key!r}, which stayed unknown there in every one of {self.told} stories"
                    yield Fault(phase.name, what, self.stories[phase.name])

    def _behind_closed_ways(self) -> set[str]:
        """Phases never reached to which another such phase leads that stands at the end of what was reached."""
        leads = {name: {transition.target for transition in phase.transitions} for name, phase in self._phases.items()}
        unreached = self._phases.keys() - self.stories.keys()
        first = unreached & {target for name in self.stories for target in leads[name]}
        hidden: set[str] = set()
        waiting = list(first)
        while waiting:
            news = leads[waiting.pop()] & unreached - hidden - first
            hidden |= news
            waiting += news
        return hidden

    def _unreached(self, phase: Phase) -> Fault:
        leading = ((name, enumerate(self._phases[name].transitions)) for name in self.stories)
        ways = [(name, index) for name, ways in leading for index, way in ways if way.target == phase.name]
        what = f"was never reached in {self.told} stories"
        if not ways:
            return Fault(phase.name, f"{what}: no phase that was reached leads there", (), is_reached=False)
        name, index = ways[0]
        return Fault(phase.name, f"{what}: {self._closed(name, index)}", self.stories[name], is_reached=False)

    def _closed(self, name: str, index: int) -> str:
        seen = self._obstacles.get((name, index), set())
        if self._phases[name].terminal:
            return f"{name!r} leads there, but is terminal"
        if seen == {"its guard says no"}:
            return f"transition {index} of {name!r} leads there, but its guard never said yes"
        reasons = sorted(what for what in seen if what and what != "its guard says no")
        if reasons:
            return f"transition {index} of {name!r} leads there and its guard said yes, but {' or '.join(reasons)}"
        return f"transition {index} of {name!r} leads there, but another was always taken first"


def shortened(story: Story, still_shows: Callable[[Story], bool]) -> Story:
    """The story without the steps that it can do without."""
    position = 0
    while position < len(story):
        shorter = story[:position] + story[position + 1 :]
        if still_shows(shorter):
            story = shorter
        else:
            position += 1
    return story
