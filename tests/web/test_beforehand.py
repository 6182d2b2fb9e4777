"""Answers made beforehand are used while they rest on what is served, and only then."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from served import FEW
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.wording import answer_in_short
from tightrope.history import read_theatre_and_history
from tightrope.shelf import POSTERIOR
from tightrope.theatre import find_theatre
from tightrope.web import beforehand
from tightrope.web.beforehand import FILE, Made
from tightrope.web.desk import Desk
from tightrope.web.plain import plain, shaped
from tightrope.web.runs.fit import Taught

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture
def made(desk: Desk) -> list[Made]:
    """What the app of all tests has run for its first page."""
    return [Made(verb, one, desk.result(verb, one)) for verb, one in desk.first_needed()]


@pytest.fixture
def other(own: Path, made: list[Made]) -> Desk:
    """A copy of the theatre, with the file beside it."""
    desk = Desk(own, FEW)
    beforehand.write(desk, made, own / FILE)
    return desk


def test_what_comes_back_tells_the_same(other: Desk, made: list[Made]) -> None:
    back = beforehand.read(other)
    assert [(verb, settings) for verb, settings, _ in back] == [(v, s) for v, s, _ in made]
    for old, new in zip((x.result for x in made), (x.result for x in back), strict=True):
        assert new.fingerprint == old.fingerprint and new.ceiling == pytest.approx(old.ceiling)
        for one, two in zip(old.answers, new.answers, strict=True):
            assert two == replace(one, **{
                name: getattr(two, name)
                for name in ("base_rate", "drivers", "horizons", "course", "storylines")
            })  # fmt: skip
            assert plain(two) == plain(one)
            told = [answer_in_short(one, x, old.first_day) for x in one.horizons]
            assert told == [answer_in_short(two, x, new.first_day) for x in two.horizons]
            if one.course is not None and one.course.runs is not None:
                assert np.array_equal(one.course.runs, two.course.runs)


def test_it_is_taken_at_the_start_and_nothing_is_run(other: Desk) -> None:
    other.warm_up()
    for verb, settings in other.first_needed():
        assert other.result(verb, settings) is not None
        assert other.jobs.get(other.key(verb, settings)) is None
    other.close()


@pytest.mark.parametrize("file", ["theatre.yaml", "questions.yaml", "history.csv"])
def test_it_is_left_alone_when_what_it_rests_on_has_changed(other: Desk, file: str) -> None:
    path = other.folder / file
    text = path.read_text()
    path.write_text(text.replace("\n", "\n# later\n", 1) if file != "history.csv" else
                    "\n".join(text.splitlines()[:-1]) + "\n")  # fmt: skip
    other.look_again()
    assert beforehand.read(other) == []


def test_scenarios_may_change(other: Desk) -> None:
    path = other.folder / "scenarios.yaml"
    path.write_text(path.read_text() + "# later\n")
    other.look_again()
    assert beforehand.read(other)


@pytest.mark.parametrize(("record", "stands"), [("an earlier day", True), ("this", False)])
def test_only_a_fit_to_the_whole_record_counts(other: Desk, record: str, stands: bool) -> None:
    digest = other.reading.history.digest() if record == "this" else record
    basis = json.dumps({"history_digest": digest})
    np.savez(other.folder / POSTERIOR, **{"format": 1, "structural/basis": basis})
    other.look_again()
    assert bool(beforehand.read(other)) is stands


@pytest.mark.parametrize("damage", [
    lambda raw: b"", lambda raw: raw[:-30], lambda raw: b"PK" + raw[2:],
    lambda raw: gzip.compress(b"[]"),
    lambda raw: gzip.compress(gzip.decompress(raw).replace(b'"answers"', b'"antwort"')),
])  # fmt: skip
def test_a_damaged_file_only_costs_time(other: Desk, damage: object) -> None:
    path = other.folder / FILE
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert beforehand.read(other) == []


def test_equal_results_give_equal_bytes(other: Desk, made: list[Made]) -> None:
    before = (other.folder / FILE).read_bytes()
    beforehand.write(other, made, other.folder / FILE)
    assert (other.folder / FILE).read_bytes() == before


# The shipped file ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(nothing_kept: None) -> list[Made]:
    return beforehand.read(Desk(find_theatre("iraq")))


def test_the_shipped_file_fits_what_is_shipped(shipped: list[Made]) -> None:
    desk = Desk(find_theatre("iraq"))
    needed = desk.first_needed()
    assert [(made.verb, made.settings) for made in shipped] == needed, "tightrope first-page iraq"
    assert len(needed) == 14
    assert (desk.folder / FILE).stat().st_size < 200_000


def test_every_earlier_day_knew_only_what_was_known_then(shipped: list[Made]) -> None:
    _, history = read_theatre_and_history("iraq")
    for verb, settings, result in shipped:
        if verb == "fit":
            assert isinstance(result, Taught) and result.until == history.until.isoformat()
            continue
        day = date.fromisoformat(settings["as_of"])
        assert isinstance(result, Outlook)
        assert result.as_of == result.fitted_until == day
        assert result.facts == len(history.as_of(day).rows)
        assert [answer.id for answer in result.answers] == list(history.theatre.questions)


def test_no_words_of_documents_are_in_the_shipped_file(shipped: list[Made]) -> None:
    """Rows are named by their ids, so that not even notes are told twice."""
    raw = gzip.decompress((find_theatre("iraq") / FILE).read_bytes())
    _, history = read_theatre_and_history("iraq")
    notes = {row.note for row in history.rows if len(row.note) > 40}
    assert notes and not any(json.dumps(note).encode() in raw for note in notes)


def test_a_plain_value_has_the_shape_of_its_type() -> None:
    from tightrope.foresight.answer import Estimate

    one = Estimate(30, None, {0.05: 1.0, 0.95: float("inf")}, 1 / 3, None, 0.25, dots=(1.0,))
    back = shaped(Estimate, json.loads(json.dumps(plain(one))), {})
    assert back == replace(one, mean=0.33333)
    with pytest.raises(KeyError):
        shaped(Estimate, {"days": 30}, {})
