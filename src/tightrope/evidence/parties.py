"""Who a phrase means: names, nationalities, offices, groups; and who has been met before.

A phrase is cut at its possessive ("Iran's foreign ministry"). In what remains, a run of capitals
that no rule knows is a person or an organisation; else the last known name or role is the head, and
a country beside it says whose. Unknown assailants and unnamed victims are nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tightrope.evidence.amounts import quantity
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.mentions import NAMED, ORGANISED, TITLES, Mention, mentions
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.tokens import word_set


@dataclass(frozen=True, slots=True)
class Found:
    """A party before it is resolved to the theatre: token span, name, and what kind it is."""

    name: str
    kind: str
    country: str
    start: int
    end: int
    joined: tuple[Found, ...] = ()


@dataclass(slots=True)
class Cast:
    """Who has been named so far in a document."""

    people: dict[str, str] = field(default_factory=dict[str, str])
    """Full names by last name."""
    country: str = ""
    """The country that was named last: the setting."""
    speaker: Found | None = None
    """Subject of the last main clause: what "he" or "it" stands for."""
    other: Found | None = None
    """Who was last on the other side: what "him" or "it" as an object stands for."""


_PASS_THROUGH = word_set(
    "thousands hundreds dozens tens scores members number group groups majority part victims "
    "series team supporters leaders citizens ranks crowd lot handful couple pair"
)
_HEADED = word_set("government governments army people republic kingdom state")
_SPOKEN = word_set("spokesman spokeswoman spokesperson representative member")
_PARTICLES = word_set("bin ibn bint de da van von der la le al el ul")
_ADJECTIVAL = word_set(
    "led backed held owned controlled supported allied linked occupied flagged run sponsored "
    "aligned inspired based"
)


_HERE = word_set("in at near across outside city northern southern eastern western central")
UNNAMED = word_set("unknown facility")
"""Kinds of phrases that name nobody: unknown assailants, places without an owner."""


class Casting:
    """Resolves the phrases of one sentence."""

    def __init__(self, parse: Parse, lexicon: Lexicon, cast: Cast):
        self.parse = parse
        self.words = parse.sentence.words
        self.lows = parse.sentence.lows
        self.lexicon = lexicon
        self.cast = cast
        self.mentions = mentions(parse, lexicon)
        self.covered = {t for m in self.mentions for t in range(m.start, m.end)}
        self.setting = self._setting()
        if self.setting:
            cast.country = self.setting
        self._meet()

    # ---------------------------------------------------------------- setting

    def _setting(self) -> str:
        """The country in which the sentence is set: a place in it, else a state, else the last."""
        best, rank = "", 9
        for start, _, entry in self.mentions:
            if not entry.country or entry.kind not in _SETTING:
                continue
            before = self.lows[start - 1] if start else ""
            here = before in _HERE
            value = _SETTING[entry.kind] - (4 if here else 0)
            if value < rank:
                best, rank = entry.country, value
        if rank >= 3 and self.cast.country:
            return self.cast.country
        return best or self.cast.country

    def _meet(self) -> None:
        """Remember full names, so that a last name alone is known later."""
        words, tags = self.words, self.parse.tags
        known = self.covered
        at, count = 0, len(words)
        while at < count:
            end = at
            while end < count and end not in known and tags[end] == "N" and self._capital(end):
                end += 1
            if end - at >= 2:
                name = " ".join(words[at:end])
                self.cast.people.setdefault(words[end - 1], name)
            at = max(end, at + 1)

    def _capital(self, at: int) -> bool:
        word = self.words[at]
        if word[0].isupper():
            return word.rpartition("-")[2] not in _ADJECTIVAL
        if word in _PARTICLES and 0 < at < len(self.words) - 1:
            return self.words[at - 1][0].isupper() and self.words[at + 1][0].isupper()
        return word[:3] in ("al-", "el-", "ul-", "ur-", "an-", "as-") and len(word) > 4

    # ---------------------------------------------------------------- phrases

    def party(self, phrase: Phrase | None, joined: bool = True) -> Found | None:
        """Who a phrase means, with those who are joined to it by "and"."""
        if phrase is None:
            return None
        first = self.single(phrase)
        if first is None or not joined or not phrase.joined:
            return first
        others = [self.single(p) for p in phrase.joined if p.start >= first.end]
        named = [p for p in others if p is not None and p.kind != "unknown"]
        if not named:
            return first
        return Found(
            "; ".join([first.name, *(p.name for p in named)]), first.kind, first.country,
            first.start, max(first.end, named[-1].end), (first, *named),
        )  # fmt: skip

    def single(self, phrase: Phrase) -> Found | None:
        """Who the phrase itself means, its apposition before its office."""
        if (
            self.parse.tags[phrase.start] == "Q" or self.lows[phrase.start] in ("their", "its")
        ) and phrase.end == phrase.start + 1:
            return self._pronoun(phrase)
        found = self._own(phrase)
        if found is None or found.kind in ("office", "generic", "official"):
            for word, inner in (*phrase.after, *phrase.later):
                if word == "of":
                    person = self._own(inner)
                    if person is not None and person.kind == "person" and found is not None:
                        return person
            if phrase.apposed is not None:
                apposed = self._own(phrase.apposed)
                if apposed is not None and apposed.kind in ("person", *NAMED):
                    return apposed
        if found is None:
            for wanted in ("of", "by"):
                for word, inner in phrase.after:
                    if word == wanted and self.parse.tags[inner.start] != "Q":
                        owner = self._own(inner)
                        if owner is not None and owner.kind in ("person", "office", *NAMED):
                            return owner
        return found

    def _own(self, phrase: Phrase) -> Found | None:
        """The party named by a phrase and what hangs on it by "of"."""
        if self.parse.tags[phrase.start] == "Q":
            return None
        begin, end = self._core(phrase.start, phrase.end)
        head = self.lows[end - 1]
        inner = next((p for word, p in phrase.after if word == "of"), None)
        if inner is not None and self.parse.tags[inner.start] != "Q":
            through = head in _PASS_THROUGH or (is_number(head) and end - phrase.start < 4)
            if through or (head in _HEADED and self._own(inner) is not None):
                owner = self._own(inner)
                if owner is not None and (through or owner.kind in ("state", "people")):
                    if head not in ("supporters", "leaders", "members"):
                        if through and owner.kind in ("people", "group", "generic"):
                            return replace(owner, start=phrase.start)
                        return owner
                    return Found(
                        f"{head.capitalize()} ({owner.name})", "group", owner.country,
                        phrase.start, owner.end,
                    )  # fmt: skip
            if head in _SPOKEN:
                return self._own(inner) or self._of(begin, end, phrase)
        return self._of(begin, end, phrase)

    def _pronoun(self, phrase: Phrase) -> Found | None:
        low = self.lows[phrase.start]
        if low in ("it", "he", "she", "they", "him", "them"):
            speaker = self._meant(phrase)
            if speaker is None or not speaker.name:
                return None
            return Found(speaker.name, speaker.kind, speaker.country, phrase.start, phrase.end)
        return None

    def _meant(self, phrase: Phrase) -> Found | None:
        """Who a pronoun stands for: as a subject who is speaking, else the one last named."""
        verb = phrase.verb
        if phrase.place != "subject" and self.lows[phrase.start] in ("him", "her"):
            for earlier in reversed(self.parse.phrases):
                if earlier.end <= phrase.start and self.parse.tags[earlier.start] != "Q":
                    person = self.single(earlier)
                    if person is not None and person.kind in ("person", "office"):
                        return person
        if phrase.place != "subject":
            for m in reversed(self.mentions):
                if m.end <= phrase.start and m.entry.kind in NAMED:
                    found = Found(m.entry.name, m.entry.kind, m.entry.country, m.start, m.end)
                    subject = verb.subject if verb is not None else None
                    if subject is None or not subject.start <= m.start < subject.end:
                        return found
            return self.cast.other or self.cast.speaker
        steps = 0
        while verb is not None and steps < 4:
            steps += 1
            verb = verb.parent
            if (
                verb is not None
                and verb.subject is not None
                and self.parse.tags[verb.subject.start] != "Q"
            ):
                return self.party(verb.subject, joined=False)
        earlier = [v for v in self.parse.verbs if v.relation == "main" and v.head < phrase.start]
        if (
            earlier
            and earlier[0].subject is not None
            and self.parse.tags[earlier[0].subject.start] != "Q"
        ):
            return self.party(earlier[0].subject, joined=False) or self.cast.speaker
        return self.cast.speaker

    def _core(self, start: int, end: int) -> tuple[int, int]:
        tags = self.parse.tags
        while end - 1 > start and tags[end - 1] == "'":
            end -= 1
        while start < end - 1 and (tags[start] == "D" and not self._is_role(start)):
            start += 1
        return start, end

    def _is_role(self, at: int) -> bool:
        return any(m.start == at for m in self.mentions)

    def _of(self, begin: int, end: int, phrase: Phrase) -> Found | None:
        """The party in tokens ``begin`` to ``end``."""
        tags = self.parse.tags
        cut = begin
        for at in range(begin, end - 1):
            if tags[at] == "'":
                cut = at + 1
        inside = [m for m in self.mentions if begin <= m.start < end]
        owner = self._owner([m for m in inside if m.end <= cut], begin, cut)
        head = [m for m in inside if m.start >= cut]
        run = self._run(cut, end, head)
        if run is not None:
            found = self._named(run, head, owner)
            if found is not None:
                return found
        if not head:
            if cut > begin and owner:
                return Found(owner, "state", owner, begin, cut - 1)
            return self._possessor(begin, cut)
        last = head[-1]
        if last.end < end and last.entry.kind in ("adjective", "place", "capital"):
            # "Iranian nuclear programme": what is acted on belongs to them
            return Found(last.entry.country or last.entry.name, "state", last.entry.country,
                         last.start, last.end)  # fmt: skip
        if last.entry.kind in ("facility", "generic") and cut > begin and not owner:
            return self._possessor(begin, cut) or self._headed(
                last, head, owner, begin, end, phrase
            )
        return self._headed(last, head, owner, begin, end, phrase)

    def _possessor(self, begin: int, cut: int) -> Found | None:
        """The person in "Chalabi's house"."""
        run = self._run(begin, cut - 1, []) if cut > begin else None
        return self._named(run, [], "") if run is not None else None

    def _owner(self, inside: list[Mention], begin: int, cut: int) -> str:
        for m in reversed(inside):
            if m.entry.country:
                return m.entry.country
        return ""

    def _run(self, begin: int, end: int, head: list[Mention]) -> tuple[int, int] | None:
        """The last run of capitals that no rule knows."""
        covered = self.covered
        at = end
        while at > begin:
            stop = at
            while (
                at > begin and at - 1 not in covered and self._capital(at - 1)
                and not is_number(self.lows[at - 1]) and not self._qualifies(at - 1)
            ):  # fmt: skip
                at -= 1
            if stop > at:
                if at == 0 and stop == 1 and not self._known_person(0):
                    return None
                return at, stop
            at -= 1
        return None

    def _qualifies(self, at: int) -> bool:
        """ "Kurdish-held", "Iranian-backed", "German-Iranian"."""
        if self.lows[at].startswith(("anti-", "pro-", "non-")) or self.lows[at] == "war":
            return True
        head, dash, tail = self.words[at].partition("-")
        return bool(dash) and (head in self.lexicon.names and (
            tail.islower() or tail in self.lexicon.names))  # fmt: skip

    def _known_person(self, at: int) -> bool:
        word = self.words[at]
        low = self.lows[at]
        return word in self.cast.people or (
            low not in self.lexicon.classes and not low.endswith(("s", "ing")) and len(word) > 3
        )

    def _named(self, run: tuple[int, int], head: list[Mention], owner: str) -> Found | None:
        start, end = run
        while start < end - 1 and self.lows[start] in TITLES:
            start += 1
        if self.lows[start] in TITLES or self.lows[start] in _MONTHLIKE:
            return None
        name = " ".join(self.words[start:end])
        organised = self.lows[end - 1] in ORGANISED
        country = owner or next((m.entry.country for m in head if m.entry.country), "")
        behind = next((m for m in head if m.start == end), None)
        before = [m for m in head if m.end <= start]
        if behind is not None and not organised:
            if behind.entry.kind in NAMED or behind.entry.kind == "place":
                return None
            if behind.entry.kind in _BEHIND_NAMES:
                return Found(name, "organisation", country or self.setting, start, end)
        if (
            before
            and before[-1].end == start
            and end - start == 1
            and before[-1].entry.kind in NAMED
        ):
            return None
        if end - start == 1:
            name = self.cast.people.get(self.words[start], name)
        kind = "organisation" if organised else "person"
        if (
            organised
            and before
            and before[-1].end == start
            and before[-1].entry.kind == "adjective"
        ):
            start = before[-1].start
            name = " ".join(self.words[start:end])
        return Found(name, kind, country, start, end)

    def _headed(
        self, last: Mention, head: list[Mention], owner: str, begin: int, end: int, phrase: Phrase
    ) -> Found | None:
        entry = last.entry
        kind = entry.kind
        if kind in NAMED:
            return Found(entry.name, kind, entry.country, last.start, last.end)
        if kind in ("adjective", "capital"):
            return Found(entry.country, "state", entry.country, last.start, last.end)
        if kind == "people":
            return Found(entry.name, "people", entry.country, last.start, last.end)
        if kind == "place":
            return Found(entry.country or entry.name, "place", entry.country, last.start, last.end)
        return self._role(last, head, owner, begin, phrase)

    def _role(
        self, last: Mention, head: list[Mention], owner: str, begin: int, phrase: Phrase
    ) -> Found | None:
        entry = last.entry
        before = [m for m in head if m.end <= last.start]
        start = before[0].start if before else last.start
        if begin < start and self.parse.tags[begin] != "D":
            start = begin
        while start < last.start and is_number(self.lows[start]):
            start += 1
        own = next((m.entry for m in reversed(before) if m.entry.kind in NAMED), None)
        country = next(
            (m.entry.country for m in reversed(before) if m.entry.country and m is not last), owner
        )
        whose = country or self._whose(phrase)
        kind = entry.kind
        if own is not None and kind not in ("unknown", "office") and own.kind != "state":
            return Found(own.name, own.kind, own.country, before[-1].start, before[-1].end)
        group = next((m.entry for m in reversed(before) if m.entry.kind in _LEADING), None)
        if kind == "facility" and group is not None:
            entry, kind = group, group.kind
        if (
            kind == "cabinet"
            or (kind == "facility" and whose and (country or entry.key == "embassy"))
        ) and (whose or self.setting):
            return Found(whose or self.setting, "state", whose or self.setting, start, last.end)
        if kind == "unknown" and own is not None and own.kind in ("armed", "force"):
            return Found(own.name, own.kind, own.country, before[-1].start, before[-1].end)
        if kind == "unknown":
            return Found("", "unknown", country, start, last.end)
        nation = whose or self.setting
        if kind == "generic" or kind == "people":
            name = f"{'Civilians' if kind == 'generic' else entry.name} ({nation})"
            return Found(name, kind, country, start, last.end)
        if kind == "facility":
            if entry.key in _OFFICIAL_PLACES and nation:
                return Found(nation, "state", nation, start, last.end)
            if entry.key in _CRAFT:
                name = " ".join(self.words[start : last.end])
                return Found(
                    country or name[0].upper() + name[1:], "craft", country, start, last.end
                )
            return Found("", "facility", country, start, last.end)
        if kind == "office":
            words = " ".join(self.words[last.start : last.end])
            name = f"{words[0].upper()}{words[1:]} of {nation}" if nation else words.capitalize()
            return Found(name, "office", nation, start, last.end)
        if kind == "official" and entry.key in _ENVOYS and whose:
            return Found(whose, "state", whose, start, last.end)
        if kind == "troops":
            adjective = _ADJECTIVES.get(nation, nation)
            return Found(f"{adjective} Armed Forces".strip(), kind, nation, start, last.end)
        name = f"{entry.name} ({nation})" if nation else entry.name
        return Found(name, kind, nation, start, last.end)

    def _whose(self, phrase: Phrase) -> str:
        """The country behind "of", "in" or "from"."""
        for word, inner in phrase.after:
            if word in ("of", "in", "from", "to"):
                for m in self.mentions:
                    if m.start >= inner.start and m.end <= inner.end and m.entry.country:
                        return m.entry.country
        return ""

    def adjective_before(self, start: int, at: int) -> Found | None:
        """The nationality or name that qualifies an act: "Israeli airstrike", "Iran's threat"."""
        best: Found | None = None
        for m in self.mentions:
            if m.start >= start and m.end <= at:
                kind = m.entry.kind
                if kind in ("adjective", "capital", "people"):
                    country = m.entry.country
                    best = Found(country, "state", country, m.start, m.end)
                elif kind in NAMED:
                    best = Found(m.entry.name, kind, m.entry.country, m.start, m.end)
                elif kind in ("fighters", "group", "troops", "people group"):
                    nation = self.setting
                    best = Found(f"{m.entry.name} ({nation})" if nation else m.entry.name, kind,
                                 nation, m.start, m.end)  # fmt: skip
        if best is None:
            cut = next((t for t in range(start, at) if self.parse.tags[t] == "'"), 0)
            best = self._possessor(start, cut + 1) if cut else None
        return best

    def nationality_in(self, start: int, end: int) -> Found | None:
        """A country named inside the words of an act: "burn American flags"."""
        for m in self.mentions:
            if (
                start <= m.start
                and m.end <= end
                and m.entry.country
                and m.entry.kind in ("adjective", "state", "people")
            ):
                return Found(m.entry.country, "state", m.entry.country, m.start, m.end)
        return None


_OFFICIAL_PLACES = word_set(
    "offices prison base airport airbase checkpoint checkpoints pipeline outpost headquarters "
    "airport university convoy port"
) | {"election offices", "air base", "power plant", "oil pipeline", "gas pipeline",
     "nuclear facility", "power station", "police station", "refugee camp"}  # fmt: skip
_CRAFT = word_set("ship ships vessel tanker plane airliner boat") | {
    "oil tanker", "cargo ship"}  # fmt: skip
_BEHIND_NAMES = word_set("group fighters troops office generic official facility organ cabinet")
_LEADING = frozenset(["group", "fighters", "troops", "people group"])
_ENVOYS = word_set("ambassador ambassadors envoy envoys diplomat diplomats consul")
_SETTING = {
    "place": 1,
    "state": 3,
    "capital": 3,
    "adjective": 5,
    "people": 6,
    "force": 7,
    "armed": 8,
}
_MONTHLIKE = word_set(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday i"
)


def counted(parse: Parse, phrase: Phrase):
    """The quantity at the head of a phrase, if it has one."""
    return quantity(parse.sentence.lows, phrase.start, phrase.end)


def _adjectives() -> dict[str, str]:
    from tightrope.evidence.rulebook import table_rules

    return {r["name"]: r["adjectives"].split(";")[0] for r in table_rules("countries")}


_ADJECTIVES = _adjectives()
