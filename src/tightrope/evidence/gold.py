"""How good the reading is: statements held against annotated lines and articles.

A statement is found where its trigger overlaps an annotated one and the type agrees; each counts
once. Everything else (source, target, date, ...) is judged on what was found. The annotations are
JSON Lines files: ``lines.jsonl`` (news lines) and ``claims.jsonl`` (articles, with
``documents.jsonl`` and ``actors.jsonl`` beside it and the texts in ``../seeds``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from tightrope.errors import ReadingRefused
from tightrope.evidence.document import Document
from tightrope.evidence.gold_numbers import NumberTally, article_numbers, line_numbers
from tightrope.evidence.noise import mark_line, mark_noise
from tightrope.evidence.noise_gold import score_noise
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.statement import Party, Statement
from tightrope.theatre.dates import parse_span

Part = Literal["all", "development", "heldout"]
ASPECTS = ("source", "target", "date", "modality", "attribution", "killed")
Json = dict[str, Any]
Pair = tuple[Json, Statement]


@dataclass
class Tally:
    """Counts over a set of documents; ``right`` by aspect, of the hits."""

    wanted: int = 0
    made: int = 0
    hits: int = 0
    touched: int = 0
    """Triggers that overlap, whatever the type."""
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ASPECTS, 0))
    together: int = 0
    by_type: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    """Of each type: wanted, made, hit."""
    sure: list[tuple[float, bool]] = field(default_factory=list["tuple[float, bool]"])
    numbers: NumberTally = field(default_factory=NumberTally)

    def as_json(self) -> Json:
        """Precision, recall and F1 of what was found; shares right of what was hit."""
        precision = self.hits / self.made if self.made else None
        recall = self.hits / self.wanted if self.wanted else None
        total = self.made + self.wanted
        right = {a: n / self.hits if self.hits else None for a, n in self.right.items()}
        return {
            "annotated": self.wanted, "stated": self.made, "found": self.hits,
            "precision": _round(precision), "recall": _round(recall),
            "f1": _round(2 * self.hits / total if total else None),
            "trigger_f1": _round(2 * self.touched / total if total else None),
            "right": {aspect: _round(share) for aspect, share in right.items()},
            "all_right": _round(self.together / self.hits if self.hits else None),
            "numbers": self.numbers.as_json(),
            "precision_of_surest_half": _round(self.surest_half()),
            "by_type": {
                kind: {"annotated": w, "stated": m, "found": h}
                for kind, (w, m, h) in sorted(self.by_type.items())
            },
        }  # fmt: skip

    def surest_half(self) -> float | None:
        """Share of the surer half of all statements that were annotated."""
        ranked = sorted(self.sure, key=lambda pair: -pair[0])
        half = ranked[: (len(ranked) + 1) // 2]
        return sum(hit for _, hit in half) / len(half) if half else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def score_reading(gold: Path, reader: Reader | None = None, part: Part = "all") -> dict[str, Json]:
    """Score the reader on a folder of annotations, or on one of its files.

    ``part`` chooses among the news lines by a hash of their ids: rules were written looking at
    ``development`` only.
    """
    files = [gold] if gold.is_file() else [gold / "lines.jsonl", gold / "claims.jsonl"]
    files = [path for path in files if path.is_file()]
    if not files:
        raise ReadingRefused(
            f"{gold} holds no annotations; give a folder with lines.jsonl or claims.jsonl in it"
        )
    found: dict[str, Json] = {}
    for path in files:
        rows = rows_of(path)
        if rows and "quote" in rows[0]:
            found["articles"] = _score_articles(path, rows, reader)
        else:
            found["lines"] = score_lines(rows, reader, part).as_json()
    if gold.is_dir() and (gold / "noise.jsonl").is_file():
        found["noise"] = score_noise(gold)[-1].as_json()
    return found


def rows_of(path: Path) -> list[Json]:
    """The rows of a JSON Lines file."""
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ReadingRefused(f"{path} cannot be read as JSON Lines: {error}") from None


def in_part(line_id: str, part: Part) -> bool:
    """Whether a line belongs to a part: even hashes are development."""
    even = int(sha256(line_id.encode()).hexdigest(), 16) % 2 == 0
    return part == "all" or even == (part == "development")


def score_lines(rows: Iterable[Json], reader: Reader | None, part: Part = "all") -> Tally:
    """Score annotated news lines (rows of ``lines.jsonl``)."""
    tally = Tally()
    for row in rows:
        if in_part(str(row["id"]), part):
            stated = read_statements(line_document(row), reader)
            pairs = _count(tally, row["events"], stated, _line_trigger, _line_aspects(row))
            tally.numbers.add(line_numbers(pairs))
    return tally


def line_document(row: Json) -> Document:
    """The document that an annotated line is."""
    day = date.fromisoformat(row["date"])
    return Document("lines", row["text"], mark_line(row["text"]), str(row["id"]), day)


def _count(
    tally: Tally,
    events: list[Json],
    stated: list[Statement],
    spans: Callable[[Json], tuple[int, int]],
    judge: Callable[[Json, Statement], dict[str, bool]],
) -> list[Pair]:
    pairs = match(events, stated, spans)
    hit = {id(s) for _, s in pairs}
    tally.wanted += len(events)
    tally.made += len(stated)
    tally.hits += len(pairs)
    tally.touched += len(match(events, stated, spans, any_type=True))
    for event in events:
        tally.by_type.setdefault(event["plover"], [0, 0, 0])[0] += 1
    for statement in stated:
        tally.by_type.setdefault(statement.plover, [0, 0, 0])[1] += 1
        tally.sure.append((statement.confidence, id(statement) in hit))
    for event, statement in pairs:
        tally.by_type.setdefault(statement.plover, [0, 0, 0])[2] += 1
        right = judge(event, statement)
        for aspect, good in right.items():
            tally.right[aspect] += good
        tally.together += all(right.values())
    return pairs


def match(
    events: list[Json],
    stated: list[Statement],
    spans: Callable[[Json], tuple[int, int]],
    any_type: bool = False,
) -> list[Pair]:
    """One to one, the closest overlaps first."""
    options: list[tuple[float, int, int]] = []
    for e, event in enumerate(events):
        start, end = spans(event)
        for s, statement in enumerate(stated):
            low, high = max(start, statement.trigger_start), min(end, statement.trigger_end)
            types = (event["plover"], *event.get("plover_alt", ()))
            if high > low and (any_type or statement.plover in types):
                union = max(end, statement.trigger_end) - min(start, statement.trigger_start)
                exact = statement.plover == event["plover"]
                options.append((-(high - low) / union - exact, e, s))
    options.sort()
    pairs: list[Pair] = []
    used_events: set[int] = set()
    used: set[int] = set()
    for _, e, s in options:
        if e not in used_events and s not in used:
            used_events.add(e)
            used.add(s)
            pairs.append((events[e], stated[s]))
    return pairs


# ------------------------------------------------------------------ news lines


def _line_trigger(event: Json) -> tuple[int, int]:
    return event["trigger"]["start"], event["trigger"]["end"]


def _line_aspects(row: Json) -> Callable[[Json, Statement], dict[str, bool]]:
    def judge(event: Json, statement: Statement) -> dict[str, bool]:
        return {
            "source": _same_party(event["source"], statement.source),
            "target": _same_party(event["target"], statement.target),
            "date": event["date"] == statement.date,
            "modality": event["modality"] == statement.modality,
            "attribution": _same_voice(event["attributed_to"], statement.attributed_to),
            "killed": _same_number(event["killed"], statement.killed),
        }

    return judge


def _same_party(wanted: Json | None, given: Party | None) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    if given.start < wanted["end"] and wanted["start"] < given.end:
        return True
    return bool(_names(wanted["name"]) & _names(given.name))


def _names(name: str) -> set[str]:
    return {part.strip().casefold() for part in name.split(";")}


def _same_voice(wanted: str | None, given: str | None) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    one, other = set(wanted.casefold().split()), set(given.casefold().split())
    return bool((one & other) - {"the", "of", "a"})


def _same_number(wanted: Json | None, given: tuple[float, float | None] | None) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    value, (low, high) = wanted["value"], given
    bound = wanted["bound"]
    if bound == ">=":
        return low == value and high is None
    if bound == "<=":
        return high == value
    return low <= value and high is not None and value <= high


# ------------------------------------------------------------------ articles


def _score_articles(path: Path, rows: list[Json], reader: Reader | None) -> Json:
    folder = path.parent
    documents = {row["doc"]: row for row in rows_of(folder / "documents.jsonl")}
    actors = {row["id"]: _forms(row) for row in rows_of(folder / "actors.jsonl")}
    found: dict[str, Json] = {}
    whole = Tally()
    for doc in sorted({row["doc"] for row in rows}):
        events = [
            {**row, "plover": row["plover_type"]}
            for row in rows
            if row["doc"] == doc and row["kind"] == "event" and row["plover_type"]
        ]
        stated = read_statements(article(folder, doc, documents), reader)
        for tally in (single := Tally(), whole):
            _count(tally, events, stated, lambda e: (e["start"], e["end"]), _judge_claim(actors))
            tally.numbers.add(article_numbers((r for r in rows if r["doc"] == doc), stated))
        found[doc] = single.as_json()
    return {**whole.as_json(), "documents": found}


def article(folder: Path, doc: str, documents: dict[str, Json]) -> Document:
    """An annotated article with its publication date, from the folder of seeds."""
    texts = sorted((folder.parent / "seeds").glob(f"{doc}_*.txt"))
    if not texts:
        raise ReadingRefused(f"the text of article {doc} is not in {folder.parent / 'seeds'}")
    text = texts[0].read_bytes().decode("utf-8")
    published = parse_span(documents[doc]["published"]).latest
    return Document(texts[0].name, text, mark_noise(text, published).spans, None, published)


def _forms(row: Json) -> set[str]:
    forms = {row["name"].casefold(), row["id"]}
    for entries in row["surface_forms"].values():
        forms |= {entry["form"].casefold() for entry in entries}
    return forms


def _judge_claim(actors: dict[str, set[str]]) -> Callable[[Json, Statement], dict[str, bool]]:
    def judge(claim: Json, statement: Statement) -> dict[str, bool]:
        return {
            "source": _is_actor(claim["source_actors"], statement.source, actors),
            "target": _is_actor(claim["target_actors"], statement.target, actors),
            "date": _overlaps(claim["date"], statement.date),
            "modality": _MODALITY.get(claim["modality"], claim["modality"]) == statement.modality,
            "attribution": _claim_voice(claim["attributed_to"], statement.attributed_to, actors),
            "killed": _claim_killed(claim["numbers"], statement.killed),
        }

    return judge


_MODALITY = {"ongoing": "happened", "wanted": "demanded"}


def _is_actor(wanted: list[str], given: Party | None, actors: dict[str, set[str]]) -> bool:
    if not wanted or given is None:
        return not wanted and given is None
    forms = {given.id, given.text.casefold(), *_names(given.name)}
    words = f" {given.text.casefold()} "
    return any(
        actor in forms
        or actors.get(actor, set()) & forms
        or any(f" {form} " in words for form in actors.get(actor, ()))
        for actor in wanted
    )


def _overlaps(wanted: str, given: str | None) -> bool:
    if given is None:
        return False
    one, other = parse_span(wanted), parse_span(given)
    if given.startswith(".."):
        return False
    starts = (other.earliest or date.min) <= (one.latest or date.max)
    return starts and (one.earliest or date.min) <= (other.latest or date.max)


def _claim_voice(wanted: str | None, given: str | None, actors: dict[str, set[str]]) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    words = set(given.casefold().split())
    return any(words & set(form.split()) for form in actors.get(wanted, {wanted}))


def _claim_killed(numbers: list[Json], given: tuple[float, float | None] | None) -> bool:
    wanted = [n["value"] for n in numbers if "killed" in n["what"]]
    if not wanted or given is None:
        return not wanted and given is None
    return given[0] <= wanted[0] and (given[1] is None or wanted[0] <= given[1])
