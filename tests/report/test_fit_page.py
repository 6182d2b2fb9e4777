"""The page of a fit: alone, the same each time, and what it tells is what the fit says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from tightrope.history import History
from tightrope.inference.calibrate import calibrate, reading
from tightrope.inference.lessons import Lessons
from tightrope.inference.surprise import Surprise
from tightrope.report.fit import fit_page
from tightrope.report.fit_tables import findings, numbers, odds, surprises, tied
from tightrope.theatre import Theatre

Read = tuple[Theatre, History]


@pytest.fixture(scope="module")
def lessons(saltmarsh: Read) -> Lessons:
    theatre, history = saltmarsh
    made = calibrate(reading(theatre, "structural"), "structural", history)
    return Lessons(made, made.posterior)


@pytest.fixture(scope="module")
def text(lessons: Lessons, saltmarsh: Read) -> str:
    return fit_page(lessons, saltmarsh[0])


def words(text: str) -> str:
    body = re.sub(r"<(style|svg).*?</\1>", "", text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_the_page_stands_alone(text: str) -> None:
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', text) and "<script" not in text
    assert "@import" not in text and "url(" not in text
    inner, ids = re.findall(r'href="#([^"]+)"', text), re.findall(r'\bid="([^"]+)"', text)
    assert set(inner) <= set(ids) and len(ids) == len(set(ids))
    pictures = re.findall(r"<svg[^>]*>", text)
    assert pictures
    assert all(re.search(r'role="img" aria-label="[^"]{30,}"', one) for one in pictures)


def test_the_same_fit_is_the_same_page(lessons: Lessons, text: str, saltmarsh: Read) -> None:
    again = Lessons(lessons.calibration, lessons.posterior)
    assert fit_page(again, saltmarsh[0]) == text
    assert text.count(lessons.posterior.digest()) == 3


def test_every_number_stands_once_with_prior_posterior_and_verdict(lessons: Lessons) -> None:
    tables = numbers(lessons.parameters)
    rows = [(table.caption.split(":")[0], row) for table in tables for row in table.rows]
    named = [f"{part}.{row[0]}" for part, row in rows]
    assert sorted(named) == sorted(one.label for one in lessons.parameters)
    by_label = {one.label: one for one in lessons.parameters}
    for name, (_, row) in zip(named, rows, strict=True):
        one = by_label[name]
        assert row[2].startswith(f"{one.prior.median:.3g} (")
        assert row[3].endswith(f" to {one.posterior.high:.3g})")
        assert (row[4], row[6]) == (f"{one.contraction:.2f}", one.word)


def test_every_judged_type_has_its_sentence(lessons: Lessons, text: str) -> None:
    told = words(text)
    for one in lessons.goodness.types:
        assert one.event in told
        assert one.reading().removeprefix(f"{one.event}: ") in told
    for one in (one for one in lessons.goodness.types if one.findings):
        assert [row[-1] for row in findings(one).rows] == [f.reading for f in one.findings]


def test_the_days_are_those_of_the_fit_with_their_largest_terms(lessons: Lessons) -> None:
    rows = surprises(lessons.surprises).rows
    assert [row[0] for row in rows] == [str(day.most.day) for day in lessons.surprises]
    for row, day in zip(rows, lessons.surprises, strict=True):
        most = day.most
        assert row[1].endswith(most.event) and row[2] == f"{most.rate:.2g}"
        large = [term for term in most.terms if term[2] >= 0.01 * most.rate]
        assert row[4].startswith(large[0][0].removeprefix(f"events.{most.event}."))
        assert row[4].count(";") == min(len(large), 4) - 1


def test_ties_are_told_or_their_absence(lessons: Lessons, text: str) -> None:
    pairs = tied(lessons.tied).rows
    assert [row[:2] for row in pairs] == [(tie.first, tie.second) for tie in lessons.tied]
    assert ("No two numbers are correlated beyond .7." in words(text)) == (not pairs)


@pytest.mark.parametrize(
    ("nats", "expected"),
    [(0.0, "1 in 1"), (6.9077553, "1 in 1,000"), (14.0, "1 in 1,200,000"),
     (500.0, "less than 1 in a million million")],
)  # fmt: skip
def test_odds_are_told_in_two_digits(nats: float, expected: str) -> None:
    assert odds(Surprise(date(2020, 1, 1), "x", 3, 0.1, nats)) == expected


Run = Callable[..., tuple[int, str, str]]


def test_the_report_is_refused_before_the_work_if_it_could_not_be_written(
    run: Run, own: Path
) -> None:
    code, out, err = run("calibrate", own, "--report", own)
    assert (code, out) == (1, "") and "it is a folder; name a file in it" in err
    assert not (own / "posterior.npz").exists()
    path = own / "fit.html"
    code, _, err = run("calibrate", own, "--report", path)
    assert code == 0 and f"report: {path}" in err
    assert "Tightrope fit" in path.read_text(encoding="utf-8")
