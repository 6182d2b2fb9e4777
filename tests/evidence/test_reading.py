"""What is read from made-up lines: sides, dates, numbers, modality, who says so."""

from __future__ import annotations

from datetime import date

from tightrope.evidence.document import Document, Span
from tightrope.evidence.mapping import Mapping, levelled
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.statement import Statement
from tightrope.theatre import read_theatre

DAY = date(2021, 7, 14)
ALL = Reader(least=0.0, least_article=0.0)
IRAQ = Reader(least=0.0, mapping=Mapping.of(read_theatre("iraq")))


def stated(text: str, trigger: str, reader: Reader = ALL) -> Statement:
    at = text.index(trigger)
    found = read_statements(Document("made up", text, (), "1", DAY), reader)
    return next(s for s in found if s.trigger_start <= at < s.trigger_end)


def names(statement: Statement) -> tuple[str | None, str | None]:
    source, target = statement.source, statement.target
    return source and source.name, target and target.name


def test_active_and_passive_say_the_same():
    active = stated("Rebels attack Danish soldiers in Lagos.", "attack")
    passive = stated("Danish soldiers are attacked by rebels in Lagos.", "attacked")
    assert names(active) == names(passive) == ("Rebels (Nigeria)", "Danish Armed Forces")
    assert active.place == passive.place == "Lagos"


def test_a_claim_of_responsibility_names_the_source_of_the_attack_before():
    text = (
        "A car bomb kills nine people in Lagos. The Taliban claims responsibility for the attack."
    )
    found = read_statements(Document("made up", text, (), "1", DAY), Reader())
    assert [names(s) for s in found] == [("Taliban", None)]
    assert found[0].killed == (9, 9)


def test_a_name_with_titles_is_the_person():
    statement = stated(
        "The Danish foreign minister Ane Holt meets Peru's president Juan Sol.", "meets"
    )
    assert names(statement) == ("Ane Holt", "Juan Sol")


def test_a_pronoun_is_who_spoke_before():
    assert names(stated("Norway says it will recall its ambassador to Peru.", "recall")) == (
        "Norway", "Peru",
    )  # fmt: skip


def test_what_is_told_in_the_past_beside_the_news_is_background():
    text = "Norway expels three envoys from Peru, which had arrested two Norwegians."
    assert stated(text, "expels").date == "2021-07-14"
    assert stated(text, "arrested").date == "../2021-07-14"


def test_days_of_the_week_belong_to_their_own_clause():
    assert stated("Peru bombed a camp in Chile on Monday.", "bombed").date == "2021-07-12"
    assert stated("Peru condemns Monday's strike by Chile.", "condemns").date == "2021-07-14"


def test_modality():
    assert stated("Peru will withdraw its troops from Mali.", "withdraw").modality == "planned"
    assert stated("Peru vows to attack Chile.", "vows").modality == "threatened"
    assert stated("Peru urges Chile to leave.", "urges").modality == "demanded"
    assert stated("Peru reportedly arrested six men.", "arrested").modality == "alleged"
    assert stated("Peru arrested six men.", "arrested").modality == "happened"


def test_who_vouches():
    text = "Chile shelled a village, according to the Danish government."
    assert stated(text, "shelled").attributed_to == "Denmark"
    assert stated("Police say Chile shelled a village.", "shelled").attributed_to == "Police"
    assert stated("Chile shelled a village.", "shelled").attributed_to is None


def test_refusals_and_lifted_measures():
    assert stated("Peru will not negotiate with Chile.", "negotiate").plover == "REJECT"
    assert stated("Peru lifts sanctions against Chile.", "sanctions").plover == "CONCEDE"


def test_accidents_and_sport_are_not_acts():
    for text in (
        "Nine people are killed when a bus crashes in Peru.",
        "Chile defeats Peru in the final of the football championship.",
    ):
        assert read_statements(Document("made up", text, (), "1", DAY), Reader()) == []


def test_the_theatre_names_actors_offices_by_date_and_events():
    text = "The Iraqi prime minister condemns a United States air strike on Kata’ib Hezbollah."
    statement = stated(text, "condemns", IRAQ)
    assert statement.source is not None and statement.source.id == "kadhimi"
    assert statement.target is not None and statement.target.id == "us"
    assert statement.event == "pm_condemns_us"
    soldiers = stated("Iraqi soldiers arrest a Dane.", "arrest", IRAQ).source
    assert soldiers is not None and soldiers.id == "iraq_army"
    stranger = stated("Peru attacks Chile.", "attacks", IRAQ)
    assert stranger.source is not None
    assert (stranger.source.id, stranger.source.name, stranger.event) == (None, "Peru", None)


def test_transliterations_are_levelled():
    assert levelled("al-Suleimani") == levelled("Soleimani") != levelled("Sistani")


def test_noise_is_not_read():
    text = "Peru attacks Chile. READ ALSO Chile attacks Peru."
    cut = text.index("READ")
    spans = (Span(0, cut, "prose"), Span(cut, len(text), "advert"))
    found = read_statements(Document("made up", text, spans, "1", DAY), ALL)
    assert [s.trigger_start for s in found] == [text.index("attacks")]


def test_confidence_is_a_probability_and_low_ones_are_left_out():
    text = "The report of the committee names several members of the club."
    document = Document("made up", text, (), "1", DAY)
    assert all(0 < s.confidence < 1 for s in read_statements(document, ALL))
    assert read_statements(document, Reader(least=0.99)) == []


def test_as_json_has_the_documented_keys():
    shown = stated("Rebels kill two Danish soldiers in Lagos.", "kill").as_json()
    assert shown["killed"] == {"low": 2, "high": 2}
    assert shown["target"] == {"id": None, "name": "Danish Armed Forces", "text": "Danish soldiers"}
    assert list(shown)[:6] == ["document", "id", "start", "end", "quote", "trigger_start"]
