"""Facts that a text model finds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, Self

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.conversation import TranscriptWindow
from trio_live.errors import ConfigError, ExtractionFailed
from trio_live.extraction._deciding import (
    DEFAULT_TIMEOUT,
    DEFAULT_WINDOW,
    EveryTurn,
    ExtractionTrigger,
    FieldPromotion,
    TurnExtractor,
)
from trio_live.llm import BaseLlm, LlmRequest
from trio_live.phases import PhaseInstruction
from trio_live.phases._internal import fixed_text
from trio_live.tools._internal import HintError, fit, schema_of

TYPED_MIN_WORDS: Final = 3
"""A turn in which the user says less is not worth a question where a type is to be filled: "yes", "uh-huh"."""

JSON_MIME: Final = "application/json"
ASK: Final = "\n\nExtract the facts from this conversation. Answer with JSON only; use null for what was not said."
SHOWN: Final = 200
"""Characters of an unreadable answer that an error repeats: it may hold what callers said of themselves."""

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of languages that set no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_FENCE: Final = re.compile(r"```[^\n]*\n(.*?)\n?```\s*\Z", re.DOTALL)


def _rules(given: Iterable[FieldPromotion]) -> tuple[FieldPromotion, ...]:
    return tuple(given)


@value
class LlmExtractor(TurnExtractor):
    """Asks a text model about the last turns; what it answers is JSON."""

    name: str
    """What it is called; the whole result is stored under it."""
    llm: BaseLlm = attrs.field(repr=False)
    """Whom it asks."""
    prompt: str = attrs.field(repr=False, converter=fixed_text)
    """What to look for; the model's system instruction."""
    window_size: int = DEFAULT_WINDOW
    """How many of the last turns the model sees."""
    schema: JsonObject | None = attrs.field(default=None, kw_only=True, repr=False)
    """The shape of the answer, as a JSON Schema."""
    min_words: int = attrs.field(default=0, kw_only=True)
    """So many words the user must have said in the last turn. In languages that set no spaces, two letters count as
    one word."""
    trigger: ExtractionTrigger = attrs.field(default=EveryTurn(), kw_only=True)
    """When it runs."""
    promotion_rules: tuple[FieldPromotion, ...] = attrs.field(default=(), converter=_rules, kw_only=True)
    """What becomes of the fields."""
    timeout: Seconds | None = attrs.field(default=DEFAULT_TIMEOUT, kw_only=True)
    """How long one answer may take."""
    typed: bool = attrs.field(default=False, kw_only=True, repr=False)
    """Whether the schema was made from a type, and answers are held to it."""

    @classmethod
    def of_type(
        cls, kind: Any, llm: BaseLlm, prompt: str | PhaseInstruction, *, window_size: int = DEFAULT_WINDOW
    ) -> Self:
        """One that fills a type, and is called by its name.

        Args:
            kind: a dataclass, an attrs class or a TypedDict. Give each field a default or ``| None`` where it may
                stay unknown.
            llm: whom it asks.
            prompt: what to look for.
            window_size: how many turns the model sees.

        Raises:
            ConfigError: no schema can be made of the type.
        """
        try:
            schema = schema_of(kind)
        except HintError as error:
            raise ConfigError(f"{kind!r} cannot be extracted: {error}") from None
        if "properties" not in schema:
            raise ConfigError(f"{kind!r} cannot be extracted: it has no fields; take a dataclass or a TypedDict")
        made = cls(kind.__name__, llm, prompt, window_size, schema=schema, min_words=TYPED_MIN_WORDS)
        return attrs.evolve(made, typed=True)

    def with_schema(self, schema: JsonObject) -> Self:
        """The same, with an answer of this shape (a JSON Schema)."""
        return attrs.evolve(self, schema=schema, typed=False)

    def with_min_words(self, words: int) -> Self:
        """The same, for turns in which the user says at least so many words."""
        return attrs.evolve(self, min_words=words)

    def with_trigger(self, trigger: ExtractionTrigger) -> Self:
        """The same, run when another trigger says."""
        return attrs.evolve(self, trigger=trigger)

    def with_promotions(self, *rules: FieldPromotion) -> Self:
        """The same, with these rules for its fields."""
        return attrs.evolve(self, promotion_rules=rules)

    def with_timeout(self, seconds: Seconds | None) -> Self:
        """The same, with so much time for one answer; ``None`` for as long as the model likes."""
        return attrs.evolve(self, timeout=seconds)

    def should_extract(self, window: TranscriptWindow) -> bool:
        """Whether the user has said enough in the last turn."""
        return self.min_words == 0 or word_count(window.turns[-1].user) >= self.min_words

    async def extract(self, window: TranscriptWindow) -> Json:
        """Ask the model.

        Raises:
            LlmError: it gives no answer.
            ExtractionFailed: its answer is no JSON, or of another shape than the type.

        Cancellation: the question is withdrawn.
        """
        return self.read((await self.llm.generate(self.request(window))).text())

    async def warm_up(self) -> None:
        """Let the model make its first answer quick. Cancellation: harmless."""
        await self.llm.warm_up()

    def request(self, window: TranscriptWindow) -> LlmRequest:
        """What the model is asked about some turns."""
        return LlmRequest.from_text(window.formatted().rstrip() + ASK, system_instruction=self.prompt).asking_for(
            JSON_MIME, self.schema
        )

    def read(self, answer: str) -> Json:
        """The JSON in an answer; a fence around it is taken off.

        Raises:
            ExtractionFailed: there is none, or it has another shape than the type.
        """
        bare = answer.strip()
        if fenced := _FENCE.match(bare):
            bare = fenced[1].strip()
        try:
            found = json.loads(bare)
        except (ValueError, RecursionError) as error:
            raise ExtractionFailed(self.name, f"the answer is no JSON ({error}): {bare[:SHOWN]!r}") from None
        return self._checked(found) if self.typed else found

    def _checked(self, found: Json) -> JsonObject:
        """Held to the type, but for what the model could not know: that is null, or missing."""
        if not isinstance(found, dict):
            raise ExtractionFailed(self.name, f"the answer is a {type(found).__name__} where an object is wanted")
        fitted, problems = fit(found, {**(self.schema or {}), "required": []})
        if problems:
            raise ExtractionFailed(self.name, f"the answer has another shape: {'; '.join(problems)}"[:SHOWN])
        return {**found, **fitted}


def word_count(text: str) -> int:
    """How many words a text has; two letters of a language without spaces count as one."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + unspaced // 2
