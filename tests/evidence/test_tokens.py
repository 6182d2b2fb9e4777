"""Offsets are exact, whatever the text: the one promise that every later step rests on."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.evidence.document import Document
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.tokens import sentences, words_of

SUBJECTS = [
    "Iran",
    "The U.S. military",
    "Gen. Jane Doe",
    "Two soldiers",
    "Rebels",
    "Côte d'Ivoire",
    "إيران",
]
VERBS = ["attacks", "killed", "is accused of", "says it will strike", "withdraws from", "🚀 meets"]
OBJECTS = [
    "a base near Lima",
    "protesters",
    "“the deal” (BBC)",
    "Norway's envoy\u00a0",
    "3,000 men",
    "\x00",
]
ENDS = [".", "!\n\n", ". (AP) (CNN)", " — ", "\n", "?”"]

lines = st.lists(
    st.tuples(*map(st.sampled_from, (SUBJECTS, VERBS, OBJECTS, ENDS))), min_size=1, max_size=4
).map(lambda parts: " ".join(f"{a} {b} {c}{d}" for a, b, c, d in parts))


@given(st.one_of(lines, st.text(max_size=200)))
@settings(max_examples=80, deadline=None)
def test_tokens_are_slices_of_the_text_in_order(text: str):
    last = 0
    for sentence in sentences(text):
        for word, start, end in zip(sentence.words, sentence.starts, sentence.ends, strict=True):
            assert text[start:end] == word
            assert last <= start < end
            last = end


@given(st.one_of(lines, st.text(max_size=200)))
@settings(max_examples=80, deadline=None)
def test_statements_quote_the_text_exactly(text: str):
    document = Document("any", text, (), "1", date(2020, 1, 5))
    for s in read_statements(document, Reader(least=0.0)):
        assert text[s.start : s.end] == s.quote
        assert s.start <= s.trigger_start < s.trigger_end <= s.end
        for party in (s.source, s.target):
            assert party is None or text[party.start : party.end] == party.text
        for number in s.numbers:
            assert text[number.start : number.end] == number.text
            assert number.high is None or number.low <= number.high


def test_words_as_the_reader_cuts_them():
    assert words_of("Kata’ib's U.S. base, al-Asad: 3,000 men") == [
        "Kata’ib", "'s", "U.S.", "base", ",", "al-Asad", ":", "3,000", "men",
    ]  # fmt: skip


def test_sentences_end_where_sentences_end():
    text = "Gen. Doe met Lt. Col. Roe in the U.S. on Jan. 3. He left (BBC).\n\nHeading\nThe end"
    assert [s.words[-1] for s in sentences(text)] == [".", ".", "Heading", "end"]


def test_brackets_are_left_out_and_quotes_remembered():
    (sentence,) = sentences('Peru (a state) calls it "an outrage" today')
    assert sentence.words == ["Peru", "calls", "it", "an", "outrage", "today"]
    assert sentence.quoted == [False, False, False, True, True, False]
