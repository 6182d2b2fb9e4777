"""Every rule sets its own sentences apart, and no rule touches the prose beside any of them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import TightropeError
from tightrope.evidence.document import Span
from tightrope.evidence.garbled import Reading, garbled_stretches, read_readings, readings
from tightrope.evidence.noise import mark_noise
from tightrope.evidence.noise_rules import NoiseRule, noise_rules, read_noise_rules

BEFORE = "The council of the marsh met at noon and heard the guards of the harbour on the fire."
AFTER = "Nobody was hurt when the ferries burned, the mayor of the harbour told the council."
MARKED = re.compile("⟦(.*?)⟧")
RULES = noise_rules().all


def placed(rule: NoiseRule, sentence: str) -> str:
    """The sentence where the rule holds: at the head, at the end, or between two paragraphs."""
    if rule.first is not None:
        return f"{sentence}\n\n{BEFORE}\n\n{AFTER}"
    if rule.last is not None:
        return f"{BEFORE}\n\n{AFTER}\n\n{sentence}"
    return "\n\n".join([BEFORE] * max(rule.after, 1) + [sentence, AFTER])


def set_apart(text: str, kind: str | None = None) -> set[int]:
    return {
        place for span in mark_noise(text).spans if span.is_noise and kind in (None, span.kind)
        for place in range(span.start, span.end) if not text[place].isspace()
    }  # fmt: skip


def signs(text: str, start: int, end: int) -> set[int]:
    return {place for place in range(start, end) if not text[place].isspace()}


@pytest.mark.parametrize(
    "rule, sentence",
    [pytest.param(r, s, id=f"{r.name}: {s[:30]}") for r in RULES for s in r.noise],
)
def test_noise_is_set_apart(rule: NoiseRule, sentence: str) -> None:
    plain = MARKED.sub(r"\1", sentence)
    text = placed(rule, plain)
    start = text.index(plain)
    found = MARKED.search(sentence)
    first, last = (found.start(), found.end() - 2) if found else (0, len(plain))
    assert set_apart(text, rule.kind) == signs(text, start + first, start + last)
    assert set_apart(text) == set_apart(text, rule.kind)


@pytest.mark.parametrize(
    "rule, sentence",
    [pytest.param(r, s, id=f"{r.name}: {s[:30]}") for r in RULES for s in r.prose],
)
def test_prose_stays(rule: NoiseRule, sentence: str) -> None:
    for other in (rule, *[r for r in RULES if r.first or r.last][:1]):
        assert set_apart(placed(other, sentence)) == set()


def test_every_rule_has_sentences_of_both_kinds() -> None:
    assert len(RULES) > 30
    assert [rule.name for rule in RULES if not rule.noise or not rule.prose] == []
    assert len({rule.name for rule in RULES}) == len(RULES)


def told(test: Any, reading: Reading) -> tuple[str, str | None]:
    return (test["text"], test["means"]) if isinstance(test, dict) else (test, reading.means)


@pytest.mark.parametrize(
    "reading, test", [pytest.param(r, t, id=f"{r.name}: {t}") for r in readings() for t in r.tests]
)
def test_garbled_stretches_are_read(reading: Reading, test: Any) -> None:
    sentence, means = told(test, reading)
    found = MARKED.search(sentence)
    assert found is not None
    text = MARKED.sub(r"\1", sentence)
    assert garbled_stretches(text) == [Span(found.start(), found.end() - 2, "garbled", means)]


@pytest.mark.parametrize(
    "reading, text", [pytest.param(r, t, id=f"{r.name}: {t}") for r in readings() for t in r.leaves]
)
def test_what_is_not_garbled_is_left_alone(reading: Reading, text: str) -> None:
    assert garbled_stretches(text) == []


TOKENS = [
    "1", "1 ", "1.", "1/", "A", "A ", "a ", "A-", "A - ", "A, ", "A. ", "A.", "A/", "A via ",
    "A for ", "A and ", "A of ", "by A ", "AP/", "AP ", "AP, ", "AP via ", "Home", "Home ",
    "Home > ", "News/", "Share", "Share ", "on ", "12:30 ", "0a1b2c3d-", "1234567890", "video ",
    "READ ", "the ", "The ", "©", "* ", "*", "-", "– ", "#a ", "@a", "(", "(a", "[A/", ")", " ",
    "  ", "Reporting by A; ", "2031-04-09 ", "Jan 1, 2031 ", "9 Jan 2031", "duration 1",
    "1 minute", ":", "of the ", "A contributed ", ",", "Image ", "Photo: ", "said", "click here ",
    "follow us ", "terms of use ", "“", "al-", "the Crowd ", "Sudan ", "2019. October ",
    "October 1 ",
]  # fmt: skip
HEADS = ["", "date 2031-04-09", "Source: ", "By ", "A ", "READ ALSO ", "Photo: A ", "duration: "]


@pytest.mark.parametrize("head", HEADS)
def test_no_line_keeps_a_rule_busy(head: str) -> None:
    """A nested repetition would take hours over one of these lines."""
    for token in TOKENS:
        for rule in RULES:
            line = (head + token * rule.longest)[: rule.longest - 1] + "\x00"
            start = time.process_time()
            rule.match_line(line)
            rule.unless and rule.unless.search(line)
            assert time.process_time() - start < 0.2, (rule.name, token)


@pytest.mark.parametrize("token", TOKENS)
def test_no_text_keeps_the_rules_inside_it_busy(token: str) -> None:
    text = "Iraq Hashd Soleimani al-Sudani Iran " + token * (30_000 // len(token))
    start = time.process_time()
    garbled_stretches(text)
    for rule in RULES:
        if not rule.whole_line:
            list(rule.pattern.finditer(text))
    assert time.process_time() - start < 2


def test_a_broken_pattern_is_told_with_its_rule(tmp_path: Path) -> None:
    rules = tmp_path / "noise.yaml"
    rules.write_text(
        "rules:\n"
        "- {name: one, kind: advert, line: '(', noise: [], prose: []}\n"
        "- {name: two, kind: advert, line: '<nothing>', noise: [], prose: []}\n"
    )
    with pytest.raises(TightropeError, match=r"rule one: .*\n.*rule two: 'nothing'"):
        read_noise_rules(rules)
    rules.write_text("readings:\n- {name: odd, phrase: '(', tests: [], not: []}\n")
    with pytest.raises(TightropeError, match=r"reading odd: .*; mend its pattern"):
        read_readings(rules)
