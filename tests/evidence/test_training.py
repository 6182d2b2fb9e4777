"""How far confidence in articles is trusted: as far as it held on articles that taught nothing."""

from __future__ import annotations

from math import isclose

from tightrope.evidence.ranking import TRUST, confidence
from tightrope.evidence.training import Example, trust


def _example(cue: str, true: bool) -> Example:
    return {"bias": 1.0, cue: 1.0}, true


LINES = [_example("sure", True)] * 20 + [_example("doubtful", False)] * 20


def test_what_holds_on_articles_is_trusted_and_what_is_luck_is_not():
    agree = [[_example("sure", True), _example("doubtful", False)] * 3 for _ in range(3)]
    mixed = [[_example("sure", n % 2 == 0) for n in range(6)] for _ in range(3)]
    assert trust(LINES, agree) > 1 > 0.1 > abs(trust(LINES, mixed))


def test_trust_bends_the_odds_of_articles_only():
    known = {"bias": 2.0, TRUST: 0.5}
    article = confidence({"bias": 1.0, "style:article": 1.0}, known)
    assert isclose(article, confidence({"bias": 1.0}, {"bias": 1.0}))
    assert confidence({"bias": 1.0, "style:brief": 1.0}, known) == confidence({"bias": 1.0}, known)
