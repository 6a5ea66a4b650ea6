"""Extractors that need no model: each field is found by a rule of one's own.

They cost microseconds, always find the same, and work offline. What they cannot do is understand: a rule sees words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

from trio_live._callables import async_problem
from trio_live._typing import Json, JsonObject, Seconds
from trio_live.conversation import TranscriptTurn, TranscriptWindow
from trio_live.errors import ConfigError
from trio_live.extraction._deciding._extractor import DEFAULT_TIMEOUT, TurnExtractor
from trio_live.extraction._deciding._promotion import FieldPromotion
from trio_live.extraction._deciding._triggers import EveryTurn, ExtractionTrigger

FieldRule: TypeAlias = Callable[[str], Json]
"""What was said → the value, or ``None`` when the field is not in it. A plain function."""

Speaker: TypeAlias = Literal["user", "model", "both"]


class RuleExtractor(TurnExtractor):
    """Finds each field by a rule, in what was said last.

    A field that its rule does not find is left out of the result. A turn in which nothing is found yields no result
    at all: `should_extract` says no, so that an empty one does not replace the one before.

    Args:
        name: what it is called; the result is stored under it.
        fields: each field with its rule, such as `regex`, `keywords`, `number` or `date`.
        listens_to: whose words are looked at.
        window_size: how many of the last turns are looked at, newest first; a field is taken from the newest turn
            it is found in.
        trigger: when it runs.
        promotion_rules: what becomes of the fields.
        timeout: seconds that one run may take.

    Raises:
        ConfigError: there is no field, or a rule is no plain function.
    """

    def __init__(
        self,
        name: str,
        fields: Mapping[str, FieldRule],
        *,
        listens_to: Speaker = "user",
        window_size: int = 1,
        trigger: ExtractionTrigger = EveryTurn(),  # noqa: B008 - it is immutable
        promotion_rules: Iterable[FieldPromotion] = (),
        timeout: Seconds | None = DEFAULT_TIMEOUT,
    ) -> None:
        self.name = name
        self.window_size = window_size
        self.trigger = trigger
        self.promotion_rules = tuple(promotion_rules)
        self.timeout = timeout
        self._fields = dict(fields)
        self._listens_to = listens_to
        if problems := [*_problems(name, self._fields, listens_to)]:
            raise ConfigError(problems)

    def should_extract(self, window: TranscriptWindow) -> bool:
        """Whether any field is found."""
        return bool(self.found(window))

    async def extract(self, window: TranscriptWindow) -> Json:
        """The fields that are found."""
        return self.found(window)

    def found(self, window: TranscriptWindow) -> JsonObject:
        """Each field that is found, from the newest turn it is found in."""
        said = [_words(turn, self._listens_to) for turn in reversed(window.turns)]
        values = ((field, _first(rule, said)) for field, rule in self._fields.items())
        return {field: found for field, found in values if found is not None}


def _first(rule: FieldRule, said: Iterable[str]) -> Json:
    return next((found for words in said if words and (found := rule(words)) is not None), None)


def _words(turn: TranscriptTurn, speaker: Speaker) -> str:
    match speaker:
        case "user":
            return turn.user
        case "model":
            return turn.model
        case "both":
            return f"{turn.user}\n{turn.model}"


def _problems(name: str, fields: Mapping[str, Any], speaker: str) -> Iterable[str]:
    if not fields:
        yield f"the extractor {name!r} looks for no field"
    if speaker not in ("user", "model", "both"):
        yield f"the extractor {name!r} listens to 'user', 'model' or 'both', not to {speaker!r}"
    for field, rule in fields.items():
        if not callable(rule):
            yield f"the extractor {name!r}: the rule for {field!r} is a function of what was said, not {rule!r}"
        elif problem := async_problem(rule, f"the extractor {name!r}: the rule for {field!r}"):
            yield problem


def regex(pattern: str, group: int | str | None = None) -> FieldRule:
    """A rule that finds the last match of a regular expression, whatever its case.

    Args:
        pattern: as `re.compile` takes it.
        group: the group that is the value; the first one by default, or the whole match where there is none.

    Raises:
        ConfigError: the pattern cannot be compiled, or has no such group.
    """
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ConfigError(f"{pattern!r} is no regular expression: {error}") from None
    wanted = min(compiled.groups, 1) if group is None else group
    if wanted not in compiled.groupindex and wanted not in range(compiled.groups + 1):
        raise ConfigError(f"the expression {pattern!r} has no group {group!r}")

    def find(said: str) -> Json:
        matches = [match for match in compiled.finditer(said) if match[wanted] is not None]
        return matches[-1][wanted] if matches else None

    return find


def keywords(choices: Mapping[Json, str | Iterable[str]] | Iterable[tuple[Json, str | Iterable[str]]]) -> FieldRule:
    """A rule that finds one of several values by the words that stand for it; the word said last counts.

    Args:
        choices: each value with the words or phrases that mean it, found as whole words whatever their case; where
            two of them end at the same place, the longer one counts, so that ``"not today"`` beats ``"today"``.

    Raises:
        ConfigError: there is no word.
    """
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    meant = {
        " ".join(word.split()).casefold(): value
        for value, words in pairs
        for word in ((words,) if isinstance(words, str) else words)
        if word.strip()
    }
    if not meant:
        raise ConfigError("keywords() needs at least one value with at least one word")
    spelt = sorted(meant, key=len, reverse=True)
    compiled = re.compile(rf"(?<!\w)(?:{'|'.join(map(_spaced, spelt))})(?!\w)", re.IGNORECASE)

    def find(said: str) -> Json:
        matches = compiled.findall(said)
        return meant[" ".join(matches[-1].split()).casefold()] if matches else None

    return find


def _spaced(phrase: str) -> str:
    return r"\s+".join(map(re.escape, phrase.split()))
