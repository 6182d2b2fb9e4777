"""How sure the reader is of an act: a small linear model over plain features.

The weights were fitted to labelled lines by ``tightrope.evidence.training`` and stand in
``rules/weights.json``: one readable number for each feature, in log odds.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from math import exp

from tightrope.evidence.attribution import governing_speech
from tightrope.evidence.drafts import Draft
from tightrope.evidence.lexicon import Act, Lexicon, longest
from tightrope.evidence.telling import telling
from tightrope.evidence.tokens import word_set

_CONTENT_OF = {
    "accuse": "accused", "charge": "accused", "convict": "accused", "sentence": "accused",
    "blame": "accused", "indict": "accused", "suspect": "accused", "arrest": "accused",
    "jail": "accused", "criticise": "accused", "criticize": "accused", "condemn": "accused",
    "call": "asked", "urge": "asked", "ask": "asked", "demand": "asked", "order": "asked",
    "vow": "vowed", "threaten": "vowed", "warn": "vowed", "refuse": "vowed", "agree": "vowed",
    "plan": "planned", "pledge": "vowed", "promise": "vowed", "announce": "planned",
    "deny": "vowed", "force": "asked", "try": "tried", "attempt": "tried", "fail": "tried",
}  # fmt: skip


@cache
def weights() -> dict[str, float]:
    """The shipped weights; empty before the first training."""
    path = files("tightrope.evidence").joinpath("rules", "weights.json")
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


TRUST = "trust:article"
"""Among the weights, the factor that the odds of acts in articles are worth: few taught them."""


def confidence(features: dict[str, float], known: dict[str, float]) -> float:
    """Probability that an act was stated, by the linear model."""
    total = log_odds(features, known)
    if "style:article" in features:
        total *= known.get(TRUST, 1.0)
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def log_odds(features: dict[str, float], known: dict[str, float]) -> float:
    """What the linear model says, before it is known how far to trust it."""
    return sum(value * known.get(name, 0.0) for name, value in features.items())


def describe(drafts: list[Draft], lexicon: Lexicon, brief: bool) -> None:
    """Fill in the features of all acts of a document."""
    seen: dict[str, int] = {}
    matters: dict[int, dict[str, float]] = {}
    total = len(drafts)
    for number, draft in enumerate(drafts):
        key = id(draft.parse)
        if key not in matters:
            matters[key] = _matters(draft, lexicon)
        plover = draft.trigger.act.plover
        features = _of_trigger(draft, lexicon)
        features |= _of_sides(draft)
        kind = draft.trigger.act.role if plover == "ASSAULT" else "other"
        for matter, amount in matters[key].items():
            features[matter] = amount
            features[f"{matter}:{kind or 'assault'}"] = amount
        features["rank"] = min(number, 4) / 4
        features["crowd"] = min(total, 8) / 8
        features[f"again:{plover}" if plover in ("ASSAULT", "ACCUSE") else "again"] = float(
            min(seen.get(plover, 0), 2)
        )
        features[f"sentence:{min(draft.sentence, 3)}"] = 1.0
        features["style:" + ("brief" if brief else "article")] = 1.0
        if not brief:
            for name in [n for n in features if n.startswith(("carried:", "relation:", "type:"))]:
                features["article&" + name] = 1.0
        seen[plover] = seen.get(plover, 0) + 1
        draft.features = features
    if not brief:
        telling(drafts)


def _matters(draft: Draft, lexicon: Lexicon) -> dict[str, float]:
    """How much else a sentence is about: from 0 to 1 for accidents, sport, business, ..."""
    lows = draft.parse.sentence.lows
    found: dict[str, float] = {}
    for at, low in enumerate(lows):
        if low in lexicon.matters:
            hit = longest(lexicon.matters, lows, at, len(lows))
            if hit is not None:
                found[hit[1]] = min(1.0, found.get(hit[1], 0.0) + 1 / 3)
    return found


def _of_trigger(draft: Draft, lexicon: Lexicon) -> dict[str, float]:
    trigger = draft.trigger
    act, verb = trigger.act, trigger.verb
    lows = draft.parse.sentence.lows
    kind = "noun" if act.noun else "verb"
    features = {"bias": 1.0, f"type:{act.plover}": 1.0, f"{kind}:{act.plover}": 1.0,
                f"word:{act.lemma}": 1.0, f"head:{kind}:{_head(act)}": 1.0}  # fmt: skip
    if act.role:
        features[f"role:{act.role}"] = 1.0
    if act.noun:
        features[f"carried:{trigger.carried}"] = 1.0
        features[f"carried:{trigger.carried}:{act.plover}"] = 1.0
        phrase = trigger.phrase
        if trigger.end < len(lows) and lows[trigger.end] == ":":
            features["heading"] = 1.0
        if phrase is not None:
            first = lows[phrase.start]
            if first in ("the", "this", "that", "these", "those", "its", "their", "his"):
                features["definite"] = 1.0
            if phrase.governor:
                features[f"behind:{phrase.governor}"] = 1.0
    if verb is not None:
        features[f"relation:{verb.relation}"] = 1.0
        features[f"relation:{verb.relation}:{kind}"] = 1.0
        if verb.relation == "sub":
            features[f"sub:{verb.word}"] = 1.0
        if verb.modal:
            features["modal"] = 1.0
        if verb.negated and act.plover != "REJECT":
            features["negated"] = 1.0
        if verb.passive:
            features["passive"] = 1.0
        if verb.parent is not None and verb.relation in ("inf", "prep", "that", "ger", "part"):
            lemma = lexicon.lemmas.get(lows[verb.parent.head], "")
            features[f"under:{_CONTENT_OF.get(lemma, 'other')}:{verb.relation}"] = 1.0
        speech = governing_speech(verb, lows, lexicon)
        if speech:
            features["said"] = 1.0
    else:
        features["verbless"] = 1.0
    features["long"] = min(trigger.end - trigger.start, 4) / 4
    features["results"] = float(bool(trigger.results))
    features["quoted"] = float(draft.parse.sentence.quoted[trigger.start])
    features["hedge"] = float(draft.modality in ("predicted", "hypothetical", "denied"))
    features[f"modality:{draft.modality}"] = 1.0
    if draft.modality == "planned" and verb is not None:
        own = verb.relation in ("main", "that", "and") or lows[verb.start - 1] in ("is", "are")
        features["plan:" + ("own" if own else "content")] = 1.0
    if draft.background:
        features["background"] = 1.0
    if draft.date is not None and not draft.date.startswith("../") and len(draft.date) > 7:
        features["dated"] = 1.0
    if draft.place is not None:
        features["placed"] = 1.0
    return features


def _head(act: Act) -> str:
    """The verb or the last noun of a phrase: what its many forms have in common."""
    words = act.lemma.split()
    return words[-1] if act.noun else words[0]


def _of_sides(draft: Draft) -> dict[str, float]:
    features: dict[str, float] = {}
    plover = draft.trigger.act.plover
    for name, side in (("source", draft.source), ("target", draft.target)):
        kind = side.kind if side is not None else "none"
        features[f"{name}:{kind}"] = 1.0
        public = "none" if side is None else "soft" if kind in _SOFT else "public"
        features[f"{name}:{public}:{plover}"] = 1.0
    if draft.source is not None and draft.target is not None:
        features["both"] = 1.0
        if draft.source.name == draft.target.name:
            features["same"] = 1.0
    if draft.casualties:
        features["casualties"] = 1.0
    return features


_SOFT = word_set("generic people facility unknown organisation")
