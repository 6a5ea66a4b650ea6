from __future__ import annotations

from trio_live.evaluation import Exchange, Finding, FunctionRun, Report, Talk, Verdict

TALK = Talk((Exchange("A <b>table</b> | please", "Yes.", (FunctionRun("book", {"time": "eight"}, "ok"),), ("oops",)),))


def report(*verdicts: Verdict, reached: bool = True) -> Report:
    findings = tuple(Finding(f"expected {number}", each, "because") for number, each in enumerate(verdicts))
    return Report(name="a_talk", findings=findings, goals=(("a table", reached),), talk=TALK, took=1.25, ended="over")


def test_it_passes_when_every_goal_is_reached_and_every_expectation_met() -> None:
    assert report().passed
    assert report(Verdict.MET).passed
    assert not report(Verdict.MET, Verdict.NOT_MET).passed
    assert not report(Verdict.NOT_JUDGED).passed
    assert not report(Verdict.MET, reached=False).passed


def test_text_and_markdown_tell_the_same() -> None:
    told = report(Verdict.MET, Verdict.NOT_MET, Verdict.NOT_JUDGED)
    assert told.text().splitlines() == [
        "FAILED: a_talk (1 of 3 expectations met, 1 of 1 goals reached, 1 exchanges, 1.2 s)",
        "The talk was over because over.",
        "",
        "✓ goal: a table",
        "✓ expected 0: because",
        "✗ expected 1: because",
        "? expected 2: because",
        "",
        "Caller: A <b>table</b> | please",
        '[book(time="eight") → "ok"]',
        "Agent: Yes.",
        "[problem: oops]",
    ]
    lines = told.markdown().splitlines()
    assert lines[0] == "## a\\_talk"
    assert "| ✗ | expected 1 | because |" in lines
    assert "> Caller: A \\<b\\>table\\</b\\> \\| please  " in lines, "nothing in it is markup"
