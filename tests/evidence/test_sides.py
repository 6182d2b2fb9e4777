"""Who does it to whom, in made-up sentences: one construction each, and one that looks like it."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.reader import Reader, read_statements

DAY = date(2021, 7, 14)
ALL = Reader(least=0.0, least_article=0.0)

CASES = [
    # passive, and a second verb that has the agent
    ("A Peruvian envoy is attacked and injured by Chilean police.", "attacked",
     "Police (Chile)", "Peru"),
    ("Two Danish soldiers were killed in an attack on their base in Mali by armed rebels.",
     "attack", "Rebels (Mali)", "Danish Armed Forces"),
    ("The mayor is killed in a strike carried out by Peru.", "strike", "Peru", "Mayor of Peru"),
    # phrases that hang on nouns
    ("The trial of two Peruvian generals accused of crimes against humanity begins.", "trial",
     None, "Generals of Peru"),
    ("Nine people are killed in a shootout between soldiers and former rebels in Mali.",
     "shootout", "Malian Armed Forces", "Rebels (Mali)"),
    ("A Chilean proposal receives support from Norway.", "support", "Norway", "Chile"),
    # whose a thing is
    ("Protesters storm the headquarters of the Zuba Party in Lima.", "storm",
     "Protesters (Peru)", "Zuba Party"),
    ("Peru attacks sites belonging to the Taliban.", "attacks", "Peru", "Taliban"),
    ("Gunmen open fire on a bus carrying Peruvian workers.", "open fire", None, "Workers (Peru)"),
    ("Norway launches air strikes on targets in Mali.", "air strikes", "Norway", "Mali"),
    ("A bomb explodes at a hotel in Mali.", "explodes", None, None),
    ("Two people die in an attack in Mali.", "attack", None, None),
    # names
    ("Chile accuses the Kurdistan Workers' Party of spying.", "accuses", "Chile", "PKK"),
    ("Peru arrests the suspect, Juan Sol, in Lima.", "arrests", "Peru", "Juan Sol"),
    ("Several nations, including Peru and Chile, condemn Norway.", "condemn",
     "Peru; Chile", "Norway"),
    ("In Lima, Peru, rebels kill two Danish soldiers.", "kill",
     "Rebels (Peru)", "Danish Armed Forces"),
    ("Masked militants attack a Danish army base.", "attack",
     "Militants (Denmark)", "Danish Armed Forces"),
    ("Libyan gunmen kill a Danish envoy.", "kill", "Gunmen (Libya)", "Denmark"),
    ("Gunmen kill a Danish envoy.", "kill", None, "Denmark"),
    # who held what is taken, and who did what is spoken of
    ("Norway's army recaptures the town of Kisal after heavy fighting with the Taliban.",
     "recaptures", "Norwegian Armed Forces", "Taliban"),
    ("Rebels capture the town of Kisal, north of Oslo, from the Taliban.", "capture",
     "Rebels (Norway)", "Taliban"),
    ("Norway condemns the excessive use of force by Peruvian police.", "condemns",
     "Norway", "Police (Peru)"),
    ("Crowds protest the wall built by Chile in Lima.", "protest", "Protesters (Peru)", "Chile"),
    ("Norway lifts sanctions imposed on Chile.", "lifts", "Norway", "Chile"),
    ("Students march in Lima to protest against the candidacy of Ana Luz.", "march",
     "Students (Peru)", "Ana Luz"),
    ("Peru issues an arrest warrant for Juan Sol.", "issues an arrest warrant",
     "Peru", "Juan Sol"),
    # own forces, own words, own money
    ("Peru deploys troops to the border.", "deploys", "Peru", None),
    ("Peru closes its bases in Mali.", "closes", "Peru", "Mali"),
    ("Norway announces a ceasefire in Mali.", "announces", "Norway", None),
    ("Peru deploys six ships off Mali.", "deploys", "Peru", None),
    ("Peru hosts the Zuba Movement summit.", "hosts", "Peru", None),
    ("Peru releases US$500 million of frozen Chilean assets.", "releases", "Peru", "Chile"),
    # of whom it is asked, and of whom not
    ("Norway calls for Juan Sol to be tried.", "calls for", "Norway", None),
    ("Norway calls on Juan Sol to resign.", "calls on", "Norway", "Juan Sol"),
    ("Norway calls for Juan Sol to resign.", "calls for", "Norway", "Juan Sol"),
    ("Peru calls for the resignation of the Chilean president.", "calls for", "Peru",
     "President of Chile"),
    ("Norway says the Taliban has committed crimes in Mali.", "says", "Norway", "Taliban"),
    ("The trial of the former ruling Zuba Party begins in Oslo.", "trial", None, "Zuba Party"),
    ("Peruvian guards fire warning shots at Chilean soldiers.", "fire",
     "Security forces (Peru)", "Chilean Armed Forces"),
    ("A lawsuit brought against Google by Juan Sol is dismissed.", "lawsuit", "Juan Sol", "Google"),
    ("Peru's parliament passes a resolution condemning Chile.", "passes", "Parliament (Peru)",
     "Chile"),
    ("Ana Luz is acquitted by a Peruvian court.", "is acquitted", "Court (Peru)", "Ana Luz"),
    # people of another state, and people at home
    ("Norway carries out air strikes in Lima, killing two civilians.", "air strikes",
     "Norway", "Peru"),
    ("Peruvian police open fire in Lima, killing two civilians.", "open fire",
     "Police (Peru)", "Civilians (Peru)"),
    ("A 17-year-old is arrested in Peru.", "arrested", None, "Suspects (Peru)"),
    ("He is arrested in Peru.", "arrested", None, None),
    ("Chile condemns the latest deadly Peruvian air strike.", "condemns", "Chile", "Peru"),
    ("Juan Sol Jr. is arrested in Peru.", "arrested", None, "Juan Sol Jr."),
    ("The governments of Peru and Chile meet in Oslo.", "meet", "Peru", "Chile"),
    ("Peru declares a ceasefire in its conflict with Chile.", "declares", "Peru", "Chile"),
    ("Peru announces plans to impose sanctions on Chile.", "announces", "Peru", "Chile"),
    # two who act together
    ("The president of Peru Juan Sol and the premier of Chile Ana Luz meet in Oslo.", "meet",
     "Juan Sol", "Ana Luz"),
    ("Peru and Chile recall their ambassadors.", "recall", "Peru", "Chile"),
    # what is announced, and by whom
    ("Norway agrees to meet with Chile.", "agrees", "Norway", "Chile"),
    ("Peru threatens to launch a military incursion into Chile.", "threatens", "Peru", "Chile"),
    ("Peru will not give up its territory.", "will not give up", "Peru", None),
    ("Chile condemns a Peruvian air strike.", "condemns", "Chile", "Peru"),
    ("Norway attacks Mali, prompting a warning from Peru.", "warning", "Peru", "Norway"),
    ("Peru's parliament passes a law banning three Chilean newspapers.", "banning",
     "Parliament (Peru)", "Chile"),
    ("Police fire tear gas to disperse protesters in Lima.", "disperse",
     "Police (Peru)", "Protesters (Peru)"),
    ("Demonstrators outside the Danish embassy demand justice.", "demand",
     "Protesters (Denmark)", "Denmark"),
    ("Crowds chant \"Death to Norway\" in Lima.", "chant", "Protesters (Peru)", "Norway"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "trigger", "source", "target"), CASES, ids=[case[0][:50] for case in CASES]
)
def test_sides(text: str, trigger: str, source: str | None, target: str | None):
    at = text.index(trigger)
    found = read_statements(Document("made up", text, (), "1", DAY), ALL)
    stated = [s for s in found if s.trigger_start <= at < s.trigger_end]
    assert stated, f"nothing at {trigger!r}; read {[s.quote for s in found]}"
    sides = [party and party.name for party in (stated[0].source, stated[0].target)]
    assert sides == [source, target]
