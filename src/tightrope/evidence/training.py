"""Fit the weights of the ranking model: ``python -m tightrope.evidence.training GOLD...``.

Logistic regression with a ridge penalty, by Newton's method; one example an act that the rules see
in a labelled line, true where the annotation has it. Deterministic, a few seconds. Each GOLD is a
``lines.jsonl`` (with texts), or a ``claims.jsonl`` of articles.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.evidence.drafts import Draft
from tightrope.evidence.gold import Part, article, in_part, line_document
from tightrope.evidence.reader import Reader, drafts_of

Example = tuple[dict[str, float], bool]
RIDGE = {"word": 1.5, "default": 0.7}
"""Penalties: features of single words are held tighter than those of whole types."""


def line_examples(rows: Iterable[dict[str, Any]], part: Part, reader: Reader) -> list[Example]:
    """One example for each act that the rules see in annotated lines."""
    found: list[Example] = []
    for row in rows:
        if not in_part(str(row["id"]), part):
            continue
        events = [
            (e["trigger"]["start"], e["trigger"]["end"], (e["plover"],)) for e in row["events"]
        ]
        found += _label(drafts_of(line_document(row), reader), events)
    return found


def article_examples(folder: Path, docs: Iterable[str], reader: Reader) -> list[Example]:
    """The same for annotated articles."""
    rows = [json.loads(x) for x in (folder / "claims.jsonl").read_text("utf-8").splitlines()]
    documents = {
        row["doc"]: row
        for row in map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines())
    }
    found: list[Example] = []
    for doc in docs:
        events = [
            (r["start"], r["end"], (r["plover_type"], *r["plover_alt"]))
            for r in rows
            if r["doc"] == doc and r["kind"] == "event" and r["plover_type"]
        ]
        found += _label(drafts_of(article(folder, doc, documents), reader), events)
    return found


def _label(
    drafts: list[Draft], events: list[tuple[int, int, tuple[str, ...]]]
) -> list[Example]:
    """True for the draft that overlaps an annotated act of its type best; each act once."""
    options: list[tuple[float, int, int]] = []
    for d, draft in enumerate(drafts):
        sentence = draft.parse.sentence
        start = sentence.starts[draft.trigger.start]
        end = sentence.ends[draft.trigger.end - 1]
        for e, (low, high, types) in enumerate(events):
            shared = min(end, high) - max(start, low)
            if shared > 0 and draft.trigger.act.plover in types:
                options.append((-shared / (max(end, high) - min(start, low)), d, e))
    hits: set[int] = set()
    used: set[int] = set()
    for _, d, e in sorted(options):
        if d not in hits and e not in used:
            hits.add(d)
            used.add(e)
    return [(draft.features, d in hits) for d, draft in enumerate(drafts)]


def fit(examples: list[Example], scale: float = 1.0) -> dict[str, float]:
    """Weights by feature, in log odds; features seen once only are left at zero."""
    counts: dict[str, int] = {}
    for features, _ in examples:
        for name in features:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= 2)
    column = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(examples), len(names)))
    y = np.array([label for _, label in examples], dtype=float)
    for row, (features, _) in enumerate(examples):
        for name, value in features.items():
            if name in column:
                x[row, column[name]] = value
    ridge = np.array([
        1e-3 if n == "bias" else RIDGE.get(n.split(":")[0], RIDGE["default"]) for n in names
    ]) * scale  # fmt: skip
    beta = _newton(x, y, ridge)
    return {n: round(float(b), 3) for n, b in zip(names, beta, strict=True) if abs(b) >= 0.02}


def _newton(
    x: NDArray[np.float64], y: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.float64]:
    beta = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (y - p) - ridge * beta
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def main(arguments: list[str]) -> None:
    """Fit on all annotations named, write ``rules/weights.json``."""
    reader = Reader()
    examples: list[Example] = []
    for name in arguments:
        path = Path(name)
        if path.name == "claims.jsonl":
            examples += article_examples(path.parent, ("000", "002"), reader)
        else:
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            examples += line_examples(rows, "all", reader)
    known = fit(examples)
    target = Path(__file__).parent / "rules" / "weights.json"
    target.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(known)} weights from {len(examples)} examples: {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
