"""Explanations, weights of evidence and storylines as they stand on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tightrope.cli.shared import print_table

if TYPE_CHECKING:
    from tightrope.foresight.evidence_weights import EvidenceWeights, Weight
    from tightrope.foresight.explanation import Explanation, Facts, Part, Scaling
    from tightrope.foresight.storyline import Storyline, Storylines
    from tightrope.history import ConditionRow
    from tightrope.theatre import Theatre

LEAST_SHARE = 0.001
LEAST_PUSH = 0.01
"""Parts and rows below this share of the rate, and pushes below so many logits, are not listed."""
MOST_PLACES = 2


# explain ------------------------------------------------------------------------------------------


def show_explanation(told: Explanation, facts: int) -> None:
    """The sentence, what happened, the parts and the factors, each with its first rows."""
    print(told.sentence())
    print(told.reality() + "\n")
    shown = [part for part in told.parts if part.share >= LEAST_SHARE]
    rows = [row for part in shown for row in _part_rows(told, part, facts)]
    small = len(told.parts) - len(shown)
    if small:
        rest = sum(part.per_day for part in told.parts if part not in shown)
        rows.append([f"{small} smaller part{'s' * (small != 1)}", "", f"{rest:.2g}"])
    columns = ["what makes the rate", "mechanism", "per day", "share", "90 %", "behind it"]
    title = f"{told.event}: {told.rate:.3g} a day ({told.low:.2g} to {told.high:.2g})"
    if told.closed:
        title = f"{told.event}: 0 a day; were it possible, {told.if_open:.3g}"
    print_table(title, columns, rows, right={2, 3, 4})
    if told.scalings:
        rows = [row for one in told.scalings for row in _factor_rows(one, facts)]
        columns = ["what scales it", "mechanism", "factor", "90 %", "now (rest)", "behind it"]
        print()
        print_table(f"all factors together: {told.modulation:.3g}", columns, rows, right={2, 3, 4})
    basis = "the whole record" if told.hindsight else "what was known on the day before"
    fit = f"fitted until {told.fitted_until}" if told.fitted_until else "priors, not fitted"
    print(
        f"\nFacts: {basis}. Numbers: {fit}, medians of {told.draws} draws; 90 %: over the draws. "
        "Parts add up to the rate.\nWhere several rows stand on one day each has its part of the "
        "day's signal; a tally has its part of every day of its window."
    )


def _part_rows(told: Explanation, part: Part, most: int) -> Iterator[list[Any]]:
    name = {"rhythm": f"own {part.name} rhythm", "follows": f"follows {part.name}",
            "condition": f"while {part.name}"}.get(part.kind, part.name)  # fmt: skip
    spread = f"{100 * part.low:.0f} to {100 * part.high:.0f} %"
    yield [name, part.mechanism or "", f"{part.per_day:.3g}", f"{100 * part.share:.1f} %",
           spread, _standing(part.conditions)]  # fmt: skip
    yield from _fact_rows(part.facts, most, told.if_open)


def _fact_rows(facts: Facts, most: int, whole: float | None) -> Iterator[list[Any]]:
    """Rows of the history below the part that they make; whole : the rate, for shares."""
    least = LEAST_SHARE * whole if whole else LEAST_PUSH
    told = [fact for fact in facts.told[:most] if abs(fact.value) >= least]
    for fact in told:
        share = f"{100 * fact.value / whole:.1f} %" if whole else ""
        note = f"{fact.row.note or fact.row.status} {_places(fact.row.sources)}"
        yield [f"  {fact.row.id}", fact.mechanism or "", f"{fact.value:.3g}", share, "", note]
    others = len(facts.told) - len(told) + facts.others
    if others:
        rest = facts.total - sum(fact.value for fact in told)
        yield [f"  {others:,} {'other ' * bool(told)}rows", "", f"{rest:.3g}", "", "", ""]


def _factor_rows(one: Scaling, most: int) -> Iterator[list[Any]]:
    now = "" if one.now is None or one.rest is None else f"{one.now:.3g} ({one.rest:.3g})"
    yield [one.name, one.mechanism or "", f"{one.factor:.3g}", f"{one.low:.2g} to {one.high:.2g}",
           now, _standing(one.conditions)]  # fmt: skip
    for expression, mechanism, logits in one.held:
        yield [f"  held while {expression}", mechanism or "", f"{logits:+.2g}", "", "", ""]
    for row in _fact_rows(one.pushes, most, None):
        yield [row[0], row[1], f"{float(row[2]):+.2g}", "", "", row[5]]


def _standing(rows: Iterable[ConditionRow]) -> str:
    return "; ".join(f"{row.condition} = {row.word} since {row.date} {_places(row.sources)}"
                     for row in rows)  # fmt: skip


def _places(sources: Sequence[str]) -> str:
    """The first places in documents; --json has them all."""
    more = len(sources) - MOST_PLACES
    return f"[{'; '.join(sources[:MOST_PLACES])}{f'; {more} more' if more > 0 else ''}]"


# evidence -----------------------------------------------------------------------------------------


def show_weights(told: EvidenceWeights) -> None:
    """The answer, then facts and sources with what each adds."""
    shown = _percent if told.is_chance else _plain
    columns = ["without", "adds", "90 %", "answer", "what", "sources"]
    print(f"{told.ask} {shown(told.answer)} in {told.days} days after {told.as_of}\n")
    for title, weights in (("facts", told.facts), ("sources", told.sources)):
        if weights:
            rows = [_weight_row(weight, told.is_chance) for weight in weights]
            print_table(f"{title} that carry it", columns, rows, right={1, 2, 3})
            print()
    print(
        f"The answer is that of the structural process; {told.paths:,} paths of {told.draws} draws."
        "\nadds: the answer less the answer without it, under the same luck; 90 %: luck of paths. "
        "Numbers are not fitted again. A source goes with the rows that rest on it alone."
        f"\nfingerprint {told.fingerprint}"
    )


def _weight_row(weight: Weight, is_chance: bool) -> list[Any]:
    shown, one = (_percent if is_chance else _plain), weight.dropped
    interval = ""
    if weight.low is not None and weight.high is not None:
        interval = f"{shown(weight.low)} to {shown(weight.high)}"
    facts = (*one.rows, *one.conditions)
    if one.kind == "source":
        what, places = f"{len(facts):,} rows rest on it alone", ""
    else:
        what, places = facts[0].note, _places(facts[0].sources)
    return [one.name, shown(weight.difference), interval, shown(weight.without), what, places]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _plain(value: float) -> str:
    return f"{value:.3g}"


# storylines ---------------------------------------------------------------------------------------


def show_storylines(told: Storylines, theatre: Theatre) -> None:
    """Each chain in a line, with its details below it, and what the types mean."""
    shown = _plain if told.kind == "count" else _percent
    print(
        f"{told.ask} {shown(told.answer)} in {told.days} days after {told.as_of} "
        f"(structural process); {told.traced:,} chains traced\n"
    )
    for storyline in told.told:
        print(f"{100 * storyline.share:.0f} %  {storyline.words()}")
        for line in _details(storyline, told):
            print(f"      {line}")
    if told.others:
        print(f"{100 * told.rest:.0f} %  in {told.others} other ways")
    names = dict.fromkeys(step.event for one in told.told for step in one.steps)
    print()
    for name in names:
        print(f"{name.replace('_', ' ')}: {theatre.events[name].says}")
    of = "counted events" if told.kind == "count" else "paths with yes"
    print(
        f"\nShares are of the {of}. A repeated type is told once; (happened): it begins with a "
        f"fact of the record.\nfingerprint {told.fingerprint}"
    )


def _details(storyline: Storyline, told: Storylines) -> Iterator[str]:
    from tightrope.foresight.storyline import day_in

    links = [
        f"{step.link.mechanism or step.link.kind} after {step.days:.0f} days"
        for step in storyline.steps if step.link and step.days is not None
    ]  # fmt: skip
    if links:
        yield f"links: {', '.join(links)}"
    for row, share in storyline.roots:
        yield f"begins with {row.id} ({100 * share:.0f} %): {row.note} {_places(row.sources)}"
    moods = [f"{mood.level} {mood.reading:.2f} (rest {mood.rest:.2f}) × {mood.factor:.2g}"
             for mood in storyline.moods]  # fmt: skip
    if moods:
        yield f"levels on the eve: {', '.join(moods)}"
    example = [f"{one.event.replace('_', ' ')} {day_in(told.first_day, one)}"
               for one in storyline.example]  # fmt: skip
    yield f"for example: {' → '.join(example)}"
