"""What came of an evaluation, as a value and as text that a person reads."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.evaluation._talk import Talk


class Verdict(enum.Enum):
    """What became of one expectation."""

    MET = "met"
    NOT_MET = "not met"
    NOT_JUDGED = "could not be judged"


_MARKS = {Verdict.MET: "✓", Verdict.NOT_MET: "✗", Verdict.NOT_JUDGED: "?"}


@value
class Finding:
    """One expectation, and what was found."""

    expected: str
    verdict: Verdict
    why: str


@value(kw_only=True)
class Report:
    """What came of one talk."""

    name: str
    findings: tuple[Finding, ...]
    goals: tuple[tuple[str, bool], ...]
    """What the caller wanted, and whether they got it."""
    talk: Talk
    took: Seconds
    ended: str
    """Why the talk was over."""

    @property
    def passed(self) -> bool:
        """Whether every goal was reached and every expectation met. What could not be judged is not met."""
        return all(reached for _, reached in self.goals) and all(
            finding.verdict is Verdict.MET for finding in self.findings
        )

    @property
    def summary(self) -> str:
        """In one line."""
        met = sum(finding.verdict is Verdict.MET for finding in self.findings)
        reached = sum(reached for _, reached in self.goals)
        return (
            f"{'PASSED' if self.passed else 'FAILED'}: {self.name} ({met} of {len(self.findings)} expectations met,"
            f" {reached} of {len(self.goals)} goals reached, {len(self.talk.exchanges)} exchanges, {self.took:.1f} s)"
        )

    def text(self) -> str:
        """For a terminal."""
        return "\n".join(self._text())

    def _text(self) -> Iterator[str]:
        yield self.summary
        yield f"The talk was over because {self.ended}."
        yield ""
        for goal, reached in self.goals:
            yield f"{'✓' if reached else '✗'} goal: {goal}"
        for finding in self.findings:
            yield f"{_MARKS[finding.verdict]} {finding.expected}: {finding.why}"
        yield ""
        yield from self.talk.lines()

    def markdown(self) -> str:
        """For a page, a ticket, or a comment on a change."""
        return "\n".join(self._markdown())

    def _markdown(self) -> Iterator[str]:
        yield f"## {_plain(self.name)}"
        yield ""
        yield f"**{_plain(self.summary)}** The talk was over because {_plain(self.ended)}."
        yield ""
        yield "| | expected | found |"
        yield "| --- | --- | --- |"
        for goal, reached in self.goals:
            yield f"| {'✓' if reached else '✗'} | goal: {_plain(goal)} | {'reached' if reached else 'not reached'} |"
        for finding in self.findings:
            yield f"| {_MARKS[finding.verdict]} | {_plain(finding.expected)} | {_plain(finding.why)} |"
        yield ""
        yield from (f"> {_plain(line)}  " for line in self.talk.lines())


def _plain(text: str) -> str:
    """In one line, in which nothing is markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{each}" if each in "\\|*_`<>[]#" else each for each in flat)
