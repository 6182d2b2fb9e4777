"""The coded history of Iraq against annotations by a careful reader who never saw it.

A gold event is found when a row stands on its day (one day either way), with its PLOVER type and
with its actors, both sides reduced to the party they belong to. An annotation without a source or
a target asks nothing of that side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tightrope.history import Row, read_history
from tightrope.theatre import read_theatre
from tightrope.theatre.dates import parse_span

REPOSITORY = Path(__file__).parents[1]
IRAQ = REPOSITORY / "src/tightrope/theatres/iraq"
GOLD = REPOSITORY.parent / "shared/gold"
RECALL = 0.85
WEEK = timedelta(days=7)
"""A row whose window is wider counts incidents; it tells no single one."""

pytestmark = pytest.mark.skipif(
    not GOLD.is_dir(), reason=f"the annotations are not shipped; no folder {GOLD}"
)

# A party, the words that name it in an annotation, and its actors in the theatre.
PARTIES: dict[str, tuple[str, str]] = {
    "militias": (
        r"militia|hezbollah|popular mobilization|nujaba|muhandis|khazali|amiri|pro-iranian|houthi",
        r"militias?$|kataib|asaib|badr|mahdi|harakat|pmf|islamic_resistance|sadrists|"
        r"lebanese_hezbollah|militia_supporters|houthis",
    ),
    "jihadists": (
        r"islamic state|isis|al-qaeda|baghdadi|insurgent|rebels \(iraq\)|hurras",
        r"isis|aqi|insurgents|ansar",
    ),
    "old rulers": (r"saddam|ba'?ath", r"former_regime"),
    "kurds": (r"kurd|peshmerga", r"kurd|peshmerga|pkk"),
    "us": (
        r"united states|u\.s\.|bush|obama|biden|trump|cheney|shanahan|\bus\b|us_|cjtf|"
        r"american|green$|caci",
        r"us$|us_",
    ),
    "uk": (r"brit|united kingdom|law lords|\buk\b", r"uk$"),
    "israel": (r"israel|netanyahu", r"israel"),
    "iran": (
        r"iran|revolutionary|soleimani|qaani|ahmadinejad|rabiei|abdollahian|hamadani|quds",
        r"iran|irgc|quds_force|khamenei",
    ),
    "powers": (
        r"united nations|atomic|p5\+1|world (powers|leaders)|france|germany|merkel|westerwelle",
        r"un$|iaea|world_powers|eu$|france|germany",
    ),
    "turkey": (r"turk", r"turkey"),
    "syria": (r"syria", r"syria$"),
    "press": (r"journalist|media|al jazeera", r"journalists"),
    "protesters": (r"protest", r"protesters|sadrists|militia_supporters"),
    "iraq": (
        r"iraq|maliki|sudani|abdul_mahdi|parliament|ministry of defence|police",
        r"iraq|parliament|maliki|abadi|abdul_mahdi|kadhimi|sudani|interior_ministry|state_of_law|"
        r"shia_blocs|sunni_blocs|coordination_framework",
    ),
}
# Whose harm, in the rows, is told by a public and not by a party.
PUBLICS = {"civilians", "iraqi_public", "shia_iraqis", "sunni_iraqis", "foreigners", "unknown",
           "other_states", "gulf_states", "yazidis", "iraqi_christians"}  # fmt: skip

# In scope: lines that speak of Iraq, and lines on Iran and one of those it contends with.
ON_IRAQ = re.compile(r"\biraq(?!.{0,8}(and the levant|inquiry))|baghdad|basra|kurdistan region|"
                     r"ramadi|karbala|al-asad|haditha|baathist", re.I)  # fmt: skip
ON_IRAN = re.compile(r"\biran|revolutionary guard|soleimani", re.I)
RIVALS = re.compile(
    r"united states|u\.s\.|america|brit|united kingdom|israel|nuclear|uranium|sanction|tanker|"
    r"navy|german|french|france|swedish|saudi|security council|guard corps officers|kerman", re.I
)  # fmt: skip
OUTSIDE = {
    "2a7dc8f0c3": "two US candidates on each other",
    "4e1896cc02": "British parties on their own government",
    "0eeaf98ac3": "an American college",
    "39e41dcd3a": "US police and demonstrators",
    "33df4634f1": "a Canadian asylum case",
    "2ac216fc09": "a yearly report on many states",
    "7ef23db62c": "Syria's war",
    "f471cf045c": "opinion of a third state",
    "5993b329ac": "a confession about an older deed, coded as Iran's accusation",
    "88b56e6c88": "Iran and Venezuela",
    "e48ba1ecc2": "two allies with each other",
    "0ea8802e6c": "German police",
    "f62e2c49ba": "Saudi Arabia and the US",
    "c7a124b427": "visa rules for Europeans",
    "eab2593114": "advice on a dam",
    "e45e9c26ed": "Malta and a bank",
    "26feb2f590": "crime in Germany",
    "8ef2a5b244": "a flight rule lifted",
    "6ba4f15e5b": "Yemen's war",
    "a3eebdd88d": "Somalia",
    "e0769c488c": "Syria's war",
}


class Gold(NamedTuple):
    """One annotated event."""

    id: str
    days: str
    plovers: tuple[str, ...]
    source: str
    target: str
    lines: tuple[str, ...]
    text: str


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return read_history(read_theatre(IRAQ)).rows


def read(name: str) -> list[dict]:
    text = (GOLD / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def events_of_lines() -> Iterable[Gold]:
    for line in read("lines.jsonl"):
        text = line["text"]
        contest = ON_IRAN.search(text) and RIVALS.search(text)
        if line["id"] in OUTSIDE or not (ON_IRAQ.search(text) or contest):
            continue
        for event in line["events"]:
            if event["modality"] == "denied" or event["date"].startswith("../"):
                continue  # an older deed that the line only recalls has no day to be found on
            yield Gold(
                line["id"], event["date"], (event["plover"],),
                (event["source"] or {}).get("name", ""), (event["target"] or {}).get("name", ""),
                (f"current_events#{line['id']}",), text,
            )  # fmt: skip


def events_of_articles() -> Iterable[Gold]:
    for claim in read("claims.jsonl"):
        day = re.fullmatch(r"\d{4}-\d\d-\d\d", claim["date"] or "")
        if claim["kind"] != "event" or claim["modality"] != "happened" or not day:
            continue
        if day[0] < "2003-03-20" or not claim["plover_type"]:
            continue
        types = (claim["plover_type"], *claim["plover_alt"])
        yield Gold(
            claim["id"], claim["date"], types, " ".join(claim["source_actors"]),
            " ".join(claim["target_actors"]), (), claim["summary"],
        )  # fmt: skip


def parties(words: str) -> set[str]:
    """The parties that an annotation's name points to."""
    words = words.lower()
    return {party for party, (names, _) in PARTIES.items() if re.search(names, words)}


def parties_of(actors: Iterable[str]) -> set[str]:
    """The parties of a row's actors; empty when one of them is a public."""
    actors = set(actors)
    if actors & PUBLICS:
        return set()
    return {
        p for p, (_, ids) in PARTIES.items() for actor in actors if re.match(f"(?:{ids})", actor)
    }


def agrees(words: str, actors: Iterable[str]) -> bool:
    told, coded = parties(words), parties_of(actors)
    return not told or not coded or bool(told & coded)


def is_told(gold: Gold, row: Row) -> bool:
    """Whether the row rests on the annotated line, or both name the two sides of the deed."""
    named = parties(gold.source) and parties(gold.target) and parties_of(row.by)
    return bool(set(gold.lines) & set(row.sources) or (named and parties_of(row.on)))


def is_found(gold: Gold, rows: Iterable[Row]) -> bool:
    span, day = parse_span(gold.days), timedelta(days=1)
    for row in rows:
        first, last = row.date.earliest, row.date.latest
        if (
            span.latest + day < first
            or last < span.earliest - day
            or row.plover not in gold.plovers
        ):
            continue
        if last - first > WEEK or (gold.lines and not is_told(gold, row)):
            continue
        straight = agrees(gold.source, row.by) and agrees(gold.target, row.on)
        both_fight = row.plover == "ASSAULT" and agrees(gold.source, row.on)
        if straight or (both_fight and agrees(gold.target, row.by)):
            return True
    return False


def recall(events: list[Gold], rows: tuple[Row, ...]) -> float:
    missed = [gold for gold in events if not is_found(gold, rows)]
    for gold in missed:
        print(f"missed {gold.id} {gold.days} {'/'.join(gold.plovers)} {gold.source or '?'} -> "
              f"{gold.target or '?'}: {gold.text[:120]}")  # fmt: skip
    found = 1 - len(missed) / len(events)
    print(f"found {len(events) - len(missed)} of {len(events)}: {found:.3f}")
    return found


def test_events_of_annotated_news_lines_are_in_the_history(rows: tuple[Row, ...]) -> None:
    assert recall(list(events_of_lines()), rows) >= RECALL


def test_dated_events_of_the_annotated_articles_are_in_the_history(rows: tuple[Row, ...]) -> None:
    assert recall(list(events_of_articles()), rows) >= RECALL


def test_a_wrong_day_type_or_direction_is_not_found(rows: tuple[Row, ...]) -> None:
    gold = next(g for g in events_of_articles() if g.text.startswith("Militia drone kills three"))
    assert is_found(gold, rows)
    assert not is_found(gold._replace(days="2017-06-30"), rows)
    assert not is_found(gold._replace(plovers=("CONSULT",)), rows)
    assert not is_found(gold._replace(source="Turkey", target="Syria"), rows)
