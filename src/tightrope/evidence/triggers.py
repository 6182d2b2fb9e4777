"""Words that name acts: which of them stand in a sentence, and what carries them.

A verb counts where the grammar has a verb. A noun counts by what it hangs on:

    light      object of a verb that only carries it: "launched an attack"
    happens    subject of a verb of happening, or of killing: "clashes erupt", "a bomb kills"
    result     behind a verb that says what came of it: "killed in an ambush"
    bare       none of these: background, mostly
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.lexicon import NO_ACT, Act, Beside, Lexicon, longest
from tightrope.evidence.rulebook import listed
from tightrope.evidence.tokens import word_set


@dataclass(slots=True, eq=False)
class Trigger:
    """An act named at tokens ``start`` to ``end``; ``verb`` is its verb, or carries the noun."""

    act: Act
    start: int
    end: int
    verb: Verb | None
    phrase: Phrase | None = None
    carried: str = ""
    results: tuple[Trigger, ...] = ()
    """Verbs of killing and injuring that tell what came of it."""


_LEADS_TO = word_set("in during by after following amid when from with at as of")


def triggers(parse: Parse, lexicon: Lexicon) -> list[Trigger]:
    """All acts that a sentence names, in order; results are folded into what they came of."""
    lows = parse.sentence.lows
    words = parse.sentence.words
    count = len(lows)
    found: list[Trigger] = []
    taken: set[int] = set()
    for verb in parse.verbs:
        hit = _verb_act(verb, lows, count, lexicon)
        if hit is not None and hit[0] not in taken:
            start, end, act = hit
            if verb.passive and act.lemma in _NEVER_PASSIVE:
                continue
            if act.plover == NO_ACT:
                taken.update(range(start, end))
                continue
            refused = _refused(act, verb)
            if refused.plover == "REJECT" != act.plover:
                start = min(start, verb.start)
            act, start = _vowed(refused, start, verb, lows, lexicon)
            found = [t for t in found if t.end <= start or t.start >= end]
            found.append(Trigger(act, start, end, verb))
            taken.update(range(start, end))
    carriers: set[int] = set()
    for phrase in parse.phrases:
        noun = _noun_act(phrase, parse, lexicon)
        if noun is None:
            continue
        start, end, act = noun
        if _within_name(words, start):
            continue
        trigger = Trigger(act, start, end, phrase.verb, phrase)
        trigger.carried = _carried(trigger, parse, lexicon)
        if trigger.carried == "bare" and act.lemma in WEAPONS:
            continue
        if any(token in taken for token in range(start, end)):
            continue
        if trigger.carried == "light" and trigger.verb is not None:
            own = next((t for t in found if _holds(t, trigger.verb)), None)
            if own is not None and _outdoes(own.act, act):
                continue
            carriers.add(trigger.verb.head)
            trigger.act = _lifted(act, trigger.verb, lows, lexicon)
            if 0 < trigger.start - trigger.verb.head <= 6:
                trigger.start = trigger.verb.head
        found.append(trigger)
    kept = [
        t for t in found
        if t.act.noun or t.verb is None or t.verb.head not in carriers or t.end - t.start > 2
    ]  # fmt: skip
    kept.sort(key=lambda t: t.start)
    folded = _fold(kept)
    for trigger in folded:
        _widen(trigger)
    return folded


def _within_name(words: list[str], at: int) -> bool:
    """ "Federal Bureau of Investigation" names no act."""
    if not at or not words[at][0].isupper():
        return False
    return words[at - 1][0].isupper() or (
        at > 1 and words[at - 1] == "of" and words[at - 2][0].isupper()
    )


def _widen(trigger: Trigger) -> None:
    """ "Killed in an attack" names the act as a whole."""
    if trigger.carried == "result":
        for result in trigger.results:
            if 0 < trigger.start - result.start <= 7 and result.verb is trigger.verb:
                trigger.start = result.start


_NEVER_PASSIVE = listed("never passive")
_HOSTILE = frozenset(["ASSAULT", "COERCE", "SANCTION", "MOBILIZE"])
_FRIENDLY = word_set("CONSULT AGREE COOPERATE RETREAT CONCEDE AID SUPPORT")


_VOWS = listed("vows")


def _vowed(act: Act, start: int, verb: Verb, lows: list[str], lexicon: Lexicon) -> tuple[Act, int]:
    """ "Vows to target": the threat, not yet the deed."""
    parent = verb.parent
    if (
        act.plover in _HOSTILE and verb.relation == "inf"
        and parent is not None and lexicon.lemmas.get(lows[parent.head], "") in _VOWS
        and 0 < start - parent.head < 4
    ):  # fmt: skip
        return replace(act, plover="THREATEN", mode=None, role="speech"), parent.head
    return act, start


def _refused(act: Act, verb: Verb) -> Act:
    """What is friendly and will not be done is refused; to hold somebody responsible, a threat."""
    if verb.negated and verb.modal in ("will", "would", "shall") and act.plover in _FRIENDLY:
        return replace(act, plover="REJECT", mode=None, role="speech")
    if verb.modal == "will" and act.plover == "ACCUSE" and act.lemma.startswith("hold"):
        return replace(act, plover="THREATEN", mode=None)
    return act


def _outdoes(verb: Act, noun: Act) -> bool:
    """What is asked for, offered or refused is not yet done: the verb names the act."""
    if verb.plover == "SUPPORT":
        return noun.plover in ("AGREE", "COOPERATE")
    if verb.plover == "AGREE":
        return noun.plover in _FRIENDLY
    if verb.plover == "THREATEN":
        return noun.plover in _HOSTILE
    return verb.plover in ("REJECT", "REQUEST") and not verb.lemma.startswith("order")


def _holds(trigger: Trigger, verb: Verb) -> bool:
    """Whether a verb names the act, alone or in a phrase: "passed a resolution demanding"."""
    return not trigger.act.noun and (
        trigger.verb is verb or trigger.start <= verb.head < trigger.end
    )


_LIFTING = listed("lifting")


def _lifted(act: Act, verb: Verb, lows: list[str], lexicon: Lexicon) -> Act:
    """To lift sanctions, a ban or a siege is to concede."""
    if act.plover in ("SANCTION", "COERCE") and lexicon.lemmas.get(lows[verb.head]) in _LIFTING:
        return replace(act, plover="CONCEDE", mode=None)
    return act


def noun_trigger(phrase: Phrase, parse: Parse, lexicon: Lexicon) -> Trigger | None:
    """The act that a phrase names, if it names one."""
    hit = _noun_act(phrase, parse, lexicon)
    if hit is None:
        return None
    return Trigger(hit[2], hit[0], hit[1], phrase.verb, phrase)


def _verb_act(
    verb: Verb, lows: list[str], count: int, lexicon: Lexicon
) -> tuple[int, int, Act] | None:
    best: tuple[int, int, Act] | None = None
    for at in range(verb.start, verb.head + 1):
        if lows[at] not in lexicon.verbs:
            continue
        hit = longest(lexicon.verbs, lows, at, count)
        if hit is not None and hit[0] > verb.head and (best is None or hit[0] > best[1]):
            best = (at, hit[0], _beside(lexicon.beside_verbs, lows, at, hit))
    return best


def _beside(table: Beside, lows: list[str], at: int, hit: tuple[int, Act]) -> Act:
    """Some single words mean another act beside certain words: a strike by miners."""
    if hit[0] == at + 1:
        for near, act in table.get(lows[at], ()):
            if not near.isdisjoint(lows):
                return act
    return hit[1]


def _noun_act(phrase: Phrase, parse: Parse, lexicon: Lexicon) -> tuple[int, int, Act] | None:
    lows, tags = parse.sentence.lows, parse.tags
    at = phrase.start
    while at < phrase.end:
        if tags[at] == "N" and lows[at] in lexicon.nouns:
            hit = longest(lexicon.nouns, lows, at, phrase.end)
            if hit is not None:
                end, act = hit[0], _beside(lexicon.beside, lows, at, hit)
                if act.plover != NO_ACT and (end == phrase.end or tags[end] in "'D"):
                    return at, end, act
                at = end
                continue
        at += 1
    return None


def _carried(trigger: Trigger, parse: Parse, lexicon: Lexicon) -> str:
    phrase, verb = trigger.phrase, trigger.verb
    assert phrase is not None
    lows = parse.sentence.lows
    host = phrase.host
    if phrase.governor and host is not None and lows[host.end - 1] == "toll":
        trigger.verb = host.verb
        return "happens"
    if phrase.governor == "of" and host is not None and lows[host.end - 1] in _SERIES:
        phrase, verb = host, host.verb
        trigger.verb = verb
    if verb is None:
        return "bare"
    light = longest(lexicon.light, lows, verb.head, len(lows))
    if light is not None and light[0] == phrase.start > verb.head + 1:
        return "light"  # "claims responsibility for the kidnapping of ..."
    if phrase.place == "object" or (phrase.place == "joined" and verb.object is phrase.host):
        if light is not None:
            return "light"
        if lows[verb.head] in ("is", "are", "was", "were") and "there" in lows[: verb.head]:
            return "happens"
        return "bare"
    if verb.passive and phrase.place == "subject" and light is not None:
        return "light"
    if phrase.place == "subject":
        lemma = lexicon.lemmas.get(lows[verb.head], "")
        return "happens" if lemma in lexicon.happenings else "bare"
    if phrase.place == "joined" and host is not None:
        phrase = host
    direct = phrase.host is None or not phrase.host.governor
    if direct and phrase.governor in _LEADS_TO:
        hit = longest(lexicon.verbs, lows, verb.head, len(lows))
        if hit is not None and hit[1].role == "result":
            return "result"
    return "bare"


_SERIES = listed("series")


def _root(verb: Verb | None) -> Verb | None:
    """The first of the verbs that are joined by "and"."""
    while verb is not None and verb.relation == "and" and verb.parent is not None:
        verb = verb.parent
    return verb


def _fold(found: list[Trigger]) -> list[Trigger]:
    """One act of violence for one sentence's attack and its dead, named by the act if it can be."""
    found = _one_of_two(found)
    results = [t for t in found if t.act.role == "result"]
    if not results:
        return found
    acts = [
        t for t in found
        if t.act.plover == "ASSAULT" and t.act.role != "result" and t.carried != "bare"
        and t.act.mode != "abduct"
    ]  # fmt: skip
    kept = [t for t in found if t.act.role != "result"]
    loose: list[Trigger] = []
    for result in results:
        host = _cause_of(result, acts)
        if host is not None:
            host.results = (*host.results, result)
        else:
            loose.append(result)
    lead = next((t for t in loose if t.act.amounts == "killed"), loose[0] if loose else None)
    if lead is not None:
        mates = [t for t in loose if t is not lead and _same_clause(t, lead)]
        lead.results = tuple(mates)
        kept += [t for t in loose if t not in mates]
    kept.sort(key=lambda t: t.start)
    return kept


WEAPONS = listed("weapons")


def _one_of_two(found: list[Trigger]) -> list[Trigger]:
    """A verb and its subject that name one act: "air strikes hit" by the noun, "rockets hit" by
    the verb; and whoever kills in a gunfight is told by the killing.
    """
    dropped: set[int] = set()
    for noun in found:
        if noun.carried not in ("happens", "result") or noun.act.plover != "ASSAULT":
            continue
        for verb in found:
            if verb.act.noun or verb.act.plover != "ASSAULT" or verb.verb is not noun.verb:
                continue
            if noun.carried == "happens" and verb.act.role != "result":
                dropped.add(id(verb if noun.act.lemma not in WEAPONS else noun))
            elif noun.carried == "result" and verb.act.target == ("object",):
                carrier = verb.verb
                if carrier is not None and not carrier.passive and carrier.subject is not None:
                    dropped.add(id(noun))
    return [t for t in found if id(t) not in dropped]


def _cause_of(result: Trigger, acts: list[Trigger]) -> Trigger | None:
    """The act that a killing came of, if the grammar links them."""
    verb = _root(result.verb)
    if verb is None:
        return None
    for act in acts:
        other = _root(act.verb)
        if other is None:
            continue
        if act.carried in ("result", "happens") and other is verb:
            return act
        if _root(verb.parent) is other and verb.relation in ("ger", "and", "rel", "part", "prep"):
            return act
        if _root(other.parent) is verb and other.relation == "sub":
            return act
        if verb.relation == "ger" and _root(verb.parent) is _root(other.parent) is not None:
            return act
    return None


def _same_clause(one: Trigger, other: Trigger) -> bool:
    return one.verb is not None and other.verb is not None and (
        one.verb.parent is other.verb or other.verb.parent is one.verb
        or (one.verb.relation == "and") or one.verb.parent is other.verb.parent
    )  # fmt: skip
