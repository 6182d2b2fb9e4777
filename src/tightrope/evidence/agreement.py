"""How far two coders agree: on what is a statement (F1), and on each field of what both found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tightrope.evidence.bounds import cell, whole
from tightrope.evidence.statement import Party, Statement

FIELDS = ("plover", "source", "target", "date", "modality", "killed", "event")


@dataclass(frozen=True)
class Agreement:
    """``labels`` has, by field, the labels that both gave to each statement that both found."""

    rules: int
    coder: int
    both: int
    labels: Mapping[str, Sequence[tuple[str, str]]]

    @property
    def f1(self) -> float | None:
        """Twice what both found, in what each found; None where nobody found anything."""
        return 2 * self.both / (self.rules + self.coder) if self.rules + self.coder else None

    def same(self, field: str) -> float | None:
        """Share of equal labels."""
        pairs = self.labels[field]
        return sum(a == b for a, b in pairs) / len(pairs) if pairs else None

    def kappa(self, field: str) -> float | None:
        """Cohen's kappa of a field."""
        return cohens_kappa(self.labels[field])

    def as_json(self) -> dict[str, Any]:
        """Figures, and the labels from which they can be pooled over documents."""
        fields = {
            name: {"same": _rounded(self.same(name)), "kappa": _rounded(self.kappa(name))}
            for name in FIELDS
        }
        return {"rules": self.rules, "coder": self.coder, "both": self.both,
                "f1": _rounded(self.f1), "fields": fields,
                "labels": {name: [list(p) for p in pairs] for name, pairs in self.labels.items()},
                }  # fmt: skip


def agreement(rules: Sequence[Statement], coder: Sequence[Statement]) -> Agreement:
    """Match the statements of one document one to one, by overlap of their triggers."""
    pairs = matched(rules, coder)
    labels = {name: [(_label(a, name), _label(b, name)) for a, b in pairs] for name in FIELDS}
    return Agreement(len(rules), len(coder), len(pairs), labels)


def pooled(stored: Iterable[Mapping[str, Any]]) -> Agreement:
    """The agreement over many documents, from what ``as_json`` gave for each."""
    rules = coder = both = 0
    labels: dict[str, list[tuple[str, str]]] = {name: [] for name in FIELDS}
    for told in stored:
        rules, coder, both = rules + told["rules"], coder + told["coder"], both + told["both"]
        for name in FIELDS:
            labels[name] += [(a, b) for a, b in told["labels"][name]]
    return Agreement(rules, coder, both, labels)


def matched(
    one: Sequence[Statement], other: Sequence[Statement]
) -> list[tuple[Statement, Statement]]:
    """One-to-one pairs whose triggers overlap; the larger overlaps and equal types first."""
    ways = [(_overlap(a, b), a.plover == b.plover, -i, -j)
            for i, a in enumerate(one) for j, b in enumerate(other) if _overlap(a, b)]  # fmt: skip
    pairs: list[tuple[Statement, Statement]] = []
    taken: set[tuple[str, int]] = set()
    for _, _, i, j in sorted(ways, reverse=True):
        if ("one", i) not in taken and ("other", j) not in taken:
            taken |= {("one", i), ("other", j)}
            pairs.append((one[-i], other[-j]))
    return pairs


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """(observed - expected) / (1 - expected) agreement; None when chance alone would agree.

    >>> cohens_kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
    0.5
    """
    if not pairs:
        return None
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[label] * second[label] for label in first) / n**2
    observed = sum(a == b for a, b in pairs) / n
    return None if expected == 1 else (observed - expected) / (1 - expected)


def beside(told: Statement, coding: Mapping[str, Any]) -> list[str]:
    """What a second coder read where the rules read a statement, in a sentence if it differs."""
    from tightrope.evidence.proposal import statement_from

    theirs = [statement_from(data) for data in coding["statements"]]
    pairs = matched([told], theirs)
    if not pairs:
        return [f"second coder {coding['coder']}: finds nothing here"]
    other = pairs[0][1]
    differs = [f"{name} {_label(other, name) or 'none'} (rules: {_label(told, name) or 'none'})"
               for name in FIELDS if _label(other, name) != _label(told, name)]  # fmt: skip
    return [f"second coder {coding['coder']}: {', '.join(differs) or 'reads the same'}"]


def _overlap(a: Statement, b: Statement) -> int:
    return max(min(a.trigger_end, b.trigger_end) - max(a.trigger_start, b.trigger_start), 0)


def _label(told: Statement, field: str) -> str:
    if field in ("source", "target"):
        party: Party | None = told.source if field == "source" else told.target
        return "" if party is None else party.id or party.name.casefold()
    if field == "killed":
        return cell(whole(*told.killed)) if told.killed else ""
    value = getattr(told, field)
    return "" if value is None else str(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
