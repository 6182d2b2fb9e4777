"""An outlook as a flat table: one line for each question and horizon."""

from __future__ import annotations

import csv
import io

from tightrope.foresight.outlook import Outlook
from tightrope.foresight.questions import LEVELS

QUANTILE_COLUMNS = {str(level): f"q{100 * level:02.0f}" for level in LEVELS}
COLUMNS = (
    "fingerprint", "theatre", "as_of", "fitted", "id", "family", "kind", "ask", "horizon_days",
    "probability", "mean", *QUANTILE_COLUMNS.values(), "mc_error", "base_rate", "refused",
)  # fmt: skip


def long_table(result: Outlook) -> list[dict[str, object]]:
    """One row for each question and horizon, with the numbers of ``Outlook.as_json``.

    What does not apply is None: probabilities of counts, quantiles of yes/no questions, the day of
    what does not come within the horizon. A refused question has one row, which says why.
    """
    told = result.as_json()
    head = {name: told[name] for name in ("fingerprint", "theatre", "as_of", "fitted")}
    rows: list[dict[str, object]] = []
    for question in told["questions"]:
        refused = {str(question["window_days"]): {"base_rate": question["base_rate"]}}
        for days, estimate in (question["horizons"] or refused).items():
            quantiles = estimate.get("quantiles", {})
            row = {
                **head, **question, **dict.fromkeys(("probability", "mean", "mc_error")),
                **estimate, "horizon_days": int(days),
                **{column: quantiles.get(level) for level, column in QUANTILE_COLUMNS.items()},
            }  # fmt: skip
            rows.append({column: row.get(column) for column in COLUMNS})
    return rows


def as_csv(rows: list[dict[str, object]]) -> str:
    """The rows as CSV with a head line; what does not apply is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
