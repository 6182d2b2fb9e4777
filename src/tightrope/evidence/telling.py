"""How an article tells of an act: whether it reports it, or only speaks of it.

An article reports an act once ("a drone killed the general") and then speaks of it: as the cause of
something ("the killing has capsized ..."), or as what somebody condemns. These features tell the
two apart; what each is worth, the weights say.
"""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.evidence.drafts import Draft
from tightrope.evidence.kindred import alike

_NEAR = 10
"""Words between an act of speech and the act that it is about."""
_SPEECH = frozenset(["ACCUSE", "THREATEN", "REQUEST", "REJECT", "SUPPORT"])


def telling(drafts: list[Draft]) -> None:
    """Add what tells a report from a mention to the features of an article's acts."""
    for at, draft in enumerate(drafts):
        names = [*_again(draft, drafts[:at]), *_beside(draft, drafts[max(0, at - 2) : at])]
        phrase, trigger = draft.trigger.phrase, draft.trigger
        if phrase is not None:
            names.append(f"place:{phrase.place or 'none'}:{trigger.carried}")
        draft.features |= {f"tells:{name}": 1.0 for name in names}


def _again(draft: Draft, earlier: list[Draft]) -> Iterator[str]:
    """Whether an act of the kind was told before: done to the same, or by the same."""
    same = [d for d in earlier if d.trigger.act.plover == draft.trigger.act.plover]
    if any(alike(draft.target, d.target) for d in same):
        yield f"again:{_word(draft)}"
    elif any(alike(draft.source, d.source) for d in same):
        yield f"again:source:{_word(draft)}"


def _beside(draft: Draft, before: list[Draft]) -> Iterator[str]:
    """Whether it is what an act of speech is about ("condemned the strikes"), or named twice."""
    act = draft.trigger.act
    for other in before:
        gap = draft.trigger.start - other.trigger.end
        if other.parse is draft.parse and 0 <= gap < _NEAR:
            if other.trigger.act.plover in _SPEECH and not other.trigger.act.noun:
                yield f"content:{_word(draft)}"
            if act.noun and act.plover == other.trigger.act.plover:
                yield "twice"


def _word(draft: Draft) -> str:
    return "noun" if draft.trigger.act.noun else "verb"
