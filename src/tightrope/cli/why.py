"""Commands that ask why: explain, evidence, storylines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.shared import (
    JsonOption,
    day_option,
    narrate,
    print_json,
    print_table,
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.foresight.evidence_weights import EvidenceWeights, Weight
    from tightrope.foresight.explanation import Explanation, Facts, Part, Scaling
    from tightrope.foresight.storylines import Storyline, Storylines
    from tightrope.history import ConditionRow, History
    from tightrope.theatre import Theatre

EventArgument = Annotated[
    list[str], typer.Argument(metavar="[THEATRE] EVENT", help="A theatre and an event type of it.")
]
QuestionArgument = Annotated[
    list[str], typer.Argument(metavar="[THEATRE] QUESTION", help="A theatre and a question of it.")
]
AsOfOption = Annotated[str | None, typer.Option(help="Last day whose facts are used.")]
DaysOption = Annotated[
    int, typer.Option(min=1, max=3660, help="Window of questions without one of their own.")
]
PathsOption = Annotated[int, typer.Option(min=100, max=100_000, help="Number of futures.")]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of all luck.")]
PriorOption = Annotated[
    bool, typer.Option("--prior", help="Draw numbers from the priors instead of a fit.")
]

LEAST_SHARE = 0.001
LEAST_PUSH = 0.01
"""Parts and rows below this share of the rate, and pushes below so many logits, are not listed."""
MOST_PLACES = 2


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("explain")(explain)
    app.command("evidence")(evidence)
    app.command("storylines")(storylines)


def explain(
    names: EventArgument,
    on: Annotated[
        str | None,
        typer.Option(help="A day of the record, or the day after its end, which is the default."),
    ] = None,
    facts: Annotated[int, typer.Option(min=0, help="Rows told of each part in the table.")] = 3,
    hindsight: Annotated[
        bool,
        typer.Option("--hindsight", help="Facts and numbers as the whole record has them now."),
    ] = False,
    prior: PriorOption = False,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Take the rate of an event type on a day apart: what it was made of, and who says so.

    The rate is a sum of terms times a product of factors, exact at the medians of all numbers:
    every earlier event with what is left of it, every level with what pushed it. Facts and numbers
    are those known on the day before.

    Example: tightrope explain iraq us_strike_on_militia --on 2019-12-29
    """
    day = day_option(on, "--on")
    read, history, event = _read(names, "EVENT")
    from tightrope.foresight.explain import explain as run

    told = run(read, history, event, on=day, hindsight=hindsight, fitted=not prior, seed=seed,
               say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        _show_explanation(told, facts)


def evidence(
    names: QuestionArgument,
    as_of: AsOfOption = None,
    days: DaysOption = 90,
    paths: PathsOption = 2000,
    seed: SeedOption = 1,
    facts: Annotated[int, typer.Option(min=0, max=200, help="How many facts are dropped.")] = 12,
    sources: Annotated[int, typer.Option(min=0, max=50, help="How many sources are.")] = 6,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Drop this row or source instead; may be given several times."),
    ] = None,
    prior: PriorOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which present facts and sources carry an answer, by dropping each in turn.

    A fact is taken out of what the record left, and the same futures run again with the same
    luck; a source goes with all rows that rest on it alone. Numbers are not fitted again. It is the
    structural process that is asked, not the pool of an outlook.

    Example: tightrope evidence iraq us_strike_on_militia --as-of 2019-12-28
    """
    day = day_option(as_of, "--as-of")
    read, history, question = _read(names, "QUESTION")
    from tightrope.foresight.evidence_weights import evidence_weights as run

    told = run(read, history, question, as_of=day, days=days, paths=paths, seed=seed, facts=facts,
               sources=sources, drop=without or (), fitted=not prior, say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        _show_weights(told)


def storylines(
    names: QuestionArgument,
    as_of: AsOfOption = None,
    days: DaysOption = 90,
    paths: PathsOption = 2000,
    seed: SeedOption = 1,
    prior: PriorOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tell the typical chains of events that lead to an answer, with the share of each.

    Every deciding event of the simulated futures is traced to its origin: a parent is drawn in
    proportion to what each term added to the rate of its day. It is the structural process that is
    asked, not the pool of an outlook.

    Example: tightrope storylines iraq expulsion_vote --as-of 2019-12-28
    """
    day = day_option(as_of, "--as-of")
    read, history, question = _read(names, "QUESTION")
    from tightrope.foresight.storylines import storylines as run

    told = run(read, history, question, as_of=day, days=days, paths=paths, seed=seed,
               fitted=not prior, say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        _show_storylines(told, read)


def _read(names: Sequence[str], what: str) -> tuple[Theatre, History, str]:
    """The theatre (iraq where none is named), its history, and the other name."""
    if len(names) > 2:
        says = f"give a theatre and one {what.lower()}, not {len(names)} names"
        raise typer.BadParameter(says, param_hint=what)
    from tightrope.history import read_theatre_and_history

    *theatre, name = names
    read = read_theatre_and_history(theatre[0] if theatre else "iraq")
    use_compilation_cache()
    return *read, name


# explain ------------------------------------------------------------------------------------------


def _show_explanation(told: Explanation, facts: int) -> None:
    print(told.sentence())
    print(told.reality() + "\n")
    shown = [part for part in told.parts if part.share >= LEAST_SHARE]
    rows = [row for part in shown for row in _part_rows(told, part, facts)]
    if len(shown) < len(told.parts):
        rest = sum(part.per_day for part in told.parts if part not in shown)
        rows.append([f"{len(told.parts) - len(shown)} smaller parts", "", f"{rest:.2g}"])
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


def _show_weights(told: EvidenceWeights) -> None:
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


def _show_storylines(told: Storylines, theatre: Theatre) -> None:
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
        rest = 1 - sum(one.share for one in told.told)
        print(f"{100 * rest:.0f} %  in {told.others} other ways")
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
    from tightrope.foresight.storylines import day_in

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
