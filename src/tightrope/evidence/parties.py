"""Who a phrase means: by its own words, by what explains it, and with whom it is joined.

Unknown assailants and unnamed victims are nobody; who bears an office goes before the office, and
whose a thing is before the thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tightrope.evidence.antecedents import DEFINITE, antecedent, is_pronoun
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.heads import ACTING, OWNERS, SEATS, TOWNS, Heads
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.mentions import NAMED
from tightrope.evidence.neighbours import QUANTITY, is_number
from tightrope.evidence.rulebook import listed
from tightrope.evidence.stage import Cast
from tightrope.evidence.tokens import word_set

_VAGUE = frozenset(["office", "generic", "official"])
_HELD = listed("held")
_APPOSED = frozenset(["person", *NAMED]) - {"state"}
_HOLDING = listed("holding")
_LOCATING = word_set("on at in near to from into towards outside over")
_ALLEGED = listed("alleged")
_BEARERS = frozenset(["person", "office"])


class Casting(Heads):
    """Resolves the phrases of one sentence."""

    def __init__(self, parse: Parse, lexicon: Lexicon, cast: Cast):
        super().__init__(parse, lexicon, cast)
        self._known: dict[int, Found | None] = {}

    def roll(self) -> list[Found]:
        """Everybody in the sentence, those in the main clause's subject first."""
        subjects = [v.subject for v in self.parse.verbs if v.relation in ("main", "and")]
        order = [p for p in subjects if p is not None] + self.parse.phrases
        found = [self.party(phrase) for phrase in order if phrase.place != "joined"]
        named = [f for f in found if f is not None and f.name and f.kind not in UNNAMED]
        last = {f.name: replace(f, told=f.told or self.parse) for f in reversed(named)}
        return list(last.values())[::-1]

    def doer(self, phrase: Phrase) -> Found | None:
        """Whose "the decision" is: of whom it was said to be, else who was told of first."""
        if self.lows[phrase.start] not in DEFINITE:
            return None
        deed, cast = self.lows[phrase.end - 1], self.stage.cast
        for earlier in self.parse.phrases:
            if earlier.end <= phrase.start and self.lows[earlier.end - 1] == deed:
                return self.single(earlier)
        return cast.owners.get(deed) or next(iter(cast.named()), None)

    def assailant(self, found: Found) -> Found | None:
        """Unknown assailants as those to whom something is done: "the gunman is arrested"."""
        key = " ".join(self.words[found.start : found.end])
        name = f"{key[0].upper()}{key[1:]} ({self.setting})" if self.setting else key.capitalize()
        return replace(found, name=name, kind="generic")

    def party(self, phrase: Phrase | None, joined: bool = True) -> Found | None:
        """Who a phrase means, with those who are joined to it by "and"."""
        if phrase is None:
            return None
        phrase = self._alleged(phrase) or phrase
        first = self.single(phrase)
        if first is None or first.kind in ("people", "fighters", *UNNAMED):
            first = self._included(phrase) or first
        if not joined or (first is not None and first.joined):
            return first
        others = [self.single(p) for p in self._mates(phrase, first)]
        named = [p for p in (first, *others) if p is not None]
        members = [p for p in named if p.kind not in UNNAMED] or named[:1]
        return together(members) if members else None

    def _included(self, phrase: Phrase) -> Found | None:
        """ "Several nations, including Peru": those who are named."""
        after = phrase.verb.after if phrase.verb is not None else []
        for other in self.parse.phrases:
            near = 0 < other.start - phrase.end <= 2 or any(p is other for _, p in after)
            if other.governor == "including" and near and other.start >= phrase.end:
                found = self.party(other)
                return found if found is not None and self._is_told(found) else None
        return None

    def _is_told(self, found: Found) -> bool:
        """Whether it is said whose they are: no more than "three policemen" is nobody's."""
        country = any(m.entry.country for m in self.stage.inside(found.start, found.end))
        return country or found.kind not in ACTING

    def _alleged(self, phrase: Phrase) -> Phrase | None:
        """ "Six suspected rebels", where the grammar took the six for the whole."""
        at = phrase.end
        counted = all(
            is_number(self.lows[t]) or self.lows[t] in QUANTITY
            for t in range(phrase.start, phrase.end)
        )
        if counted and at + 1 < len(self.lows) and self.lows[at] in _ALLEGED:
            return self.parse.phrase_at[at + 1]
        return None

    def _mates(self, phrase: Phrase, first: Found | None) -> list[Phrase]:
        """The further members of "X and Y", also of "the president of Peru X and the premier"."""
        if phrase.joined or first is None or first.kind not in _BEARERS:
            return [p for p in phrase.joined if first is None or p.start >= first.end]
        for _, inner in phrase.after:
            bearers = [self.single(p) for p in inner.joined]
            if bearers and all(p is not None and p.kind in _BEARERS for p in bearers):
                return inner.joined
        return []

    def single(self, phrase: Phrase) -> Found | None:
        """Who the phrase itself means; nobody while that is being found out."""
        if phrase.start not in self._known:
            self._known[phrase.start] = None
            self._known[phrase.start] = self._meaning(phrase)
        return self._known[phrase.start]

    def _meaning(self, phrase: Phrase) -> Found | None:
        """Its own head, but who bears an office rather than the office."""
        if is_pronoun(self.stage, phrase):
            return antecedent(self.stage, phrase, self.party)
        found = self.own(phrase)
        person = self._called(phrase, found)
        if person is not None:
            return person
        if found is None or found.kind in _VAGUE:
            found = self._bearer(phrase, found) or found or self._behind(phrase)
        held = found is not None and self.lows[phrase.end - 1] in SEATS
        if found is None or found.kind in UNNAMED or (held and found.kind == "fighters"):
            return self._holder(phrase) or found
        if found.kind == "people" and phrase.apposed is not None:
            return self._mostly(phrase.apposed) or found
        return self._as_place(phrase, found) or found

    def _mostly(self, apposed: Phrase) -> Found | None:
        """ "Forty people, mostly pilgrims": who they were."""
        found = self.own(apposed)
        return found if found is not None and found.kind in (*ACTING, "civilian") else None

    def _as_place(self, phrase: Phrase, found: Found) -> Found | None:
        """An unknown name behind "on" or "at" and before "in Peru" is a place there."""
        if found.kind != "person" or " " in found.name:
            return None
        if phrase.governor == "of" and self.lows[phrase.start - 2] in TOWNS:
            return replace(found, name=self.setting or found.name, kind="place")
        if phrase.governor not in _LOCATING:
            return None
        for word, inner in phrase.after:
            place = self.own(inner) if word in ("in", "near") else None
            if place is not None and place.kind in ("place", "state"):
                return Found(place.country, "place", place.country, found.start, found.end)
        return None

    def _called(self, phrase: Phrase, found: Found | None) -> Found | None:
        """ "The suspect, X", "a Hamas operative, X": the person, where one is spoken of."""
        last = self.words[phrase.end - 1]
        if phrase.apposed is None or found is None or not last.islower() or last.endswith("s"):
            return None
        person = self.own(phrase.apposed)
        return person if person is not None and person.kind == "person" else None

    def _holder(self, phrase: Phrase) -> Found | None:
        """Whose a thing is by a participle: "camps run by X", "sites belonging to X"."""
        hung = phrase.after if self.lows[phrase.end - 1] in _HELD else []
        for verb in self.parse.verbs:
            if verb.relation != "part" or not (verb.subject is phrase or verb.start == phrase.end):
                continue
            if self.lows[verb.head] in _HOLDING and verb.object is not None:
                return self.own(verb.object)
            if self.lows[verb.head] in _HELD:
                hung = verb.after
        owner = next((self.own(p) for word, p in hung[:1] if word in ("by", "to", "with")), None)
        return owner if owner is not None and owner.kind in OWNERS else None

    def _bearer(self, phrase: Phrase, office: Found | None) -> Found | None:
        """Who bears an office: "the President of Peru X", "the president, X"."""
        if office is not None:
            for word, inner in (*phrase.after, *phrase.later):
                person = self.own(inner) if word == "of" else None
                if person is not None and person.kind == "person" and " " in person.name:
                    return person
        apposed = self.own(phrase.apposed) if phrase.apposed is not None else None
        return apposed if apposed is not None and apposed.kind in _APPOSED else None

    def _behind(self, phrase: Phrase) -> Found | None:
        """Whose a thing is: "the decision of X", "a statement by X"."""
        for wanted in ("of", "by"):
            for word, inner in phrase.after:
                if word == wanted and self.parse.tags[inner.start] != "Q":
                    owner = self.own(inner)
                    if owner is not None and owner.kind in OWNERS:
                        self.note(phrase.end, owner)
                        return owner
        return None


def together(parties: Sequence[Found]) -> Found:
    """Several parties as one side: their names joined, their words one span."""
    first = parties[0]
    if len(parties) == 1:
        return first
    name = "; ".join(p.name for p in parties)
    end = max(p.end for p in parties if p.told is first.told)
    return replace(first, name=name, end=end, joined=tuple(parties))
