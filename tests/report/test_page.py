"""The page is whole, alone, tells every number, and is the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from drawn import drawn, of_kind, pooled
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.wording import base_rate_in_short, mean_in_short, percent
from tightrope.history import History
from tightrope.report import page as pages
from tightrope.report.cards import listed_days
from tightrope.report.page import outlook_page
from tightrope.theatre import Theatre

pytestmark = pytest.mark.usefixtures("compiled_once")
Made = tuple[Outlook, Theatre, History]
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "rect", "line"}


class Outline(HTMLParser):
    """Tags in balance, their attributes, and the words between them."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, self.words[-200:]

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, name: str) -> Iterator[str]:
        return (attrs[name] or "" for _, attrs in self.tags if name in attrs)


@pytest.fixture(scope="module")
def made(scaffold: Path) -> Made:
    return drawn(scaffold)


@pytest.fixture(scope="module")
def text(made: Made) -> str:
    return outlook_page(*made)


@pytest.fixture(scope="module")
def outline(text: str) -> Outline:
    return Outline(text)


# shape ------------------------------------------------------------------------------------------


def test_the_page_is_in_balance_and_its_ids_are_its_own(outline: Outline) -> None:
    assert outline.open == []
    ids = list(outline.values("id"))
    assert len(ids) == len(set(ids))
    inner = {link[1:] for link in outline.values("href") if link.startswith("#")}
    assert inner <= set(ids), "a link leads nowhere"


def test_nothing_is_fetched_and_nothing_runs(text: str, outline: Outline) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    assert not list(outline.values("src"))
    assert not re.search(r"url\(|@import|javascript:", text)
    assert all(link.startswith("#") for link in outline.values("href"))  # no source has an address


def test_only_sources_lead_out_and_only_to_the_web(made: Made) -> None:
    result, theatre, history = made
    name = next(iter(theatre.sources))
    for url, expected in (("https://example.org/a?b=1&c=2", 1), ("javascript:alert(1)", 0)):
        sources = {**theatre.sources, name: theatre.sources[name].model_copy(update={"url": url})}
        told = Outline(outlook_page(result, replace(theatre, sources=sources), history))
        assert list(told.values("href")).count(url) == expected


def test_twice_is_the_same_bytes(made: Made, text: str) -> None:
    assert outlook_page(*made).encode() == text.encode()
    assert str(made[1].folder) not in text


def test_what_the_theatre_says_is_no_markup(made: Made) -> None:
    result, theatre, history = made
    asked = replace(result.answers[0], ask="<b>Is 1 < 2 & 3?</b>")
    told = outlook_page(replace(result, answers=(asked, *result.answers[1:])), theatre, history)
    assert "<b>" not in told
    assert "<b>Is 1 < 2 & 3?</b>" in Outline(told).words


# content ----------------------------------------------------------------------------------------


def test_every_question_has_its_card_and_its_line(made: Made, outline: Outline) -> None:
    ids = set(outline.values("id"))
    for answer in made[0].answers:
        assert f"q-{answer.id}" in ids
        assert outline.words.count(answer.ask) >= 2, answer.id


def test_the_numbers_are_those_of_the_answers(made: Made, text: str) -> None:
    for answer in made[0].answers:
        card = re.search(rf'<article id="q-{answer.id}">.*?</article>', text, re.DOTALL)
        assert card, answer.id
        cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", card[0])
        for x in answer.horizons:
            wide = 5 if answer.kind in ("count", "level") else 4
            row = cells[cells.index(f"{x.days} days") :][:wide]
            if x.probability is not None:
                assert row[1] == percent(x.probability).replace("<", "&lt;").replace(">", "&gt;")
            elif answer.kind == "count":
                assert x.quantiles
                low, middle, high = (f"{x.quantiles[q]:.0f}" for q in (0.05, 0.5, 0.95))
                assert row[1] == f"{middle} ({low} to {high})"
            assert row[-1] == (base_rate_in_short(x.base_rate, answer.kind) or "–"), answer.id
            if answer.kind == "count":
                assert x.mean is not None and row[2] == mean_in_short(x.mean)


def test_the_table_behind_a_picture_reaches_every_horizon(made: Made, text: str) -> None:
    for answer in made[0].answers:
        days = listed_days(answer)
        assert {x.days for x in answer.horizons} <= set(days)
        assert days[-1] == answer.window_days and len(days) < 20
    answer = of_kind(made[0], "count")
    assert answer.course and answer.course.bands is not None
    last = "".join(f"<td>{x:.0f}</td>" for x in answer.course.bands[-1])
    assert last in text


def test_the_error_is_explained_by_the_name_that_tables_give_it(text: str) -> None:
    (name,) = set(re.findall('<th scope="col">(± [^<]+)</th>', text))
    assert f"<strong>{name}</strong>" in text


def test_drivers_open_to_facts_and_places_in_documents(made: Made, outline: Outline) -> None:
    result, theatre, history = made
    rows = {row.id: row for row in history.rows}
    facts = {name for a in result.answers for d in a.drivers for name in d.facts}
    carried = {d.mechanism for a in result.answers for d in a.drivers if d.mechanism}
    assert facts and carried
    for name in facts:
        for part in (name, rows[name].date.text, rows[name].note, *rows[name].sources):
            assert part in outline.words, name
    for name in carried:
        mechanism = theatre.mechanisms[name]
        for part in (mechanism.cause, mechanism.effect, mechanism.fact, *mechanism.sources):
            assert part in outline.words, name


def test_the_page_says_what_it_rests_on(made: Made, outline: Outline) -> None:
    result, words = made[0], " ".join(outline.words.split())
    assert result.fingerprint in words and "prior, not fitted" in words
    assert (
        "tightrope outlook saltmarsh --as-of 2020-03-31 --days 180 --paths 300 --seed 1 --prior "
        "--report outlook.html"
    ) in words
    for promise in ("no oracle", "no aid to targeting", "No language model", "ceiling"):
        assert promise in words, promise


def test_standing_counts_what_is_out_of_the_ordinary(made: Made) -> None:
    result = made[0]
    answer = of_kind(result, "yes_no")

    def told(*pairs: tuple[float, float]) -> str:
        answers = tuple(
            replace(answer, ask=f"{p}?", base_rate=rate,
                    horizons=(replace(answer.horizons[-1], probability=p),))
            for p, rate in pairs
        )  # fmt: skip
        return pages.standing(replace(result, answers=answers))

    said = told((0.9, 0.2), (0.3, 0.25), (0.1, 0.5), (0.5, 0.45))
    assert "Of 4 yes-or-no questions over the next 180 days, 1 stand" in said
    assert "above what was usual in the past and 1 as far below" in said
    assert said.endswith("“0.9?” 90 % (in the past 20 %); “0.1?” 10 % (in the past 50 %); "
                         "“0.3?” 30 % (in the past 25 %).")  # fmt: skip
    assert told() == "None of the 0 questions can be compared with the record."


def test_a_refused_question_says_why_and_shows_no_number(made: Made) -> None:
    result, *read = made
    first = result.answers[0]
    refused = replace(first, refused="it ran away", horizons=(), course=None)
    told = outlook_page(replace(result, answers=(refused, *result.answers[1:])), *read)
    card = re.search(rf'<article id="q-{first.id}">.*?</article>', told, re.DOTALL)
    assert card and "No answer: it ran away." in card[0]
    assert "<svg" not in card[0] and "<td>" not in card[0]


def test_a_pool_says_who_speaks_and_how_it_did(made: Made) -> None:
    result, *read = made
    told = Outline(outlook_page(pooled(result), *read))
    words = " ".join(told.words.split())
    assert "25 % × 0.5" in words and "12 % × 0" in words
    assert "Brier score 0.123 on 1,234; skill over the last 90 days +0.06 (+0.03 to +0.09)" in words
    assert "fitted to the facts until 31 March 2020" in words and "prior, not fitted" not in words
    assert "--prior" not in words and told.open == []
    assert "the choice of members, and it alone, may know more" in words
    assert "Who speaks" not in Outline(outlook_page(*made)).words
