"""Noise of articles that no rule was written for: other galleries, other agencies, other breaks."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.evidence.document import Document, Span
from tightrope.evidence.noise import mark_line, mark_noise
from tightrope.evidence.noise_gold import score, score_noise

GOLD = Path(__file__).parents[3] / "shared" / "gold"
FIRST = "The council of Rivertown heard on Saturday how nine guards had been killed on the river."
SECOND = "Deputies passed a resolution, which does not bind it, that foreign guards must leave."
CAPTIONS = [
    "Mourners carry coffins",
    "A burnt-out lorry.",
    "The river at dawn",
    "Boats",
]


def noise_of(text: str) -> list[tuple[str, str]]:
    return [(s.kind, text[s.start : s.end].strip()) for s in mark_noise(text).spans if s.is_noise]


def kept(text: str) -> list[str]:
    document = Document("made up", text, mark_noise(text).spans)
    return [line.strip() for line in document.prose.splitlines() if line.strip()]


@pytest.mark.parametrize("counter", ["{}/{}", "{} / {}", "({}/{})", "{} of {}", "Photo {} of {}"])
@pytest.mark.parametrize("credit", ["Xinhua", "Hiba Noor for Delta Times", "Sami/WANA via Reuters"])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n", "\n \n\n"])
def test_galleries_end_where_the_article_goes_on(counter: str, credit: str, gap: str) -> None:
    items = [
        part for i, caption in enumerate(CAPTIONS, 1)
        for part in (counter.format(i, len(CAPTIONS)), caption, credit)
    ]  # fmt: skip
    text = gap.join([FIRST, *items, SECOND])
    assert kept(text) == [FIRST, SECOND]
    assert [kind for kind, _ in noise_of(text)] == ["gallery"]


def test_captions_on_the_line_of_their_counter() -> None:
    items = [f"{i}/{len(CAPTIONS)} {caption}  EPA" for i, caption in enumerate(CAPTIONS, 1)]
    assert kept("\n\n".join([FIRST, *items, SECOND])) == [FIRST, SECOND]


def test_a_gallery_that_is_cut_into_two_leaves_the_prose_between() -> None:
    long = " ".join([FIRST] * 8)
    text = "\n\n".join([FIRST, "1/9", "Boats", "AP", "2/9", "A quay", "AP", long, "3/9", "Birds",
                        "AP", SECOND])  # fmt: skip
    assert kept(text) == [FIRST, long, SECOND]


@pytest.mark.parametrize("line", ["9/11", "9/11 changed the river.", "3 of 12 guards were killed."])
def test_numbers_that_count_no_pictures(line: str) -> None:
    assert noise_of("\n\n".join([FIRST, line, SECOND])) == []


@pytest.mark.parametrize("space", [" ", "\xa0", "\u202f", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "  \n", "\n    "])
def test_spaces_and_line_ends_of_any_kind(space: str, end: str) -> None:
    lines = ["\ufeffdate 2031-04-09", FIRST, "READ ALSO: Nine ferries burn", SECOND, "Reuters"]
    text = (end * 2).join(lines).replace(" ", space)
    apart = [s for s in mark_noise(text).spans if s.is_noise]
    assert [s.kind for s in apart] == ["other", "advert", "credit"]
    assert mark_noise(text).published == date(2031, 4, 9)


def test_the_last_words_of_hard_wrapped_sentences_are_no_credit() -> None:
    text = f"{FIRST} This was told, said some who were there that day, to\nReuters.\n\n{SECOND}"
    assert noise_of(text) == []


def test_breaks_are_joined_without_moving_a_place() -> None:
    text = "They talked of withdrawal. of all guards from the\n\nriver.\n\nNobody. Left at all."
    document = Document("made up", text, mark_noise(text).spans)
    assert [s.kind for s in document.spans] == ["prose", "break", "prose", "break", "prose"]
    assert document.prose == text.replace("withdrawal.", "withdrawal ").replace(
        "the\n\nriver", "the  river"
    )
    assert len(document.prose) == len(text)


def test_a_text_in_small_letters_throughout_is_not_broken() -> None:
    text = "the guards left the river. they had no pay. the council was silent. nobody spoke."
    assert noise_of(text) == []


def test_headings_are_no_noise_and_no_sentence() -> None:
    text = f"{FIRST}\n\nA council without guards\n{SECOND}\n\nWhat next?\n\n{SECOND}"
    spans = [s for s in mark_noise(text).spans if s.kind != "prose"]
    found = [(s.kind, text[s.start : s.end]) for s in spans]
    assert found == [("title", "A council without guards"), ("title", "What next?")]


@pytest.mark.parametrize("header, day", [
    ("date 2031-04-09 ", date(2031, 4, 9)),
    ("Published: January 7, 2020 10:32 GMT", date(2020, 1, 7)),
    ("Tue 7 Jan 2020 12.00 GMT", date(2020, 1, 7)), ("2020/01/07 | 20:05", date(2020, 1, 7)),
    ("07/01/2020", None), ("2020-13-07", None), ("On January 7, 2020 the guards left.", None),
])  # fmt: skip
def test_the_day_of_publication_is_taken_from_headers_only(header: str, day: date | None) -> None:
    assert mark_noise(f"{header}\n\n{FIRST}\n\n{SECOND}").published == day
    assert mark_noise(f"{FIRST}\n\n{SECOND}\n\n" * 5 + header).published is None
    assert mark_noise(f"{header}\n\n{FIRST}", date(1999, 1, 1)).published == date(1999, 1, 1)


def test_a_year_before_its_month_counts_only_near_the_publication() -> None:
    text = "Guards have burned ferries since 2019. October, he said."
    readings = [
        [s.reading for s in mark_noise(text, day).spans if s.kind == "garbled"]
        for day in (None, date(2020, 2, 7), date(2024, 2, 7))
    ]
    assert readings == [["since October"], ["since October 2019"], ["since October"]]


def test_the_outlet_stands_where_a_line_names_it() -> None:
    assert mark_noise(f"Via Harbour Herald\n\n{FIRST}").outlet == "Harbour Herald"
    assert mark_noise(FIRST).outlet is None


@pytest.mark.parametrize("outlets", [
    "(Harbour Herald)", "(Herald) (Courier)", "(Reuters via Courier), (ABC (Delta))", "[Herald]",
])  # fmt: skip
def test_outlets_behind_a_news_line_are_set_apart(outlets: str) -> None:
    line = f"Guards (nine of them) leave the river. {outlets}"
    prose, credit = mark_line(line)
    assert line[prose.start : prose.end] == "Guards (nine of them) leave the river."
    assert (credit.kind, line[credit.start : credit.end].strip()) == ("credit", outlets)


def test_brackets_that_belong_to_a_news_line_stay() -> None:
    for line in ("Guards leave the river (and the marsh)", "Guards leave.", "(Herald)", " "):
        assert mark_line(line) == (Span(0, len(line), "prose"),)
    assert mark_line("Guards leave (Reuters)")[1].kind == "credit"
    assert mark_line("") == ()


PIECES = st.sampled_from([
    "1/3", "2/3", "AP", "READ ALSO", "video", "said .", "a. b", "\n", "\r\n", "\n\n", " ", "\x00",
    "\ufeff", "\u202eطهران", "🚩", "e\u0301", "\ud800", "Sudan has", "al-Sudani", "12345678901",
    "(AFP) -", "…", "2017. October", "December 27 First", "Headline of nine words", FIRST,
    "© 2031", "(", "]",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join))
def test_spans_together_are_the_text_whatever_it_holds(text: str) -> None:
    spans = mark_noise(text).spans
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert all(s.start < s.end for s in spans)
    assert all(a.end == b.start for a, b in pairwise(spans))
    assert [s for s in spans if s.reading is not None and s.kind != "garbled"] == []
    document = Document("made up", text, spans)
    assert len(document.prose) == len(text)
    assert all(a in (b, " ") for a, b in zip(document.prose, text, strict=True))
    assert "".join(text[s.start : s.end] for s in mark_line(text)) == text


@pytest.mark.parametrize("piece", [
    "Ab c\n", "A ", "\n", "x. (a) ", "1/9\n", "ab. cd ", "a . ", "1234567890 ",
    "READ ALSO: a b c d\n", "(", " ", "Word ", "<name> and ", "A, ",
])  # fmt: skip
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        start = time.process_time()
        mark_noise(text)
        mark_line(text)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(80_000) < 0.5 + 16 * seconds(10_000)


def test_the_score_counts_signs_and_spans() -> None:
    text = "abcde READ ALSO fghij garbled"
    spans = (Span(0, 4, "prose"), Span(4, 10, "advert"), Span(10, 29, "prose"))
    rows = [
        {"start": 6, "end": 10, "drop": True}, {"start": 11, "end": 15, "drop": True},
        {"start": 22, "end": 29, "drop": False},
    ]  # fmt: skip
    got = score(Document("made up", text, spans), rows)
    assert (got.noise, got.noise_found, got.spans, got.spans_found) == (8, 4, 2, 1)
    assert (got.prose, got.prose_lost, got.garbled, got.garbled_found) == (10, 1, 1, 0)
    assert (got.share_found, got.share_lost) == (0.5, 0.1)


@pytest.mark.skipif(not GOLD.exists(), reason="the annotated articles are not here")
def test_noise_of_the_annotated_articles() -> None:
    *each, together = score_noise(GOLD)
    assert len(each) == 2
    assert together.share_found >= 0.95 and together.spans_found == together.spans
    assert max(one.share_lost for one in each) <= 0.01
