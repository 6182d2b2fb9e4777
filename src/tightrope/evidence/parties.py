"""Who a phrase means: names, nationalities, offices, groups; and who has been met before.

A phrase is cut at its possessive ("Iran's foreign ministry"). In what remains, a run of capitals
that no rule knows is a person or an organisation; else the last known name or role is the head, and
a country beside it says whose. Unknown assailants and unnamed victims are nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tightrope.evidence.antecedents import POSSESSIVE, antecedent, described, is_pronoun
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.mentions import NAMED, Mention
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.roles import headed
from tightrope.evidence.stage import Cast, Stage
from tightrope.evidence.tokens import word_set
from tightrope.evidence.unlisted import last_run, meet, named

_PASS_THROUGH = word_set(
    "thousands hundreds dozens tens scores members number group groups majority part victims "
    "series team supporters leaders citizens ranks crowd lot handful couple pair"
)
_HEADED = word_set("government governments people republic kingdom state")
_TOWNS = word_set("city town village province district region cities towns villages capital port")
_SEATS = word_set(
    "headquarters offices office base bases positions building buildings home house site sites "
    "stronghold strongholds camp camps"
)
_ARMED = word_set(
    "base bases post posts personnel headquarters convoy checkpoint leaders officials"
)
_GATHERED = word_set("supporters leaders members")
_SPOKEN = word_set("spokesman spokeswoman spokesperson representative member")
_VAGUE = frozenset(["office", "generic", "official"])
_HELD = word_set(
    "held controlled owned run operated used occupied belonging linked associated affiliated "
    "connected manned guarded"
)
_APPOSED = frozenset(["person", *NAMED]) - {"state"}
_HOLDING = word_set("carrying housing hosting containing transporting holding")
_LOCATING = word_set("on at in near to from into towards outside over")
_BEARERS = frozenset(["person", "office"])
_OWNERS = frozenset(
    [
        "person",
        "office",
        "fighters",
        "group",
        "troops",
        "organisation",
        "organ",
        "people group",
        *NAMED,
    ]
)
_ACTING = frozenset(["fighters", "group", "troops", "people group"])


class Casting:
    """Resolves the phrases of one sentence."""

    def __init__(self, parse: Parse, lexicon: Lexicon, cast: Cast):
        self.parse = parse
        self.stage = Stage(parse, lexicon, cast)
        self.words = self.stage.words
        self.lows = self.stage.lows
        self.mentions = self.stage.mentions
        self.setting = self.stage.setting
        self._known: dict[int, Found | None] = {}
        meet(self.stage)

    def roll(self) -> list[Found]:
        """Everybody in the sentence, those in the main clause's subject first."""
        subjects = [v.subject for v in self.parse.verbs if v.relation in ("main", "and")]
        order = [p for p in subjects if p is not None] + self.parse.phrases
        found = [self.party(phrase) for phrase in order if phrase.place != "joined"]
        named = [f for f in found if f is not None and f.name and f.kind not in UNNAMED]
        last = {f.name: replace(f, told=f.told or self.parse) for f in reversed(named)}
        return list(last.values())[::-1]

    def doer(self, phrase: Phrase, deed: str) -> Found | None:
        """Whose "the decision" is: of whom it was said to be, else who was told of first."""
        cast = self.stage.cast
        for earlier in self.parse.phrases:
            if earlier.end <= phrase.start and self.lows[earlier.end - 1] == deed:
                return self.single(earlier)
        known = cast.owners.get(deed) or next(iter(cast.named()), None)
        return known

    def assailant(self, found: Found) -> Found | None:
        """Unknown assailants as those to whom something is done: "the gunman is arrested"."""
        key = " ".join(self.words[found.start : found.end])
        name = f"{key[0].upper()}{key[1:]} ({self.setting})" if self.setting else key.capitalize()
        return replace(found, name=name, kind="generic")

    def party(self, phrase: Phrase | None, joined: bool = True) -> Found | None:
        """Who a phrase means, with those who are joined to it by "and"."""
        if phrase is None:
            return None
        first = self.single(phrase)
        if first is None or first.kind in ("people", *UNNAMED):
            first = self._included(phrase) or first
        if not joined or (first is not None and first.joined):
            return first
        others = [self.single(p) for p in self._mates(phrase, first)]
        named = [p for p in (first, *others) if p is not None]
        members = [p for p in named if p.kind not in UNNAMED] or named[:1]
        return together(members) if members else None

    def _included(self, phrase: Phrase) -> Found | None:
        """ "Several nations, including Peru": those who are named."""
        for other in self.parse.phrases:
            if other.governor == "including" and 0 < other.start - phrase.end <= 2:
                return self.party(other)
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
        found = self._own(phrase)
        person = self._called(phrase, found)
        if person is not None:
            return person
        if found is None or found.kind in _VAGUE:
            found = self._bearer(phrase, found) or found or self._behind(phrase)
        if found is None or found.kind in UNNAMED:
            return self._holder(phrase) or found
        if found.kind == "people" and phrase.apposed is not None:
            return self._mostly(phrase.apposed) or found
        return self._as_place(phrase, found) or found

    def _mostly(self, apposed: Phrase) -> Found | None:
        """ "Forty people, mostly pilgrims": who they were."""
        found = self._own(apposed)
        return found if found is not None and found.kind in (*_ACTING, "civilian") else None

    def _as_place(self, phrase: Phrase, found: Found) -> Found | None:
        """An unknown name behind "on" or "at" and before "in Peru" is a place there."""
        if found.kind != "person" or " " in found.name or phrase.governor not in _LOCATING:
            return None
        for word, inner in phrase.after:
            place = self._own(inner) if word in ("in", "near") else None
            if place is not None and place.kind in ("place", "state"):
                return Found(place.country, "place", place.country, found.start, found.end)
        return None

    def _called(self, phrase: Phrase, found: Found | None) -> Found | None:
        """ "The suspect, X", "a Hamas operative, X": the person, where one is spoken of."""
        last = self.words[phrase.end - 1]
        if phrase.apposed is None or found is None or not last.islower() or last.endswith("s"):
            return None
        person = self._own(phrase.apposed)
        return person if person is not None and person.kind == "person" else None

    def _holder(self, phrase: Phrase) -> Found | None:
        """Whose a thing is by a participle: "camps run by X", "sites belonging to X"."""
        hung = phrase.after if self.lows[phrase.end - 1] in _HELD else []
        for verb in self.parse.verbs:
            if verb.relation != "part" or not (verb.subject is phrase or verb.start == phrase.end):
                continue
            if self.lows[verb.head] in _HOLDING and verb.object is not None:
                return self._own(verb.object)
            if self.lows[verb.head] in _HELD:
                hung = verb.after
        owner = next((self._own(p) for word, p in hung[:1] if word in ("by", "to", "with")), None)
        return owner if owner is not None and owner.kind in _OWNERS else None

    def _bearer(self, phrase: Phrase, office: Found | None) -> Found | None:
        """Who bears an office: "the President of Peru X", "the president, X"."""
        if office is not None:
            for word, inner in (*phrase.after, *phrase.later):
                person = self._own(inner) if word == "of" else None
                if person is not None and person.kind == "person" and " " in person.name:
                    return person
        apposed = self._own(phrase.apposed) if phrase.apposed is not None else None
        return apposed if apposed is not None and apposed.kind in _APPOSED else None

    def _behind(self, phrase: Phrase) -> Found | None:
        """Whose a thing is: "the decision of X", "a statement by X"."""
        for wanted in ("of", "by"):
            for word, inner in phrase.after:
                if word == wanted and self.parse.tags[inner.start] != "Q":
                    owner = self._own(inner)
                    if owner is not None and owner.kind in _OWNERS:
                        self._note(phrase.end, owner)
                        return owner
        return None

    def _note(self, end: int, owner: Found) -> None:
        """Keep in mind whose a thing is."""
        told = owner.told or self.parse
        self.stage.cast.owners[self.lows[end - 1]] = replace(owner, told=told)

    def _own(self, phrase: Phrase) -> Found | None:
        """The party named by a phrase and what hangs on it by "of"."""
        if self.parse.tags[phrase.start] == "Q":
            return None
        begin, end = self._core(phrase.start, phrase.end)
        known = described(self.stage, phrase, begin, end)
        if known is not None:
            return known
        head = self.lows[end - 1]
        inner = next((p for word, p in phrase.after if word == "of"), None)
        if self.lows[begin] == "death":  # "death to X"
            return next((self._own(p) for word, p in phrase.after if word == "to"), None)
        if inner is not None and self.parse.tags[inner.start] != "Q":
            counted = is_number(head) and end - phrase.start < 4
            found = self._through(phrase, head, inner, counted)
            if found is not None:
                return found
            if head in _SPOKEN:
                return self._own(inner) or self._of(begin, end, phrase)
        return self._of(begin, end, phrase)

    def _through(self, phrase: Phrase, head: str, inner: Phrase, counted: bool) -> Found | None:
        """ "Dozens of rebels", "members of Hamas", "the government of Peru"."""
        if head in _TOWNS:
            return self._town(phrase, inner)
        if head in _SEATS:
            owner = self._own(inner)
            return owner if owner is not None and owner.kind in _OWNERS else None
        through = counted or head in _PASS_THROUGH
        if not through and head not in _HEADED:
            return None
        owner = self._own(inner)
        if owner is None or not (through or owner.kind in ("state", "people")):
            return None
        if head in _GATHERED:
            name = f"{head.capitalize()} ({owner.name})"
            return Found(name, "group", owner.country, phrase.start, owner.end)
        if through and owner.kind in ("people", "group", "generic"):
            return replace(owner, start=phrase.start)
        return owner

    def _town(self, phrase: Phrase, inner: Phrase) -> Found | None:
        """ "The town of X" is a place, whether or not X is known."""
        place = self._own(inner)
        country = (place.country if place is not None else "") or self.setting
        name = country or " ".join(self.words[inner.start : inner.end])
        return Found(name, "place", country, phrase.start, inner.end)

    def _core(self, start: int, end: int) -> tuple[int, int]:
        tags = self.parse.tags
        while end - 1 > start and tags[end - 1] == "'":
            end -= 1
        while start < end - 1 and tags[start] == "D" and not self._is_role(start):
            start += 1
        return start, end

    def _is_role(self, at: int) -> bool:
        return any(m.start == at for m in self.mentions)

    def _of(self, begin: int, end: int, phrase: Phrase) -> Found | None:
        """The party in tokens ``begin`` to ``end``."""
        cut = self._cut(begin, end)
        inside = self.stage.inside(begin, end)
        theirs = self.theirs(phrase)
        owner = _country([m for m in inside if m.end <= cut]) or (theirs.country if theirs else "")
        head = [m for m in inside if m.start >= cut]
        run = last_run(self.stage, cut, end)
        if run is not None and owner and run[1] < end and not head:
            run = None  # "Peru's giant Zuba oilfield"
        found = named(self.stage, run, head, owner) if run is not None else None
        if found is not None:
            return found
        possessor = self.possessor(begin, cut) or theirs
        if not head:
            if cut > begin and owner:
                possessor = Found(owner, "state", owner, begin, cut - 1)
            if possessor is not None:
                self._note(end, possessor)
            return possessor
        last = head[-1]
        if last.end < end and last.entry.kind in ("adjective", "place", "capital"):
            # "Iranian nuclear programme": what is acted on belongs to them
            country = last.entry.country
            return Found(country or last.entry.name, "state", country, last.start, last.end)
        things = last.entry.kind == "facility" or (last.entry.kind == "generic" and not owner)
        if things and possessor is not None:
            return possessor
        if last.entry.key == "military" and last.end < end and self.lows[end - 1] not in _ARMED:
            return None  # a "military incursion" is nobody's
        return headed(self.stage, last, head, owner, begin, phrase)

    def _cut(self, begin: int, end: int) -> int:
        """Where a possessive ends; the one in "the Workers' Party of Peru" belongs to the name."""
        named = {t for m in self.mentions for t in range(m.start, m.end - 1)}
        marks = [t for t in range(begin, end - 1) if self.parse.tags[t] == "'" and t not in named]
        return marks[-1] + 1 if marks else begin

    def theirs(self, phrase: Phrase) -> Found | None:
        """Whose a thing is by a pronoun: "its bases", "their leader"."""
        if self.lows[phrase.start] not in POSSESSIVE:
            return None
        return antecedent(self.stage, phrase, self.party)

    def possessor(self, begin: int, cut: int) -> Found | None:
        """The person in "Chalabi's house"."""
        run = last_run(self.stage, begin, cut - 1) if cut > begin else None
        return named(self.stage, run, [], "") if run is not None else None

    def adjective_before(self, start: int, at: int) -> Found | None:
        """The nationality or name that qualifies an act: "Israeli airstrike", "Iran's threat"."""
        cut = next((t for t in range(start, at) if self.parse.tags[t] == "'"), 0)
        owner = self.possessor(start, cut + 1) if cut else None
        if owner is not None:
            return owner
        found = [self._qualifier(m) for m in self.mentions if m.start >= start and m.end <= at]
        return next((f for f in reversed(found) if f is not None), None)

    def _qualifier(self, m: Mention) -> Found | None:
        kind, country = m.entry.kind, m.entry.country
        if kind in ("adjective", "capital", "people"):
            return Found(country, "state", country, m.start, m.end)
        if kind in NAMED:
            return Found(m.entry.name, kind, country, m.start, m.end)
        if kind in _ACTING and m.entry.key != "military":
            name = f"{m.entry.name} ({self.setting})" if self.setting else m.entry.name
            return Found(name, kind, self.setting, m.start, m.end)
        return None

    def nationality_in(self, start: int, end: int) -> Found | None:
        """A country named inside the words of an act: "burn American flags"."""
        for m in self.mentions:
            country = m.entry.country
            inside = start <= m.start and m.end <= end
            if inside and country and m.entry.kind in ("adjective", "state", "people"):
                return Found(country, "state", country, m.start, m.end)
        return None


def together(parties: Sequence[Found]) -> Found:
    """Several parties as one side: their names joined, their words one span."""
    first = parties[0]
    if len(parties) == 1:
        return first
    name = "; ".join(p.name for p in parties)
    end = max(p.end for p in parties if p.told is first.told)
    return replace(first, name=name, end=end, joined=tuple(parties))


def _country(owners: list[Mention]) -> str:
    return next((m.entry.country for m in reversed(owners) if m.entry.country), "")
