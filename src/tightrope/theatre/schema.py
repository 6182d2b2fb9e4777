"""What may stand in the YAML files of a theatre, element by element.

These models are the single description of the language: the reader validates with them and
``tightrope schema`` writes the JSON Schema for editors from them. Names that refer to other
elements are checked by the reader, which knows the whole theatre.
"""

# ruff: noqa: RUF012 - pydantic copies a default for every element

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from tightrope.theatre.fields import (
    Coefficient,
    Date,
    Day,
    Duration,
    Element,
    Multiplier,
    Names,
    Number,
    Period,
    Positive,
    Rate,
    Reading,
    Rule,
    Share,
    Whole,
    Word,
    one_of,
)
from tightrope.theatre.marks import is_mapping

PLOVER = [
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
"""The sixteen kinds of event of the PLOVER ontology, from the friendliest to the most hostile."""


DEFAULT_GROUND = "@defaults"
_GROUNDS = ("mechanism", "source", "assumed")


def _has_ground(given: Mapping[str, Any]) -> str | None:
    if any(key in given for key in _GROUNDS):
        return None
    return "say where it comes from: add mechanism:, source: or 'assumed: why'"


class Grounded(Element):
    """An element with numbers: carried by a mechanism, sourced, or assumed with the reason."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in _GROUNDS]}  # for editors
    )
    rules: ClassVar[dict[str, Rule]] = {"no-ground": _has_ground}

    mechanism: Word | None = Field(None, description="id of the mechanism that this carries")
    source: Word | None = Field(None, description="document or data set that the numbers rest on")
    assumed: Word | None = Field(None, description="why the number was assumed")


class Actor(Element):
    """Somebody who acts: a state, an organisation, an office, a public."""

    name: Word
    kind: Literal[
        "state",
        "government",
        "institution",
        "office",
        "armed_group",
        "party",
        "movement",
        "coalition",
        "public",
        "organisation",
    ]
    member_of: Names = []
    also: Names = Field([], description="other spellings and names")
    office: Word | None = Field(None, description="the public office a person holds or held")


class Hold(Grounded):
    """A condition that holds a level up or down for as long as it lasts."""

    condition: Word = Field(alias="if")
    shift: Coefficient


class Level(Grounded):
    """A memory between 0 and 1 that nobody observes: events push it, time lets it relax."""

    says: Word
    rest: Reading
    half_life: Duration
    held: list[Hold] = []


class Condition(Element):
    """Something observed that holds until an event or a dated row changes it."""

    says: Word = ""
    values: Annotated[list[Word], Field(min_length=2)] | None = None
    unit: Word | None = None
    starts: Word

    rules: ClassVar[dict[str, Rule]] = {
        "wrong-keys": lambda given: (
            "give either values: (words) or unit: (a number), not both"
            if {"values", "unit"} <= set(given)
            else None
        )
    }


class Follow(Grounded):
    """A cross-edge: the expected number of direct followers of a day with one cause event."""

    expect: Positive
    half_life: Duration
    condition: Word | None = Field(None, alias="if")


def _scaling_keys(given: Mapping[str, Any]) -> str | None:
    if ("coef" in given) == ("elasticity" in given):
        return "give coef: (of a level) or elasticity: and reference: (of a number)"
    if "elasticity" in given and "reference" not in given:
        return "an elasticity needs reference:; add the number at which it has no effect"
    return None


class Scaling(Grounded):
    """How a level (coef on its reading less its rest) or a number (elasticity) scales a rate."""

    rules: ClassVar[dict[str, Rule]] = {"wrong-keys": _scaling_keys}

    coef: Coefficient | None = None
    elasticity: Coefficient | None = None
    reference: Annotated[Number, Field(gt=0)] | None = Field(
        None, description="where the elasticity has no effect"
    )


class Factor(Grounded):
    """A factor on the rate while a condition is true."""

    condition: Word = Field(alias="if")
    factor: Multiplier


class Extra(Grounded):
    """A further base rate while a condition is true."""

    condition: Word = Field(alias="if")
    rate: Rate


class Clause(Grounded):
    """One part of a gate: the event is impossible while it is false."""

    condition: Word = Field(alias="if")


class Push(Grounded):
    """What one event does to a level, on the logit scale."""

    by: Coefficient


class Setting(Grounded):
    """What an event does to a condition at the end of its day."""

    rules: ClassVar[dict[str, Rule]] = {
        "wrong-keys": one_of("to", "times", "add", says="give exactly one of to:, times:, add:")
    }

    to: Word | None = None
    times: Positive | None = None
    add: Coefficient | None = None
    condition: Word | None = Field(None, alias="if")


class Base(Grounded):
    """A base rate with its ground; a bare rate has the ground that ``defaults`` states."""

    rate: Rate

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return value if is_mapping(value) else {"rate": value, "source": DEFAULT_GROUND}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The bare form too: an editor should not ask for keys where a rate will do."""
        return {"anyOf": [{"type": ["number", "string"]}, handler(core_schema)]}


class Memory(Grounded):
    """One self-memory of an event type."""

    expect: Positive
    half_life: Duration


class Rhythm(Element):
    """The two self-memories of an event type: bursts and seasons."""

    short: Memory
    long: Memory


class Deaths(Grounded):
    """Mean number killed by one event, and who they are."""

    mean: Positive
    of: Names = []


class Dispersion(Grounded):
    """Extra variance of a day's count: variance = rate * (1 + extra). NB1; 0 is Poisson."""

    extra: Positive


class Scheduled(Grounded):
    """An event with a calendar: it happens on these days, with a chance where one is given."""

    dates: list[Period]
    every: Word | None = Field(None, description="how the calendar goes on, in words")
    chance: Share | None = None


class Worst(Grounded):
    """A stated highest rate, where the record alone would forbid what the theatre must allow."""

    rate: Rate


class Event(Element):
    """A type of event, its rate, and what it leaves behind."""

    says: Word
    by: Names
    on: Names = []
    plover: Word
    subsystem: Word | None = None
    base: Base | None = None
    extra: list[Extra] = []
    when: list[Clause] = []
    rhythm: Rhythm | None = None
    memoryless: bool = Field(False, description="no self-memories: it does not come in bursts")
    follows: dict[str, Follow] = {}
    scaled_by: dict[str, Scaling] = {}
    scaled_if: list[Factor] = []
    limit: Annotated[Number, Field(ge=1)] | None = Field(
        None, description="largest upward factor of all scalings"
    )
    pushes: dict[str, Push] = {}
    sets: dict[str, Setting] = {}
    deaths: Deaths | None = None
    dispersion: Dispersion | None = None
    scheduled: Scheduled | None = None
    worst: Worst | None = None


class SharedFactor(Grounded):
    """One factor on all follows together: how right the theatre is about them as a whole."""

    factor: Positive


class Fitting(Element):
    """Priors that take the place of others when the numbers are fitted to the record."""

    base: Base = Field(
        description="instead of base rates that rest on the record (base_source), which fitting "
        "would count twice, and of all bases where rhythms alone must explain the record"
    )
    rhythm: Rhythm = Field(description="where rhythms alone must explain the record")
    dispersion: Dispersion | None = Field(None, description="instead of the default dispersion")
    follows: SharedFactor | None = Field(
        None, description="hierarchical scale: a factor that all follows share"
    )


class Defaults(Element):
    """What holds for every event type that does not say otherwise."""

    rhythm: Rhythm
    dispersion: Dispersion
    base_source: Word = Field(description="where base rates written without a source come from")
    limit: Annotated[Number, Field(ge=1)] = 4
    fitting: Fitting | None = None


class Theatre(Element):
    """Head of theatre.yaml."""

    name: Word
    says: Word
    starts: Day
    until: Day | None = Field(None, description="last day that the history covers")
    subsystems: dict[str, Word] = {}
    defaults: Defaults


def _sign(value: object) -> object:
    return str(value) if value == 0 else value


class Mechanism(Element):
    """What sources assert about how the system works."""

    name: Word
    subsystem: Word
    cause: Word
    effect: Word
    sign: Annotated[Literal["+", "-", "0"], BeforeValidator(_sign)]
    lag: Word | None = None
    condition: Word | None = None
    asserted_by: Names = []
    sources: Names
    fact: Word


class Source(Element):
    """A document or data set, with the fields of CSL-JSON that matter."""

    type: Literal[
        "article-newspaper", "article-magazine", "webpage", "dataset", "report", "legislation"
    ]
    title: Word
    outlet: Word
    author: Word | None = None
    published: Date | None = None
    language: Word = "en"
    licence: Word | None = None
    url: Word | None = None
    sha256: Annotated[Word, Field(pattern="^[0-9a-f]{64}$")] | None = None
    note: Word | None = None


_ANSWERED_BY = {
    "count": "events:",
    "date": "events:",
    "level": "level:",
    "yes_no": "either events: or if:",
}


def _answerable(given: Mapping[str, Any]) -> str | None:
    kind = given.get("kind")
    answered = {
        "count": "events" in given,
        "date": "events" in given,
        "level": "level" in given,
        "yes_no": ("events" in given) != ("if" in given),
    }
    if not isinstance(kind, str) or answered.get(kind, True):
        return None
    return f"a {kind} question is answered by {_ANSWERED_BY[kind]}; give that"


class Question(Element):
    """Something that time will answer, resolvable by machine."""

    rules: ClassVar[dict[str, Rule]] = {"wrong-keys": _answerable}

    ask: Word
    family: Word
    kind: Literal["yes_no", "count", "level", "date"]
    events: Names = []
    condition: Word | None = Field(None, alias="if", description="true on the last day")
    level: Word | None = None
    at_least: Annotated[Whole, Field(ge=1)] = 1
    days: Annotated[Whole, Field(ge=1, le=3660)] | None = None


class Hints(Element):
    """Words by which reading tells an event type from others of the same kind and sides."""

    words: Names = Field([], description="beginnings of words that speak for it")
    against: Names = Field([], alias="not", description="beginnings of words that speak against it")


CHANGES = ("set", "hold", "force", "block", "scale", "off")
"""What a change may do, one key each."""


def _one_change(given: Mapping[str, Any]) -> str | None:
    kinds = set(CHANGES) & set(given)
    if len(kinds) != 1:
        return f"give exactly one of {', '.join(f'{kind}:' for kind in CHANGES)}"
    for kind, needs in (("set", "to"), ("hold", "to"), ("scale", "by")):
        if kind in kinds and needs not in given:
            return f"{kind}: needs {needs}:; add '{needs}: ...'"
    return None


class Change(Element):
    """One thing that a scenario changes."""

    rules: ClassVar[dict[str, Rule]] = {"wrong-keys": _one_change}

    set: Word | None = Field(
        None, description="a condition takes the value of to:, and events may change it later"
    )
    hold: Word | None = Field(
        None, description="a condition has the value of to: from then on, whatever happens"
    )
    to: Word | None = None
    force: Word | None = Field(None, description="an event that is made to happen")
    count: Annotated[Whole, Field(ge=1, le=200)] = Field(1, description="so many of force:")
    block: Word | None = Field(None, description="an event that is kept from happening")
    scale: Word | None = Field(None, description="an event whose rate is multiplied with by:")
    by: Annotated[Number, Field(ge=0)] | None = None
    off: Word | None = Field(None, description="a mechanism that is switched off everywhere")
    date: Period | None = None

    @property
    def condition(self) -> str | None:
        """The condition that it sets or holds."""
        return self.set or self.hold


class Scenario(Element):
    """A named intervention, or a starting state of its own."""

    says: Word
    starts: Day | None = None
    conditions: dict[str, Word] = {}
    levels: dict[str, Reading] = {}
    changes: list[Change] = []
    mechanisms: Names = []
