"""The shallow grammar: phrases of a sentence, its verbs, and what stands around each of them.

1. Runs of nominal tokens are phrases; auxiliaries, adverbs and a verb are one verb group.
2. One pass from left to right hands each phrase to a verb as subject, object or behind a
   preposition, opens a clause at subordinators and relative pronouns, and closes it again.
3. Participles without auxiliary are past tense where an object follows and the clause has no verb
   yet, passive otherwise ("bases run by ...").

It is wrong where English is: long insertions, attachment of prepositions. It never looks twice, so
time grows with the length of the sentence only.
"""

from __future__ import annotations

from tightrope.evidence.grammar import PLACING, Parse, Phrase, Verb
from tightrope.evidence.lexicon import TIME, Lexicon
from tightrope.evidence.rulebook import listed
from tightrope.evidence.tokens import Sentence, word_set

_LIKE_ASK = listed("like ask")
_ACCUSERS = listed("accusers")


def parse(sentence: Sentence, tags: str, lexicon: Lexicon) -> Parse:
    """Find the phrases and verbs of a tagged sentence."""
    return _Pass(sentence, tags, lexicon).run()


class _Pass:
    def __init__(self, sentence: Sentence, tags: str, lexicon: Lexicon):
        self.sentence = sentence
        self.lows = sentence.lows
        self.tags = tags
        self.lexicon = lexicon
        self.phrases: list[Phrase] = []
        self.verbs: list[Verb] = []
        self.subject: Phrase | None = None
        self.verb: Verb | None = None
        self.main: Verb | None = None
        self.preposition = ""
        self.relation = "main"
        self.word = ""
        self.stack: list[tuple[Phrase | None, Verb | None, str, str]] = []
        self.comma = False
        self.joining = False
        self.last: Phrase | None = None
        self.chain: Phrase | None = None

    def run(self) -> Parse:
        tags, count = self.tags, len(self.tags)
        at = 0
        while at < count:
            letter = tags[at]
            if letter in "DN":
                at = self.phrase(at)
            elif letter in "AMVEGB" or (letter == "R" and self._verb_follows(at)):
                at = self.group(at)
            elif letter == "T":
                at = self.infinitive(at)
            else:
                at = self.mark(at, letter)
        phrase_at: list[Phrase | None] = [None] * count
        for phrase in self.phrases:
            for token in range(phrase.start, phrase.end):
                phrase_at[token] = phrase
        verb_at = {token: v for v in self.verbs for token in range(v.start, v.head + 1)}
        return Parse(self.sentence, tags, self.phrases, self.verbs, phrase_at, verb_at)

    def _verb_follows(self, at: int) -> bool:
        tags = self.tags
        while at < len(tags) and tags[at] == "R":
            at += 1
        return at < len(tags) and tags[at] in "AMVEG"

    # ---------------------------------------------------------------- marks and small words

    def mark(self, at: int, letter: str) -> int:
        low = self.lows[at]
        if letter == ",":
            self.comma = True
            self.preposition = ""
        elif letter == ".":
            self.boundary("main", "")
            self.stack.clear()
            self.main = None
        elif letter == "P":
            self.preposition = low
        elif letter == "C":
            self.joining = True
        elif letter == "W":
            self.stack.append((self.subject, self.verb, self.relation, self.word))
            host = self.chain if low in ("who", "whom") and self.chain else self.last
            self.subject, self.verb, self.relation, self.word = host, None, "rel", low
            self.about = host if low in ("that", "which", "whom", "who") else None
            self.preposition = ""
            self.comma = self.joining = False
        elif letter == "S":
            parent = self.verb or self.main
            self.boundary("that" if low == "that" else "sub", low)
            self.parent_hint = parent
        elif letter == "Q":
            self.pronoun(at)
        return at + 1

    parent_hint: Verb | None = None
    about: Phrase | None = None

    def boundary(self, relation: str, word: str) -> None:
        self.subject = self.verb = None
        self.relation, self.word = relation, word
        self.preposition = ""
        self.comma = self.joining = False
        self.last = self.chain = None

    def pronoun(self, at: int) -> None:
        phrase = Phrase(at, at + 1)
        self.phrases.append(phrase)
        self.place(phrase, at + 1)

    # ---------------------------------------------------------------- phrases

    def phrase(self, at: int) -> int:
        tags, count = self.tags, len(self.tags)
        end = at
        nominal = False
        while end < count and tags[end] in "DN'":
            new = tags[end] == "D" and nominal and tags[end - 1] != "'"
            if new and self.lows[end] != "more":  # but "five more rebels"
                break
            nominal = nominal or tags[end] == "N"
            end += 1
        phrase = Phrase(at, end)
        self.phrases.append(phrase)
        self.place(phrase, end)
        return end

    def place(self, phrase: Phrase, end: int) -> None:
        """Decide what a new phrase is to the words before it."""
        if self.preposition:
            self.behind_preposition(phrase)
        elif (self.last is not None and self.joining and not self._starts_clause(end)) or (
            self.last is not None and self.comma and self._enumerates(phrase, end)
        ):
            self.join(phrase)
        elif self.verb is None:
            if self.subject is None or (
                self.relation == "rel" and self.word not in ("who", "which")
            ):
                self._take_subject(phrase)
            elif self._explains_place(self.subject):
                self._take_subject(phrase)  # "In Mosul, Iraq, gunmen kill ..."
            elif self.comma and self._is_no_clause() and self._finite_ahead(end):
                self.subject.governor, self.subject.place = self.word, ""
                self.relation, self.word = "main", ""
                self._take_subject(phrase)  # "After the death of X, police arrest ..."
            elif self.comma and self.subject.apposed is None and self.last is not None:
                self.subject.apposed = phrase
            elif not self.comma and self.last is self.subject and self.relation == "main":
                self._take_subject(phrase)
        elif self._finite_ahead(end) and (self.joining or self.comma or self._says(self.verb)):
            parent = self.verb
            says = self._says(self.verb) and not self.joining
            self.boundary("that" if says else "and", "")
            self.parent_hint = parent
            self._take_subject(phrase)
        elif self._time_follows(phrase.start) and phrase.end - phrase.start <= 2:
            phrase.place = "time"
            return
        elif self.verb.object is None and not self.comma:
            if self.lows[self.verb.head] in ("did", "does", "do") and self._finite_ahead(end):
                self.verb = None  # "only then did X withdraw"
                self._take_subject(phrase)
                self._settle(phrase)
                return
            self.verb.object = phrase
            phrase.verb, phrase.place = self.verb, "object"
        elif self.verb.second is None and not self.comma:
            if self._finite_ahead(end):
                parent = self.verb
                self.boundary("that", "")
                self.parent_hint = parent
                self._take_subject(phrase)
            else:
                self.verb.second = phrase
                phrase.verb, phrase.place = self.verb, "second"
        elif self.comma and self.last is not None and self.last.apposed is None:
            self._appose(self.last, phrase)
        self._settle(phrase)

    def _is_no_clause(self) -> bool:
        """Whether "after" and the like have turned out to be prepositions."""
        return self.relation == "sub" and self.word in _ALSO_PREPOSITIONS

    def _explains_place(self, subject: Phrase) -> bool:
        """Whether what looked like the subject only explains the place before it."""
        at = self.phrases.index(subject)
        before = self.phrases[at - 1] if at else None
        placed = before is not None and before.governor in PLACING
        return self.comma and placed and before is not None and subject.start - before.end == 1

    def _appose(self, host: Phrase | None, phrase: Phrase) -> None:
        """An apposition may belong to any phrase of the chain before it, but "in Lima, Peru"."""
        one = phrase.end == phrase.start + 1
        while host is not None:
            if host.apposed is None:
                host.apposed = phrase
            host = None if one and host.governor in PLACING else host.host

    def _settle(self, phrase: Phrase) -> None:
        if not phrase.governor:
            self.chain = phrase
        self.last = phrase
        self.comma = self.joining = False
        self.preposition = ""

    def _take_subject(self, phrase: Phrase) -> None:
        self.subject = phrase
        phrase.place = "subject"

    def behind_preposition(self, phrase: Phrase) -> None:
        phrase.governor = self.preposition
        near = self.last is not None and not self.comma
        if near and self.last is not None:
            self.last.after.append((self.preposition, phrase))
            phrase.host = self.last
            if self.chain is not None and self.chain is not self.last:
                self.chain.later.append((self.preposition, phrase))
        if self.verb is not None:
            self.verb.after.append((self.preposition, phrase))
            phrase.verb = self.verb
            phrase.place = "prep"

    def join(self, phrase: Phrase) -> None:
        first = self.last
        assert first is not None
        while first.place == "joined" and first.host is not None:
            first = first.host
        first.joined.append(phrase)
        phrase.host, phrase.place = first, "joined"
        phrase.governor = first.governor
        phrase.verb = first.verb

    def _starts_clause(self, at: int) -> bool:
        """After "and X": whether X has a verb of its own, and the clause before has one too."""
        if self.verb is None or (self.main is None and self.verb.relation in ("part", "ger")):
            return False
        return self._finite_ahead(at)

    def _enumerates(self, phrase: Phrase, end: int) -> bool:
        """ "A, B and C": a comma, a phrase, and then another comma or "and"."""
        if self.last is not None and self.last.place == "joined" and self.joining:
            return True
        tags = self.tags
        if end >= len(tags) or self._finite_ahead(end):
            return False
        if tags[end] == "C":
            return end + 1 < len(tags) and tags[end + 1] in "DN"
        return False

    def _finite_ahead(self, at: int) -> bool:
        """Whether a finite verb follows, over prepositional phrases and adverbs."""
        tags = self.tags
        count = len(tags)
        while at < count and (
            tags[at] in "RPDN'" or (tags[at] == "C" and at + 1 < count and tags[at + 1] in "DN")
        ):
            at += 1
        if at >= count:
            return False
        if tags[at] in "AMV":
            return True
        if tags[at] != "E":
            return False
        if self.lows[at - 1] in _NOMINATIVE:
            return True
        if self.joining and self.verb is not None and self.verb.passive:
            return True
        return at + 1 < count and tags[at + 1] in "DNQ"

    def _says(self, verb: Verb) -> bool:
        return self.lexicon.lemmas.get(self.lows[verb.head], "") in self.lexicon.saying

    # ---------------------------------------------------------------- verbs

    def group(self, at: int) -> int:
        tags, lows, count = self.tags, self.lows, len(self.tags)
        end = at
        auxiliaries: list[str] = []
        modal, negated = "", False
        while end < count and tags[end] in "AMR":
            if tags[end] == "A":
                auxiliaries.append(lows[end])
            elif tags[end] == "M":
                modal = modal or lows[end]
            negated = negated or (
                lows[end] in ("not", "never", "cannot") or lows[end].endswith(("n't", "n’t"))
            )
            end += 1
        if end >= count or tags[end] not in "VEGB":
            if not auxiliaries and not modal:
                return end
            head = end - 1
            while head > at and tags[head] == "R":
                head -= 1
            return self.finish(Verb(at, head, "V", modal=modal, negated=negated), end)
        letter = tags[end]
        be = any(a in _BE for a in auxiliaries)
        verb = Verb(
            at, end, letter, letter == "E" and be, modal, negated,
            perfect=any(a in ("has", "have", "had", "having") for a in auxiliaries),
        )  # fmt: skip
        if auxiliaries or modal:
            verb.form = "V"
        return self.finish(verb, end + 1)

    def infinitive(self, at: int) -> int:
        end = at + 1
        while end < len(self.tags) and self.tags[end] == "R":
            end += 1
        if end >= len(self.tags):
            return end
        verb = Verb(at, end, "B")
        if (
            self.lows[end] in ("be", "have")
            and end + 1 < len(self.tags)
            and self.tags[end + 1] == "E"
        ):
            verb.head, verb.passive = end + 1, True
        verb.relation, verb.parent = "inf", self.verb
        parent = self.verb
        verb.subject = self.subject
        if parent is not None:
            lemma = self.lexicon.lemmas.get(self.lows[parent.head], "")
            if lemma in _LIKE_ASK and self._asked(parent) is not None:
                verb.subject = self._asked(parent)
            else:
                verb.subject = parent.subject
        self.open(verb, verb.head + 1)
        return verb.head + 1

    def _asked(self, parent: Verb) -> Phrase | None:
        if parent.object is not None:
            return parent.object
        return next((p for prep, p in parent.after if prep in ("on", "to", "upon", "for")), None)

    def finish(self, verb: Verb, end: int) -> int:
        """Place a verb group in its clause."""
        if verb.form == "E":
            self._participle_or_past(verb, end)
        if verb.form in ("V", "P"):
            self.finite(verb)
        elif verb.form == "G":
            self.gerund(verb)
        elif verb.form == "E":
            self.participle(verb)
        self.open(verb, end)
        return end

    def _participle_or_past(self, verb: Verb, end: int) -> None:
        """ "Rebels seized the town" is past; "bases run by rebels" is not."""
        tags = self.tags
        follows = tags[end] if end < len(tags) else "."
        if self.subject is None:
            return
        if self.verb is not None and not self.joining:
            if self.stack and self.comma and follows in "DNQ":
                self._pop()
            elif self.comma and follows in "DN" and self._tells_past():
                self.joining = True  # "stormed the gate, burned flags and looted posts"
            else:
                return
        if self.joining and self.verb is not None:
            if self.verb.form == "V" and not self.verb.passive:
                verb.form = "V"
            elif self.verb.passive:
                verb.form, verb.passive = "V", True
            return
        object_follows = follows in "DNQ" and not self._time_follows(end)
        ahead = not object_follows and self._finite_ahead(end)
        if object_follows or follows == "G" or self.lows[verb.head] in _INTRANSITIVE:
            verb.form = "V"
        elif not ahead and self.relation in ("main", "sub", "that", "and") and not self.preposition:
            verb.form, verb.passive = "V", self.lows[verb.head] not in _PAST_ACTIVE
        elif self.relation == "rel":
            verb.form = "V"

    def _time_follows(self, at: int) -> bool:
        """ "Abducted last month": no object."""
        classes = self.lexicon.classes
        near = [classes.get(low, 0) & TIME for low in self.lows[at : at + 2]]
        return bool(near[0] or (near[-1] and self.lows[at] in _WHEN))

    def _tells_past(self) -> bool:
        verb = self.verb
        return (
            verb is not None and verb.form == "V" and not verb.passive
            and self.tags[verb.head] == "E" and verb.start == verb.head
        )  # fmt: skip

    def finite(self, verb: Verb) -> None:
        if self.verb is not None and self.verb.relation not in ("inf", "ger", "part", "prep"):
            if not self.joining and self.stack:
                self._pop()
        elif (self.verb is not None and not self.joining and self.stack and self.comma) or (
            self.verb is None and self.stack and self.comma and self.subject is None
        ):
            self._pop()
        if self.joining and self.verb is not None:
            host = self.verb
            while host.relation in ("inf", "ger", "part", "prep") and host.parent is not None:
                host = host.parent
            verb.subject = host.subject or self.subject
            verb.relation = "and"
            verb.parent = host
            verb.word = host.word
            if verb.form == "V" and not verb.modal and not verb.passive and host.modal:
                verb.modal = host.modal
        else:
            verb.subject = self.subject
            verb.relation, verb.word = self.relation, self.word
            if verb.relation == "rel" and verb.subject is not self.about:
                verb.gap = self.about
            verb.parent = self.parent_hint if self.relation in ("that", "sub", "and") else None
        if verb.relation == "main" or self.main is None:
            self.main = verb

    def _pop(self) -> None:
        self.subject, self.verb, self.relation, self.word = self.stack.pop()

    def gerund(self, verb: Verb) -> None:
        if self.preposition or (self.word and self.verb is None and self.relation == "sub"):
            verb.relation, verb.word = "prep", self.preposition or self.word
            verb.parent = self.verb or self.main
            parent = verb.parent
            if parent is not None:
                lemma = self.lexicon.lemmas.get(self.lows[parent.head], "")
                accused = lemma in _ACCUSERS and verb.word in ("of", "for", "with", "over")
                if accused and not parent.passive and parent.object is not None:
                    verb.subject = parent.object
                else:
                    verb.subject = parent.subject
            else:
                verb.subject = None
        elif self.last is not None and not self.comma and not self.joining:
            verb.relation, verb.parent = "part", self.verb
            host = self.last
            lemma = self.lexicon.lemmas.get(self.lows[verb.head], "")
            asked = host.governor and host.governor not in PLACING and lemma in _LIKE_ASK
            if asked and self.verb is not None:
                verb.relation, verb.subject, verb.object = "ger", self.verb.subject, host
                return
            if host.governor in ("in", "at", "near", "across", "on") and self.chain is not None:
                host = self.chain
            verb.subject = host
        else:
            verb.relation, verb.parent = "ger", self.verb or self.main
            host = self.verb or self.main
            verb.subject = host.subject if host is not None else self.subject

    def participle(self, verb: Verb) -> None:
        verb.passive = True
        verb.relation, verb.parent = "part", self.verb or self.main
        if self.last is not None and (not self.comma or self.verb is not None):
            verb.subject = self.chain if self.comma else self.last
        else:
            verb.subject = self.subject

    def open(self, verb: Verb, end: int) -> None:
        """From here on, phrases belong to this verb."""
        verb.tail = end
        self.verbs.append(verb)
        if verb.subject is not None and (
            verb.subject.verb is None or verb.subject.verb.relation == "part"
        ):
            verb.subject.verb = verb
            verb.subject.place = verb.subject.place or "subject"
        self.verb = verb
        self.preposition = ""
        self.comma = self.joining = False
        self.last = None


_NOMINATIVE = word_set("he she they we it")
_BE = word_set("is are was were be been being am gets get got")
_ALSO_PREPOSITIONS = listed("also prepositions")
_WHEN = listed("when")
_INTRANSITIVE = listed("no object")
_PAST_ACTIVE = _INTRANSITIVE | listed("active")
