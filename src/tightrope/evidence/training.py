"""Fit the weights of the ranking model: ``python -m tightrope.evidence.training GOLD``.

Logistic regression with a ridge penalty, by Newton's method: one example for each act that the
rules see in a labelled text, true where it is labelled. Deterministic, some seconds.

GOLD is a folder of annotations, of which the development lines and the first article are used; the
texts of the project's own labels (``rules/labels.jsonl``: ids, offsets and types of acts, some with
offsets and names of their two sides, no text) are looked up in ``GOLD/../data`` (news lines, by the
hash of date and text) and ``GOLD/../seeds``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.gold import article, in_part, line_document, rows_of
from tightrope.evidence.noise import mark_noise
from tightrope.evidence.ranking import TRUST, log_odds
from tightrope.evidence.reader import Reader, drafts_of

Example = tuple[dict[str, float], bool]
Acts = list[tuple[int, int, tuple[str, ...]]]
RIDGE_OF_WORDS = 2.0
RIDGE = 1.5
"""Penalties: what is known of single words is held tighter than what is known of whole types."""
CORPUS = "world_events_2002_2024.parquet"


def line_examples(rows: Iterable[dict[str, Any]], reader: Reader) -> list[Example]:
    """One example for each act that the rules see in annotated lines."""
    found: list[Example] = []
    for row in rows:
        acts: Acts = [
            (e["trigger"]["start"], e["trigger"]["end"], (e["plover"],)) for e in row["events"]
        ]
        found += label(drafts_of(line_document(row), reader), acts)
    return found


def article_examples(folder: Path, docs: Iterable[str], reader: Reader) -> list[Example]:
    """The same for annotated articles."""
    rows = rows_of(folder / "claims.jsonl")
    documents = {row["doc"]: row for row in rows_of(folder / "documents.jsonl")}
    found: list[Example] = []
    for doc in docs:
        acts: Acts = [
            (r["start"], r["end"], (r["plover_type"], *r["plover_alt"]))
            for r in rows
            if r["doc"] == doc and r["kind"] == "event" and r["plover_type"]
        ]
        found += label(drafts_of(article(folder, doc, documents), reader), acts)
    return found


def own_examples(shared: Path, reader: Reader) -> dict[str, list[Example]]:
    """The project's own labels, by article, those of lines under ``lines``.

    ``shared`` is the folder that holds the texts, in data and seeds.
    """
    text = files("tightrope.evidence").joinpath("rules", "labels.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    lines = _texts(shared / "data" / CORPUS, {row["id"] for row in rows if "id" in row})
    found: dict[str, list[Example]] = {"lines": []}
    for row in rows:
        acts: Acts = [
            (start, end, tuple(types.split("/"))) for start, end, types, *_ in row["acts"]
        ]
        for document in _labelled(row, lines, shared / "seeds"):
            examples = label(drafts_of(document, reader), acts)
            found.setdefault(row.get("article", "lines"), []).extend(examples)
    return found


def _labelled(row: dict[str, Any], lines: dict[str, str], seeds: Path) -> Iterator[Document]:
    published = date.fromisoformat(row["date"])
    if "id" in row:
        if row["id"] in lines:
            yield Document("lines", lines[row["id"]], (), row["id"], published)
        return
    for path in sorted(seeds.glob(f"{row['article']}_*.txt")):
        text = path.read_bytes().decode("utf-8")
        yield Document(path.name, text, mark_noise(text, published).spans, None, published)


def _texts(corpus: Path, wanted: set[str]) -> dict[str, str]:
    """Texts of lines by id: the first ten digits of the hash of day and text."""
    import polars as pl

    found: dict[str, str] = {}
    for day, text in pl.read_parquet(corpus).select("date", "text").iter_rows():
        key = sha256(f"{day}{text}".encode()).hexdigest()[:10]
        if key in wanted:
            found[key] = text
    return found


def label(drafts: list[Draft], acts: Acts) -> list[Example]:
    """True for the draft that overlaps a labelled act of its type best; each act once."""
    options: list[tuple[float, int, int]] = []
    for d, draft in enumerate(drafts):
        sentence = draft.parse.sentence
        start = sentence.starts[draft.trigger.start]
        end = sentence.ends[draft.trigger.end - 1]
        for a, (low, high, types) in enumerate(acts):
            shared = min(end, high) - max(start, low)
            if shared > 0 and draft.trigger.act.plover in types:
                options.append((-shared / (max(end, high) - min(start, low)), d, a))
    hits: set[int] = set()
    used: set[int] = set()
    for _, d, a in sorted(options):
        if d not in hits and a not in used:
            hits.add(d)
            used.add(a)
    return [(draft.features, d in hits) for d, draft in enumerate(drafts)]


def fit(examples: list[Example]) -> dict[str, float]:
    """Weights by feature, in log odds; what was seen once only is left at zero.

    >>> sure = fit([({"bias": 1.0, "x": 1.0}, True)] * 9 + [({"bias": 1.0}, False)] * 9)
    >>> sure["x"] > 1 and sure["bias"] < 0
    True
    """
    counts: dict[str, int] = {}
    for features, _ in examples:
        for name in features:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= 2)
    column = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(examples), len(names)))
    y = np.array([true for _, true in examples], dtype=float)
    for row, (features, _) in enumerate(examples):
        for name, value in features.items():
            if name in column:
                x[row, column[name]] = value
    ridge = np.array([_penalty(name) for name in names])
    beta = _newton(x, y, ridge)
    return {n: round(float(b), 3) for n, b in zip(names, beta, strict=True) if abs(b) >= 0.02}


def _penalty(name: str) -> float:
    if name == "bias":
        return 1e-3
    return RIDGE_OF_WORDS if name.startswith(("word:", "head:")) else RIDGE


def trust(others: list[Example], articles: list[list[Example]]) -> float:
    """How much of the odds holds on an article that taught nothing: each is left out in turn.

    The slope of a logistic regression of what was true on the odds, through the origin.
    """
    odds: list[float] = []
    truth: list[float] = []
    for left_out in articles:
        rest = [e for article in articles if article is not left_out for e in article]
        known = fit(others + rest)
        odds += [log_odds(features, known) for features, _ in left_out]
        truth += [float(true) for _, true in left_out]
    slope = _newton(np.array(odds)[:, None], np.array(truth), np.zeros(1))
    return round(float(slope[0]), 3)


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
    """Fit on what the module's docstring names, and write ``rules/weights.json``."""
    gold = Path(arguments[0])
    reader = Reader()
    rows = [r for r in rows_of(gold / "lines.jsonl") if in_part(str(r["id"]), "development")]
    own = own_examples(gold.parent, reader)
    lines = line_examples(rows, reader) + own.pop("lines")
    articles = [article_examples(gold, ["000"], reader), *own.values()]
    examples = lines + [example for article in articles for example in article]
    known = {**fit(examples), TRUST: trust(lines, articles)}
    target = Path(str(files("tightrope.evidence"))) / "rules" / "weights.json"
    text = json.dumps(known, indent=0, sort_keys=True, ensure_ascii=False)
    target.write_text(text + "\n", "utf-8")
    print(f"{len(known)} weights from {len(examples)} examples: {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
