"""The page of a scorecard: alone, the same each time, its pictures those of the card; losses."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from small_panel import MEMBERS, noisy, panel, sampled, yes_no
from tightrope.charts.scorecard import RIVALS, bins, skills, turn, yearly
from tightrope.history import History
from tightrope.report.score_tables import comparisons, losses, tally
from tightrope.report.scorecard import command, scorecard_page, standing
from tightrope.scoring.scorecard import scorecard
from tightrope.theatre import Theatre

ORIGINS = 60
Card = dict[str, Any]
PLAN = {"horizons": [30], "draws": 10, "paths": 1000, "seed": 7, "off": ["M2"]}
HEAD = {"theatre": "saltmarsh", "fingerprint": "abc123", "plan": PLAN}


def worse() -> Card:
    """A family in which the last 90 days are right and the stack is not."""
    truth = (np.arange(ORIGINS) % 2).astype(float)
    said = dict.fromkeys(MEMBERS, np.full(ORIGINS, 0.5)) | {"last90": 0.1 + 0.8 * truth}
    days = sampled(said, truth, kind="date", name="next_vote", family="<lost>")
    cells = [yes_no(said, truth, name="strike_90", family="<lost>"), days, *noisy(3, ORIGINS)]
    return scorecard(panel(cells, ORIGINS), HEAD)


@pytest.fixture(scope="module")
def card() -> Card:
    return worse()


@pytest.fixture(scope="module")
def text(card: Card, saltmarsh: tuple[Theatre, History]) -> str:
    return scorecard_page(card, saltmarsh[0])


def plain(text: str) -> str:
    body = re.sub(r"<(style|svg).*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_page_stands_alone(text: str) -> None:
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', text) and "<script" not in text
    assert "@import" not in text and "url(" not in text
    inner = set(re.findall(r'href="#([^"]+)"', text))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert inner <= set(ids) and len(ids) == len(set(ids))


def test_every_picture_says_what_it_shows(text: str) -> None:
    pictures = re.findall(r"<svg[^>]*>", text)
    assert len(pictures) == 7
    assert all(re.search(r'role="img" aria-label="[^"]{30,}"', one) for one in pictures)


def test_the_same_card_is_the_same_page(
    card: Card, text: str, saltmarsh: tuple[Theatre, History]
) -> None:
    assert scorecard_page(worse(), saltmarsh[0]) == text
    assert text.count("abc123") == 3


def test_names_cannot_break_the_page(text: str) -> None:
    assert "<lost>" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    assert "&lt;lost&gt;, 30 d" in text


def test_questions_are_told_in_their_words_or_by_name(
    text: str, saltmarsh: tuple[Theatre, History]
) -> None:
    words = plain(text)
    assert saltmarsh[0].questions["strike_90"].ask in words
    assert "q-f" in words  # which the theatre does not ask


# losses ----------------------------------------------------------------------------------------


def test_what_is_clearly_lost_stands_first_and_counted(card: Card, text: str) -> None:
    lost = losses(card)
    assert lost is not None
    expected = {
        (f"{row['family']}, {row['horizon_days']} d", row["score"], member)
        for row, member, skill in comparisons(card) if skill["high"] is not None
        and skill["high"] < 0
    }  # fmt: skip
    assert ("<lost>, 30 d", "brier", "last90") in expected and len(lost.rows) == len(expected)
    larger = [float(row[-1].partition(" %")[0]) for row in lost.rows]
    assert larger == sorted(larger, reverse=True) and min(larger) >= 0
    count = tally(card)
    apart = [one for one in comparisons(card) if one[0]["family"] != "all"]
    assert count["better"] + count["worse"] + count["open"] == len(apart)
    assert f"{count['worse']} clearly lost" in standing(card)
    assert f"clearly worse in {count['worse']}" in plain(text)


def test_a_card_without_losses_says_so(saltmarsh: tuple[Theatre, History]) -> None:
    truth = (np.arange(ORIGINS) % 2).astype(float)
    same = yes_no(dict.fromkeys(MEMBERS, 0.3 + 0.4 * truth), truth)
    equal = scorecard(panel([same], ORIGINS), HEAD)
    assert losses(equal) is None and tally(equal)["open"] == len(MEMBERS)
    text = scorecard_page(equal, saltmarsh[0])
    assert "No comparison is clearly lost." in text
    assert 'id="ranges"' not in text  # no counts were asked


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.1, 0.3, "better"), (-0.1, 0.3, "open"), (-0.3, -0.1, "worse"), (None, None, "open"),
     (0.0, 0.0, "open"), (None, -0.1, "worse")],
)  # fmt: skip
def test_only_an_interval_without_zero_is_clear(
    low: float | None, high: float | None, expected: str
) -> None:
    assert turn({"value": 0.1, "low": low, "high": high}) == expected


# pictures and tables ---------------------------------------------------------------------------


def test_panels_draw_every_skill_of_the_card(card: Card) -> None:
    for kind, score in (("yes_no", "brier"), ("count", "crps"), ("date", "crps")):
        drawn = {(x["row"], x["rival"]): (x["value"], x["low"], x["high"])
                 for x in skills(card, kind)}  # fmt: skip
        expected = {
            (f"{row['family']}, {row['horizon_days']} d", rival): tuple(skill.values())
            for row in card["families"] if row["kind"] == kind and row["score"] == score
            for rival, skill in row["skill"].items()
        }  # fmt: skip
        assert drawn == expected and {rival for _, rival in drawn} == set(RIVALS)


def test_the_band_of_luck_is_that_of_a_share() -> None:
    (row,) = bins([{"forecast": 0.2, "observed": 0.5, "count": 64}])
    assert (row["low"], row["high"]) == (pytest.approx(0.2 - 1.6449 * 0.05, abs=1e-4),
                                         pytest.approx(0.2 + 1.6449 * 0.05, abs=1e-4))  # fmt: skip
    (rare,) = bins([{"forecast": 0.01, "observed": 0.0, "count": 10}])
    assert rare["low"] == 0.0


def test_years_are_those_of_the_card(card: Card) -> None:
    drawn = yearly(card, "yes_no", 30)
    assert {x["year"] for x in drawn} == {2010, 2011, 2012, 2013, 2014}
    row = next(r for r in card["years"] if r["kind"] == "yes_no" and r["year"] == 2012)
    assert {x["member"]: x["score"] for x in drawn if x["year"] == 2012} == {
        member: row["scores"][member] for member in ("stack", "climatology", "last90")
    }


def test_the_tables_tell_the_numbers(card: Card, text: str) -> None:
    words = plain(text)
    for row in card["families"]:
        assert (
            f"{row['family']}, {row['horizon_days']} d".replace("<", "&lt;").replace(">", "&gt;")
            in words
        )
        assert f" {row['stack']:.3f} " in words
    assert all(f"{100 * b['observed']:.1f} %" in words for b in card["reliability"])
    assert all(miss["origin"] in words for miss in card["worst"])


def test_the_command_makes_the_run_again(card: Card) -> None:
    assert command(card) == (
        "tightrope backtest saltmarsh --from 2010-01-01 --to 2014-11-06 --every 30d --horizon 30d "
        "--without M2 --paths 1000 --seed 7"
    )
    monthly = {**card, "origins": 59}
    assert "--every" not in command(monthly)
