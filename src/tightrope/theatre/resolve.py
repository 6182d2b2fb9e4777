"""Names across the files of a theatre: every one must lead somewhere, or is a fault.

A name is looked up among all elements that were written down, faulty ones too, so that whoever
uses a faulty element is not faulted for it. Where a whole section is absent, that is one fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tightrope.errors import did_you_mean
from tightrope.theatre import schema
from tightrope.theatre.expected import (
    ALONG_HISTORY,
    OF_EVENTS,
    OF_LEVELS,
    STATISTICS,
    Expectation,
    OtherWorld,
    Statistic,
)
from tightrope.theatre.expressions import (
    KEYWORDS,
    NUMBER,
    YES_NO,
    Choices,
    ExpressionError,
    Gate,
    parse_expression,
)
from tightrope.theatre.marks import Document, Location, is_list, is_mapping
from tightrope.theatre.quoting import quoted
from tightrope.theatre.validate import Section

_VALUE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")


class Resolver:
    """Parses expressions and looks names up; faults go to the documents."""

    def __init__(self, sections: Mapping[str, Section]):
        self.sections = sections
        self.gates: dict[str, Gate] = {}
        self.choices: dict[str, Choices] = {}
        self._unclear: set[str] = set()
        self._absence_told: set[str] = set()

    def resolve(self, head: schema.Theatre | None) -> None:
        """Check everything; afterwards ``gates`` and ``choices`` are complete if nothing failed."""
        self._conditions()
        main = self.sections["events"].document
        if head is not None:
            self._grounds(main, (), head)
            self._times(main, head)
        for _, here, actor in self.sections["actors"].each():
            self._known(main, (*here, "member_of"), "actors", actor.member_of)
        for _, here, level in self.sections["levels"].each():
            self._grounds(main, here, level)
        for name, here, event in self.sections["events"].each():
            self._event(main, here, event, whole=name in self.sections["events"].whole)
        self._mechanisms()
        self._questions()
        self._scenarios()
        hints = self.sections["reading"]
        self._known(hints.document, (), "events", dict.fromkeys(hints.names or ()))

    # sections -----------------------------------------------------------------------------------

    def _times(self, main: Document, head: schema.Theatre) -> None:
        first, last = head.starts.earliest, head.until and head.until.latest
        if first and last and last < first:
            says = f"until: lies before starts:, {head.starts.text}; swap the two days"
            main.fault(("until",), "bad-value", says, of_value=True)

    def _conditions(self) -> None:
        section = self.sections["conditions"]
        self._unclear = set(section.names or ()) - set(section.whole)
        # What a faulty condition may be is not known: its users are let through.
        self.choices.update(dict.fromkeys(self._unclear, NUMBER))
        for name, condition in section.whole.items():
            here = (*section.where, name)
            if condition.values:
                self.choices[name] = Choices(tuple(condition.values))
                self._values(section.document, (*here, "values"), condition.values)
            else:
                self.choices[name] = NUMBER if condition.unit else YES_NO
            self._value(section.document, (*here, "starts"), name, condition.starts)

    def _values(self, document: Document, here: Location, values: list[str]) -> None:
        for i, word in enumerate(values):
            if not _VALUE.fullmatch(word) or word in KEYWORDS:
                says = f"{quoted(word)} cannot stand in a condition; use a-z, 0-9 and _"
                document.fault((*here, i), "bad-name", says, of_value=True)
            elif word in values[:i]:
                says = f"{quoted(word)} stands twice; remove one"
                document.fault((*here, i), "bad-value", says, of_value=True)

    def _event(self, main: Document, here: Location, event: schema.Event, *, whole: bool) -> None:
        self._known(main, (*here, "by"), "actors", event.by)
        self._known(main, (*here, "on"), "actors", event.on)
        if event.deaths:
            self._known(main, (*here, "deaths", "of"), "actors", event.deaths.of)
        self._known(main, (*here, "follows"), "events", event.follows)
        self._known(main, (*here, "pushes"), "levels", event.pushes)
        self._known(main, (*here, "sets"), "conditions", event.sets)
        self._one(main, (*here, "subsystem"), "subsystems", event.subsystem)
        self._plover(main, (*here, "plover"), event.plover)
        for name, scaling in event.scaled_by.items():
            self._scaling(main, (*here, "scaled_by", name), name, scaling)
        for name, setting in event.sets.items():
            self._setting(main, (*here, "sets", name), name, setting)
        self._grounds(main, here, event)
        if whole and not (event.base or event.scheduled or event.extra or event.follows):
            says = "this event can never happen; give base:, extra:, follows: or scheduled:"
            main.fault(here, "no-rate", says)

    def _plover(self, main: Document, here: Location, plover: str | None) -> None:
        kind = (plover or "").partition("/")[0]
        if plover is not None and kind not in schema.PLOVER:
            offer = did_you_mean(kind, schema.PLOVER)
            says = (
                f"{quoted(kind)} is no PLOVER type{offer or '; write ' + ', '.join(schema.PLOVER)}"
            )
            main.fault(here, "unknown-plover", says, of_value=True)

    def _scaling(self, main: Document, here: Location, name: str, scaling: schema.Scaling) -> None:
        if scaling.coef is not None:
            levels = self.sections["levels"].names
            if name in self.choices and levels is not None and name not in levels:
                says = (
                    f"{quoted(name)} is a condition, not a level; give elasticity: and reference:"
                )
                main.fault(here, "unknown-level", f"{says}, or use scaled_if:")
            else:
                self._one(main, here, "levels", name)
        else:
            self._one(main, here, "conditions", name)
            if name in self.choices and self.choices[name].values is not None:
                says = f"{quoted(name)} is no number; use scaled_if: with a factor"
                main.fault(here, "not-a-number", says)

    def _setting(self, main: Document, here: Location, name: str, setting: schema.Setting) -> None:
        if name not in self.choices or name in self._unclear:
            return
        if setting.to is not None:
            self._value(main, (*here, "to"), name, setting.to)
        elif self.choices[name].values is not None:
            says = f"{quoted(name)} is no number; give to: with one of its words"
            main.fault(here, "not-a-number", says)

    def _mechanisms(self) -> None:
        section = self.sections["mechanisms"]
        for _, here, mechanism in section.each():
            self._one(section.document, (*here, "subsystem"), "subsystems", mechanism.subsystem)
            documents = [reference.partition("#")[0] for reference in mechanism.sources or ()]
            self._known(section.document, (*here, "sources"), "sources", documents)

    def _questions(self) -> None:
        section = self.sections["questions"]
        for _, here, question in section.each():
            self._known(section.document, (*here, "events"), "events", question.events)
            self._one(section.document, (*here, "level"), "levels", question.level)
            if question.condition is not None:
                self._expression(section.document, (*here, "if"), question.condition)

    def _scenarios(self) -> None:
        section = self.sections["scenarios"]
        document = section.document
        for _, here, scenario in section.each():
            self._known(document, (*here, "conditions"), "conditions", scenario.conditions)
            self._known(document, (*here, "levels"), "levels", scenario.levels)
            self._known(document, (*here, "mechanisms"), "mechanisms", scenario.mechanisms)
            for condition, word in scenario.conditions.items():
                self._value(document, (*here, "conditions", condition), condition, word)
            for i, change in enumerate(scenario.changes):
                self._change(document, (*here, "changes", i), change)

    def resolve_expectations(self, facts: Mapping[str, Section]) -> None:
        """Check the names in expectations.yaml, a section for each mechanism."""
        for mechanism, section in facts.items():
            if section.where:
                document = section.document
                names = self.sections["mechanisms"].names
                if names is not None and mechanism not in names:
                    offer = self._offer(document, "mechanisms", mechanism)
                    says = f"no mechanism is called {quoted(mechanism)}{offer}"
                    document.fault(section.where, "unknown-mechanism", says)
            for _, here, fact in section.each():
                self._expectation(section.document, here, fact)

    def _expectation(self, document: Document, here: Location, fact: Expectation) -> None:
        self._world(document, here, fact)
        for key in ("value", "over"):
            self._statistic(document, (*here, key), getattr(fact, key), fact.along)
        if fact.against is not None:
            self._world(document, (*here, "against"), fact.against)
            self._statistic(document, (*here, "against", "value"), fact.against.value, fact.along)
        cited = [reference.partition("#")[0] for reference in fact.sources or ()]
        self._known(document, (*here, "sources"), "sources", cited)
        if fact.along == "history":
            for key in ("state", "conditions", "levels", "changes"):
                if getattr(fact, key):
                    says = f"along history nothing is changed; leave {key}: out, or along:"
                    document.fault((*here, key), "wrong-keys", says)

    def _world(self, document: Document, here: Location, world: Expectation | OtherWorld) -> None:
        self._one(document, (*here, "state"), "scenarios", world.state)
        self._known(document, (*here, "conditions"), "conditions", world.conditions)
        self._known(document, (*here, "levels"), "levels", world.levels)
        for condition, word in (world.conditions or {}).items():
            self._value(document, (*here, "conditions", condition), condition, word)
        for i, change in enumerate(world.changes or ()):
            self._change(document, (*here, "changes", i), change)

    def _statistic(
        self, document: Document, here: Location, statistic: Statistic | None, along: str | None
    ) -> None:
        if statistic is None:
            return
        for kind in OF_EVENTS:
            self._known(document, (*here, kind), "events", getattr(statistic, kind))
        for i, names in enumerate(statistic.order or ()):
            self._known(document, (*here, "order", i), "events", names)
        self._known(document, (*here, "given_event"), "events", statistic.given_event)
        self._known(document, (*here, "deaths"), "actors", statistic.deaths)
        for kind in OF_LEVELS:
            self._one(document, (*here, kind), "levels", getattr(statistic, kind))
        self._one(document, (*here, "number"), "conditions", statistic.number)
        for kind, key in (("holds", "holds"), ("share_of_days", "share_of_days"),
                          ("condition", "while"), ("given", "given")):  # fmt: skip
            if (text := getattr(statistic, kind)) is not None:
                self._expression(document, (*here, key), text)
        for i, name in enumerate(statistic.correlation or ()):
            if name not in (self.sections["levels"].names or ()):
                self._one(document, (*here, "correlation", i), "events", name)
        kinds = [kind for kind in STATISTICS if getattr(statistic, kind) is not None]
        if along == "history" and kinds and kinds[0] not in ALONG_HISTORY:
            says = f"{kinds[0]}: needs paths; along history there are {', '.join(ALONG_HISTORY)}"
            document.fault(here, "wrong-keys", says)

    def _change(self, document: Document, here: Location, change: schema.Change) -> None:
        self._one(document, (*here, "set"), "conditions", change.set)
        self._one(document, (*here, "hold"), "conditions", change.hold)
        self._one(document, (*here, "force"), "events", change.force)
        self._one(document, (*here, "block"), "events", change.block)
        self._one(document, (*here, "off"), "mechanisms", change.off)
        scaled = change.scale and change.scale.partition(".")[0]
        self._one(document, (*here, "scale"), "events", scaled)
        if change.condition is not None and change.to is not None:
            self._value(document, (*here, "to"), change.condition, change.to)

    # the small checks ---------------------------------------------------------------------------

    def _one(self, document: Document, here: Location, section: str, name: str | None) -> None:
        names = self.sections[section].names
        if name is None or names is None or name in names:
            return
        kind = section.removesuffix("s")
        if self.sections[section].absent:
            if section not in self._absence_told:
                self._absence_told.add(section)
                says = f"{quoted(name)} is named here, but the theatre has no {section}"
                says += f"; add {_home(section)}"
                document.fault(here, f"no-{section}", says, of_value=True)
            return
        says = f"no {kind} is called {quoted(name)}{self._offer(document, section, name)}"
        # In a mapping (follows:, pushes:) the name is the key; elsewhere it is the value.
        document.fault(here, f"unknown-{kind}", says, of_value=here[-1] != name)

    def _known(
        self, document: Document, here: Location, section: str, names: Iterable[str] | None
    ) -> None:
        for position, name in enumerate(names or ()):
            key = name if isinstance(names, Mapping) else position
            self._one(document, (*here, key), section, name)

    def _offer(self, document: Document, section: str, name: str) -> str:
        home = self.sections[section]
        offer = did_you_mean(name, home.names or ())
        for near in home.names or ():
            if offer == f"; did you mean {near!r}?":
                line = home.document.place((*home.where, near))[0]
                file = "" if home.document is document else f"{home.document.file} "
                return f"; did you mean {near!r} ({file}line {line})?"
        return offer or f"; correct it, or add it in {_home(section)}"

    def _grounds(self, document: Document, here: Location, element: Any) -> None:
        for location, grounded in walk_grounded(element, here):
            self._one(document, (*location, "mechanism"), "mechanisms", grounded.mechanism)
            if grounded.source not in (None, schema.DEFAULT_GROUND):
                source = str(grounded.source).partition("#")[0]
                self._one(document, (*location, "source"), "sources", source)
            text = getattr(grounded, "condition", None)
            if text is not None:
                self._expression(document, (*location, "if"), text)

    def _expression(self, document: Document, here: Location, text: str) -> None:
        if text in self.gates or self.sections["conditions"].names is None:
            return
        try:
            self.gates[text] = parse_expression(text, self.choices)
        except ExpressionError as error:
            if not self._unclear & set(re.findall(r"\w+", text)):
                says = f"in {quoted(text)}, character {error.column + 1}: {error}"
                document.fault(here, "bad-condition", says, of_value=True)

    def _value(self, document: Document, here: Location, condition: str, word: str) -> None:
        if condition not in self.choices or condition in self._unclear:
            return
        try:
            value_code(condition, self.choices[condition], word)
        except ValueError as error:
            document.fault(here, "bad-value", str(error), of_value=True)


def _home(section: str) -> str:
    if section in ("mechanisms", "sources"):
        return f"{section}.yaml"
    return f"theatre.yaml under {section}:"


def value_code(condition: str, choices: Choices, word: str) -> float:
    """The engine's number for a condition's value; ValueError with the remedy."""
    if choices.values is not None:
        code = choices.code(word)
        if code is None:
            offer = did_you_mean(word, choices.values) or "; add it to values:"
            if choices == YES_NO and re.fullmatch(r"[0-9.]+", word):
                offer = "; write yes or no, or give the condition a unit: to make it a number"
            raise ValueError(f"{quoted(word)} is no value of {quoted(condition)}{offer}")
        return code
    if ".." in word:
        raise ValueError(
            f"{quoted(word)}: {quoted(condition)} needs one number, not a range; write one"
        )
    try:
        number = float(word)
    except ValueError:
        number = float("nan")
    if not 0 <= number < 1e12:
        raise ValueError(
            f"{quoted(word)} is no number for {quoted(condition)}; write one value of 0 or more"
        )
    return number


def walk_grounded(element: object, here: Location) -> Iterable[tuple[Location, schema.Grounded]]:
    """Every grounded element inside an element, with its place."""
    if isinstance(element, schema.Grounded):
        yield here, element
    children: Iterable[tuple[str | int, Any]]
    if isinstance(element, schema.Element):
        children = [(key, getattr(element, name)) for key, name in element.keys().items()]
    elif is_mapping(element):
        children = element.items()
    elif is_list(element):
        children = enumerate(element)
    else:
        return
    for key, child in children:
        yield from walk_grounded(child, (*here, key))
