"""All probabilities of an outlook at a glance, each beside its base rate."""

from __future__ import annotations

import altair as alt

from tightrope.charts.forms import Rows, chart_of, layered, names_axis
from tightrope.charts.theme import ACCENT, GROUND, INK, QUIET, RECORD, SINGLE
from tightrope.foresight.answer import Answer
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.wording import percent

_ROW = 19
_WIDTH = 320
_LETTER = 6.0
"""Room of a letter of a label in pixels, on the generous side."""


def overview(result: Outlook) -> alt.VConcatChart:
    """A dot for the probability over the whole window, a diamond for the base rate, by family.

    Yes/no questions only; what was refused is left out.
    """
    rows = chances(result)
    families = list(dict.fromkeys(row["family"] for row in rows))
    room = _LETTER * max((len(row["ask"]) for row in rows), default=0)
    parts = [
        _family(name, [row for row in rows if row["family"] == name], room, name == families[-1])
        for name in families
    ]
    return alt.vconcat(*parts, spacing=8)


def chances(result: Outlook) -> Rows:
    """One row for each yes/no question that is answered, in the theatre's order."""
    return [
        {
            "family": answer.family,
            "id": answer.id,
            "ask": _ask(answer, result.days),
            "chance": round(answer.probability, 5),
            "told": percent(answer.probability),
            "base_rate": None if answer.base_rate is None else round(answer.base_rate, 5),
        }
        for answer in result.answers
        if answer.kind == "yes_no" and answer.probability is not None
    ]


def _ask(answer: Answer, days: int) -> str:
    """The question, with its window where that is not the run's."""
    own = answer.window_days != days
    return f"{answer.ask} ({answer.window_days} days)" if own else answer.ask


def _family(name: str, rows: Rows, room: float, last: bool) -> alt.LayerChart:
    base = chart_of(rows)
    y, x = _questions(room), _chance(last)
    gap = base.mark_rule(color=SINGLE, strokeWidth=1)
    usual = base.mark_point(shape="diamond", size=60, color=RECORD, fill=GROUND, opacity=1)
    dot = base.mark_point(filled=True, size=75, color=ACCENT, opacity=1)
    told = base.mark_text(align="right", fontWeight="bold", color=INK)
    layers = (
        gap.encode(x=x, x2="base_rate:Q", y=y),
        told.encode(x=alt.value(_WIDTH + 48), y=y, text="told:N"),
        usual.encode(x=alt.X("base_rate:Q"), y=y),
        dot.encode(x=x, y=y),
    )
    title = alt.Title(name.capitalize(), color=QUIET, fontSize=11, offset=2)
    return layered(*layers, width=_WIDTH, height=_ROW * len(rows)).properties(title=title)


def _questions(room: float) -> alt.Y:
    """Questions in their order."""
    return alt.Y("ask:N").sort(None).title(None).axis(names_axis(room, padding=12))


def _chance(labelled: bool) -> alt.X:
    axis = alt.Axis(
        format="%", values=[0, 0.25, 0.5, 0.75, 1], labels=labelled, ticks=labelled, domain=labelled
    )
    return alt.X("chance:Q").title(None).axis(axis).scale(domain=[0, 1])
