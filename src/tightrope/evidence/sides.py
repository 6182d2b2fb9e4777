"""From the phrases of an act to its parties: who counts as a side, and whose a thing is.

Unnamed victims and things are nobody unless they are a named state's; two who do a thing together
are one on each side; who condemns an air strike condemns who flew it.
"""

from __future__ import annotations

from dataclasses import replace

from tightrope.evidence.arguments import ArgumentFinder, Sides
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.parties import Casting, together
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger, noun_trigger

_PAIRED = frozenset(["CONSULT", "AGREE", "COOPERATE", "RETREAT"])
_TALKS = frozenset(["CONSULT", "AGREE", "COOPERATE"])
_OWN_DEEDS = word_set("resignation withdrawal departure surrender retreat apology response support")
_OWNED = word_set("embassy consulate checkpoint base headquarters prison outpost station")
_RECIPROCAL = (["each", "other"], ["one", "another"])
_ABOUT = frozenset(["AGREE", "REJECT", "REQUEST", "SUPPORT"])
_BLAMED = frozenset(["ASSAULT", "COERCE", "SANCTION", "THREATEN"])
STANCES = frozenset(["AGREE", "REJECT", "THREATEN", "SUPPORT"])


def parties_of(
    trigger: Trigger, sides: Sides, parsed: Parse, casting: Casting, finder: ArgumentFinder,
    words: Lexicon,
) -> tuple[Found | None, Found | None]:  # fmt: skip
    """Source and target of an act; ``sides`` are the phrases in which they stand."""
    source = _source(trigger, parsed, casting, sides)
    inner = _act_meant(trigger, parsed, sides, words)
    if inner is not None:
        target = _whose_act(trigger, inner, parsed, casting, finder)
        target = target or _in_whose(inner, parsed, casting, words)
    else:
        target = _target(trigger, casting, sides, source)
    source, target = _opposed(trigger, casting, source, target, sides.target)
    if source is not None and target is not None and _same_words(source, target):
        target = None
    return _protesters(trigger, casting, _named(trigger, source)), target


def _same_words(source: Found, target: Found) -> bool:
    return (source.start, source.told) == (target.start, target.told)


def _source(trigger: Trigger, parsed: Parse, casting: Casting, sides: Sides) -> Found | None:
    source = casting.party(sides.source)
    phrase = trigger.phrase
    if trigger.act.noun and source is None and "before" in trigger.act.source and phrase:
        return casting.adjective_before(phrase.start, trigger.end) or casting.theirs(phrase)
    verb = trigger.verb
    if source is None and verb is not None and verb.relation == "part" and verb.form == "G":
        return casting.party(parsed.phrase_at[verb.start - 1])  # "fire on crowds protesting"
    return source


def _named(trigger: Trigger, source: Found | None) -> Found | None:
    """An unknown assailant is nobody."""
    if source is None or source.kind in UNNAMED:
        return None
    return None if source.kind == "generic" and trigger.act.plover == "ASSAULT" else source


def _protesters(trigger: Trigger, casting: Casting, source: Found | None) -> Found | None:
    """People who protest are protesters."""
    if trigger.act.plover != "PROTEST" or source is None:
        return source
    if source.kind not in ("people", "generic"):
        return source
    name = f"Protesters ({casting.setting})"
    return replace(source, name=name, kind="group", country=casting.setting)


# ------------------------------------------------------------------ targets


def _target(trigger: Trigger, casting: Casting, sides: Sides, source: Found | None) -> Found | None:
    """The first of the places where the target may stand that names somebody else."""
    plover = trigger.act.plover
    unnamed: Found | None = None
    for phrase in (sides.target, *sides.others):
        found = _object_of(plover, casting.party(phrase), casting)
        if found is None or phrase is None or _mere_place(trigger, phrase, found):
            continue
        if source is not None and _of_source(found, source):
            continue
        if plover == "RETREAT" and found.kind in ("troops", "force") and phrase.place == "object":
            continue  # "withdraws troops": they are not left, but leave
        if found.kind not in ("generic", "place") or plover != "ASSAULT":
            return found
        unnamed = unnamed or found
    ground = _ground(casting, sides.target) if plover == "ASSAULT" else None
    if unnamed is not None or ground is not None:
        return unnamed or ground
    meant = _for_whom(plover, casting, sides.target) or _deed_meant(trigger, casting, sides.target)
    if meant is not None:
        return meant
    if trigger.end - trigger.start > 2:
        inside = casting.nationality_in(trigger.start, trigger.end)
        if inside is not None:
            return inside
    if plover == "ASSAULT" and trigger.verb is not None:
        return _site(trigger, casting)
    if plover in ("PROTEST", "REQUEST"):
        return _before_whose_door(casting, sides.source)
    return None


def _before_whose_door(casting: Casting, source: Phrase | None) -> Found | None:
    """ "Demonstrators outside the Danish embassy demand ..."."""
    for word, phrase in source.after if source is not None else ():
        found = casting.single(phrase) if word in ("outside", "at", "before") else None
        if found is not None and found.kind == "state":
            return found
    return None


_GROUND = word_set(
    "targets positions sites bases installations infrastructure areas villages towns cities parts "
    "communities suburbs districts"
)


def _ground(casting: Casting, phrase: Phrase | None) -> Found | None:
    """Whose ground is hit: "raids on targets in Yemen"."""
    if phrase is None or casting.lows[phrase.end - 1] not in _GROUND:
        return None
    for word, inner in (phrase.joined or [phrase])[-1].after:
        place = casting.single(inner) if word in ("in", "inside", "near", "across") else None
        if place is not None and place.kind in ("place", "state"):
            return place
    return None


def _for_whom(plover: str, casting: Casting, thing: Phrase | None) -> Found | None:
    """Whom a thing concerns: "suspends permits for refugees"."""
    if thing is None or plover not in ("COERCE", "SANCTION", "AID"):
        return None
    for word, phrase in thing.after:
        found = casting.party(phrase) if word in ("for", "on", "against") else None
        if found is not None and found.kind not in UNNAMED:
            return found
    return None


def _of_source(found: Found, source: Found) -> bool:
    """Whether a target is no other than the source: "will not give up its territory"."""
    same = found.name in {p.name for p in source.joined or (source,)}
    return same and found.kind not in ("troops", "group", "fighters")


def _mere_place(trigger: Trigger, phrase: Phrase | None, found: Found) -> bool:
    """ "Attacks in Mosul" happen there; whom they are meant for is not said."""
    if phrase is None or phrase.governor not in ("in", "near", "at", "outside"):
        return False
    if found.kind == "place" and phrase.governor != "in" and trigger.act.plover == "ASSAULT":
        return True
    if not trigger.act.noun or trigger.act.plover != "ASSAULT":
        return found.kind == "place" and trigger.act.plover in ("ASSAULT", "COERCE")
    return phrase.governor in ("in", "near") and found.kind in ("place", "state")


def _deed_meant(trigger: Trigger, casting: Casting, phrase: Phrase | None) -> Found | None:
    """ "The decision is condemned": who acted in the sentence before is meant."""
    if phrase is None or trigger.act.plover not in ("ACCUSE", "REJECT", "SUPPORT", "THREATEN"):
        return None
    definite = casting.lows[phrase.start] in ("the", "this", "that", "these", "those")
    deed = casting.lows[phrase.end - 1]
    return casting.doer(phrase, deed) if definite and deed in _DEEDS else None


_DEEDS = word_set(
    "announcement statement decision move remarks comments remark ruling proposal plan claim "
    "claims report accusation accusations allegations allegation measure measures action actions "
    "visit trip speech act step strike strikes attack attacks raid raids operation incident"
)


def _act_meant(trigger: Trigger, parsed: Parse, sides: Sides, words: Lexicon) -> Trigger | None:
    """The act that is condemned, asked for, refused: what it is said about."""
    plover = trigger.act.plover
    if sides.target is None or plover not in ("ACCUSE", *_ABOUT):
        return None
    inner = noun_trigger(sides.target, parsed, words)
    if inner is None or (plover == "ACCUSE" and inner.act.plover not in _BLAMED):
        return None
    return inner


def _whose_act(
    trigger: Trigger, inner: Trigger, parsed: Parse, casting: Casting, finder: ArgumentFinder
) -> Found | None:
    """Who condemns an air strike means who flew it; who refuses talks, with whom they are held."""
    sides = finder.sides(inner, parsed)
    doers = trigger.act.plover == "ACCUSE" or (
        trigger.act.plover == "REQUEST" and inner.act.plover not in _TALKS
    )
    own = inner.act.lemma in _OWN_DEEDS and inner.phrase is not None
    if own and inner.phrase is not None:
        sides = sides._replace(source=next((p for w, p in inner.phrase.after if w == "of"), None))
    for phrase in (sides.source,) if doers else (sides.target, sides.source):
        found = casting.party(phrase)
        if found is not None and found.name:
            return found
    assert inner.phrase is not None
    return casting.adjective_before(inner.phrase.start, inner.end)


def _in_whose(inner: Trigger, parsed: Parse, casting: Casting, words: Lexicon) -> Found | None:
    """ "The killing of X in a Danish raid": whose raid it was."""
    assert inner.phrase is not None
    for word, phrase in (*inner.phrase.after, *inner.phrase.later):
        act = noun_trigger(phrase, parsed, words) if word in ("in", "by", "during") else None
        if act is not None and act.act.plover == "ASSAULT":
            return casting.adjective_before(phrase.start, act.end)
    return None


def _object_of(plover: str, target: Found | None, casting: Casting) -> Found | None:
    """Unnamed victims and things are nobody, unless they are a named state's."""
    if target is None or target.kind not in ("generic", "people", *UNNAMED):
        return target
    if target.kind == "people" and not target.name.startswith("People"):
        return target
    if target.kind == "unknown":
        return casting.assailant(target)
    if target.kind in UNNAMED:
        country = target.country
        return replace(target, name=country, kind="state") if country else None
    if plover == "ASSAULT":
        return target if target.country else None
    if plover == "COERCE":
        name = f"Suspects ({casting.setting})" if casting.setting else "Suspects"
        return replace(target, name=name, kind="generic")
    return target


def _site(trigger: Trigger, casting: Casting) -> Found | None:
    """Whose place was hit, where nobody is named: "kills ten at a police checkpoint"."""
    assert trigger.verb is not None
    for word, phrase in trigger.verb.after:
        if word in ("at", "outside", "near", "on", "against", "inside", "in", "of"):
            found = _owner_of_site(phrase, casting)
            if found is not None:
                return found
    return None


def _owner_of_site(phrase: Phrase, casting: Casting) -> Found | None:
    head = next((m for m in casting.mentions if phrase.start <= m.start and m.end == phrase.end),
                None)  # fmt: skip
    if head is None or head.entry.kind != "facility":
        return None
    found = casting.single(phrase)
    if found is None:
        return None
    owned = found.kind in ("group", "troops", "fighters", "force")
    return found if owned or (found.kind == "state" and head.entry.key in _OWNED) else None


# ------------------------------------------------------------------ two who act together


def _opposed(
    trigger: Trigger, casting: Casting, source: Found | None, target: Found | None,
    second: Phrase | None,
) -> tuple[Found | None, Found | None]:  # fmt: skip
    """Two who do a thing together are one on each side."""
    if source is None or not source.joined:
        return source, target
    first, rest = source.joined[0], together(source.joined[1:])
    if second is not None and casting.lows[second.start : second.end] in _RECIPROCAL:
        return first, rest
    act = trigger.act
    both = act.plover in _PAIRED or act.mode == "recall"
    between = (
        source.told is None and source.start > 0 and casting.lows[source.start - 1] == "between"
    )
    if between or act.mode == "clash" or (both and target is None):
        return first, rest
    return (first if act.plover in _PAIRED else source), target


def stance(
    speaker: Found, source: Found | None, target: Found | None
) -> tuple[Found, Found | None]:
    """ "The White House says Russia will be met with ...": the speaker takes the stance.

    So does he for his country, but not for another that he speaks of.
    """
    if source is None or source.name == speaker.name:
        return speaker, target
    if source.country and source.country == speaker.country:
        return speaker, target
    return source, target


def place_of(trigger: Trigger, casting: Casting) -> str | None:
    """The place nearest behind "in", "at" or "near", the act's side of the sentence first."""
    best: tuple[int, str] | None = None
    lows = casting.lows
    for m in casting.mentions:
        if m.entry.kind not in ("place", "capital", "state") or not m.start:
            continue
        step = m.start - 1
        while step > 0 and lows[step] in _BEFORE_PLACE:
            step -= 1
        if lows[step] not in ("in", "at", "near", "outside", "across", "around", "of"):
            continue
        if lows[step] == "of" and lows[step - 1] not in ("city", "town", "village", "outskirts"):
            continue
        distance = abs(m.start - trigger.start) + (3 if m.entry.kind == "state" else 0)
        if best is None or distance < best[0]:
            best = (distance, " ".join(casting.words[m.start : m.end]))
    return best[1] if best else None


_BEFORE_PLACE = word_set(
    "the city town of iraqi northern southern eastern western central capital province "
    "village syrian iranian afghan pakistani"
)
