"""UCDP GED of Iraq, whole: the table on which the process was first tried."""

from __future__ import annotations

import csv
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from event_table import counts, read

from tightrope.adapters import Imported, import_ged

GED = Path(__file__).parents[3] / "shared/data/iraq_ged.csv"
SECONDS = 3.0

pytestmark = pytest.mark.skipif(
    not GED.is_file(), reason=f"the event table is not shipped; no file {GED}"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("ged") / "iraq_ged"
    return import_ged(GED, folder, since=date(2003, 6, 1))


def rows() -> list[dict[str, str]]:
    with GED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["date_start"] >= "2003-06-01"]


def test_nine_types_as_in_the_study(made: Imported) -> None:
    assert [(kind.name, kind.events) for kind in made.types] == [
        ("iraq_fights_is", 4810),
        ("is_kills_civilians", 1364),
        ("iraq_fights_al_mahdi_army", 302),
        ("turkey_fights_pkk", 153),
        ("iraq_fights_ansar_al_islam", 127),
        ("other_one_sided", 67),
        ("other_state_based", 59),
        ("iraq_kills_civilians", 57),
        ("other_non_state", 34),
    ]
    assert (made.starts, made.until) == (date(2003, 6, 1), date(2018, 12, 31))


def test_counts_per_dyad_and_day_are_those_of_the_table(made: Imported) -> None:
    total: Counter[date] = Counter()
    for row in rows():
        if row["dyad_name"] == "Government of Iraq - IS":
            start, end = (date.fromisoformat(row[key]) for key in ("date_start", "date_end"))
            total[start + timedelta((end - start).days // 2)] += 1
    found = counts(read(made.folder))
    assert {day: n for (kind, day), n in found.items() if kind == "iraq_fights_is"} == total
    assert sum(found.values()) == len(rows()) == made.rows


def test_ids_deaths_and_knowledge(made: Imported) -> None:
    history = {row.id: row for row in read(made.folder).rows}
    for row in rows():
        found, deaths = history[row["id"]], [int(row[key]) for key in ("low", "best", "high")]
        assert (found.deaths_low, found.deaths_high) == (min(deaths), max(deaths))
        assert found.known >= date.fromisoformat(row["date_end"])
    assert sum(row.known > row.date.latest for row in history.values() if row.date.latest) > 1000


def test_no_sentence_of_a_report_is_copied(made: Imported) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in made.files)
    headlines = {row["source_headline"] for row in rows() if len(row["source_headline"]) > 30}
    assert len(headlines) > 1000
    assert not [line for line in headlines if line in text]


def test_it_takes_seconds(tmp_path: Path) -> None:
    start = time.process_time()
    import_ged(GED, tmp_path / "x")
    assert time.process_time() - start < SECONDS
