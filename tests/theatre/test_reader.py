from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faults_in

from tightrope.errors import UnknownTheatre
from tightrope.theatre import find_theatre, read_theatre, theatre_digest
from tightrope.theatre.reader import walk_grounded
from tiny import TOP, TWO_EVENTS

FaultsOf = Callable[..., list[str]]
Write = Callable[..., Path]

GROUND = "say where it comes from: add mechanism:, source: or 'assumed: why'"


def test_a_sound_theatre(write: Write) -> None:
    theatre = read_theatre(
        write(
            events=TWO_EVENTS.replace(
                "protest: {", "protest: {when: [{if: not truce, assumed: x}], "
            ),
            questions="q: {ask: x, family: f, kind: yes_no, if: rule == storm, days: 9}\n",
        )
    )
    assert theatre.name == "tiny"
    assert list(theatre.events) == ["strike", "protest"]
    assert theatre.events["strike"].base is not None
    assert theatre.events["strike"].base.rate.low == pytest.approx(2 / 365.25)
    assert theatre.gates == {
        "not truce": ("not", ("eq", "truce", 1.0)),
        "rule == storm": ("eq", "rule", 1.0),
    }
    assert theatre.places["events", "protest"] == (24, 3)
    assert theatre.condition_code("rule", "storm") == 1.0
    assert theatre.condition_code("troops", "250") == 250.0
    assert theatre.mechanisms == {}


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        # values
        ("base: 1 per yer", ":24:9: bad-value: '1 per yer' has the unit 'per yer' where a rate is "
         "wanted; write for example '0.5..2 per year' or '3 per month'"),
        ("limit: 2..4", ":24:10: bad-value: '2..4': this key needs one number, not a range; "
         "write for example 3"),
        ("limit: 0.5", ":24:10: bad-value: 0.5 is out of range; write at least 1"),
        ("memoryless: perhaps", ":24:15: bad-value: 'perhaps' is neither true nor false; "
         "write true or false"),
        ("says: [a]", ":24:9: bad-value: a list stands where one word or text is wanted; "
         "write it on this line"),
        ("plover: ASSALT/aerial", ":24:11: unknown-plover: 'ASSALT' is no PLOVER type; "
         "did you mean 'ASSAULT'?"),
        ("scaled_if: [{if: truce, factor: 0, assumed: x}]", ":24:35: bad-value: '0' must be above "
         "zero; write for example 0.01"),
        ("worst: {rate: -1 per day, assumed: x}", ":24:17: bad-value: '-1 per day' must be above "
         "zero; write for example '0.5..2 per year' or '3 per month'"),
        ("scheduled: {dates: [2020-01-01/..], assumed: x}", ":24:23: bad-value: '2020-01-01/..' "
         "has an open end; give both days"),
        # shapes
        ("deaths: 3", ":24:11: wrong-shape: 3 stands where keys are wanted; "
         "write {mean: ..., mechanism: ...}"),
        ("when: troops > 0", ":24:9: wrong-shape: 'troops > 0' stands where a list is wanted; "
         "write '- {if: ..., mechanism: ...}'"),
        ("follows: [strike]", ":24:12: wrong-shape: a list stands where names with their contents "
         "are wanted; write 'NAME: ...' on a line of its own"),
        ("follows: {strike: 0.3}", ":24:21: wrong-shape: 0.3 stands where keys are wanted; "
         "write {expect: ..., half_life: ..., mechanism: ...}"),
        # keys
        ("sayz: x", ":24:3: unknown-key: 'sayz' is no key here; did you mean 'says'?"),
        ("deaths: {mean: 1, zz: x, assumed: x}", ":24:21: unknown-key: 'zz' is no key here; "
         "known are assumed, mean, mechanism, of, source"),
        ("follows: {strike: {expect: 1, assumed: x}}", ":24:13: missing-key: 'half_life' is "
         "missing; add 'half_life: ...'"),
        ("deaths: {mean: 1}", f":24:3: no-ground: {GROUND}"),
        ("deaths: {mean: 1, assumed: }", f":24:3: no-ground: {GROUND}"),
        ("sets: {truce: {to: yes, add: 1, assumed: x}}", ":24:10: wrong-keys: give exactly one of "
         "to:, times:, add:"),
        ("scaled_by: {anger: {assumed: x}}", ":24:15: wrong-keys: give coef: (of a level) or "
         "elasticity: and reference: (of a number)"),
        ("scaled_by: {troops: {elasticity: 1, assumed: x}}", ":24:15: wrong-keys: an elasticity "
         "needs reference:; add the number at which it has no effect"),
        ("scaled_by: {troops: {elasticity: 1, reference: 1..3, assumed: x}}", ":24:50: bad-value: "
         "'1..3': this key needs one number, not a range; write for example 3"),
        # names
        ("on: [north, soth]", ":24:15: unknown-actor: no actor is called 'soth'; did you mean "
         "'south' (line 15)?"),
        ("on: soth", ":24:7: unknown-actor: no actor is called 'soth'; did you mean "
         "'south' (line 15)?"),
        ("deaths: {mean: 1, of: [north, me], assumed: x}", ":24:33: unknown-actor: no actor is "
         "called 'me'; known are north, south"),
        ("subsystem: forse", ":24:14: unknown-subsystem: no subsystem is called 'forse'; "
         "did you mean 'force' (line 5)?"),
        ("follows: {protst: {expect: 1, half_life: 1 day, assumed: x}}", ":24:13: unknown-event: "
         "no event is called 'protst'; did you mean 'protest' (line 25)?"),
        ("scaled_by: {angre: {coef: 1, assumed: x}}", ":24:15: unknown-level: no level is called "
         "'angre'; did you mean 'anger' (line 17)?"),
        ("scaled_by: {truce: {coef: 1, assumed: x}}", ":24:15: unknown-level: 'truce' is a "
         "condition, not a level; give elasticity: and reference:, or use scaled_if:"),
        ("scaled_by: {truce: {elasticity: 1, reference: 1, assumed: x}}", ":24:15: not-a-number: "
         "'truce' is no number; use scaled_if: with a factor"),
        ("pushes: {fury: {by: 1, assumed: x}}", ":24:12: unknown-level: no level is called "
         "'fury'; known are anger"),
        ("sets: {truc: {to: yes, assumed: x}}", ":24:10: unknown-condition: no condition is called "
         "'truc'; did you mean 'truce' (line 20)?"),
        ("sets: {truce: {to: maybe, assumed: x}}", ":24:22: bad-value: 'maybe' is no value of "
         "'truce'; known are no, yes"),
        ("sets: {rule: {times: 2, assumed: x}}", ":24:10: not-a-number: 'rule' is no number; "
         "give to: with one of its words"),
        ("deaths: {mean: 1, mechanism: M1}", ":24:32: no-mechanisms: 'M1' is named here, but the "
         "theatre has no mechanisms; add mechanisms.yaml"),
        ("deaths: {mean: 1, source: ged#3}", ":24:29: no-sources: 'ged' is named here, but the "
         "theatre has no sources; add sources.yaml"),
        # expressions
        ("when: [{if: trops > 0, assumed: x}]", ":24:15: bad-condition: in 'trops > 0', character "
         "1: no condition is called 'trops'; did you mean 'troops'?"),
        ("scaled_if: [{if: truce and, factor: 2, assumed: x}]", ":24:20: bad-condition: in "
         "'truce and', character 10: the end stands where a condition is expected; write its name"),
    ],
)  # fmt: skip
def test_a_fault_in_an_event(faults_of: FaultsOf, key: str, fault: str) -> None:
    sound = {"says": "x", "by": "north", "plover": "ASSAULT", "base": "1 per year"}
    rest = "".join(f", {k}: {v}" for k, v in sound.items() if not key.startswith(f"{k}:"))
    # The key under test stands in line 24, column 3, of an event that is otherwise sound.
    protest = TWO_EVENTS.splitlines()[2]
    (found,) = faults_of(events=f"events:\n  strike: {{\n  {key}{rest}}}\n{protest}\n")
    assert found == "theatre.yaml" + fault


@pytest.mark.parametrize(
    ("line", "changed", "fault"),
    [
        ("starts: 2020-01-01", "starts: 2018", ":3:9: bad-value: '2018' is not one day; "
         "write YYYY-MM-DD"),
        ("starts: 2020-01-01", "{}", ":1:1: missing-key: 'starts' is missing; add 'starts: ...'"),
        ("until: 2020-12-31", "until: 2017-01-01", ":4:8: bad-value: until: "
         "lies before starts:, 2020-01-01; swap the two days"),
        ("  limit: 4", "  limit: 2..4", ":8:10: bad-value: '2..4': "
         "this key needs one number, not a range; write for example 3"),
        ("kind: state}\n  south", "kind: stat}\n  south", ":14:30: bad-value: 'stat' is not "
         "allowed; write one of state, government, institution, office, armed_group, party, "
         "movement, coalition, public, organisation; did you mean 'state'?"),
        ("rest: 0.2..0.4", "rest: 1.2", ":17:26: bad-value: '1.2' must lie between 0 and 1; "
         "write for example '0.1..0.25'"),
        ("rest: 0.2..0.4", "rest: 1", ":17:26: bad-value: '1' must lie between 0 and 1, not on the "
         "border; write for example 0.01"),
        ("starts: 100", "starts: 1..3", ":19:34: bad-value: '1..3': 'troops' needs one number, "
         "not a range; write one"),
        ("starts: 100", "starts: many", ":19:34: bad-value: 'many' is no number for 'troops'; "
         "write one value of 0 or more"),
        ("truce: {starts: no}", "truce: {starts: 3}", ":20:19: bad-value: '3' is no value of "
         "'truce'; write yes or no, or give the condition a unit: to make it a number"),
        ("[calm, storm]", "[calm, big storm]", ":21:25: bad-name: 'big storm' cannot stand in a "
         "condition; use a-z, 0-9 and _"),
        ("[calm, storm]", "[calm, calm]", ":21:25: bad-value: 'calm' stands twice; remove one"),
        ("[calm, storm]", "[calm]", ":21:18: bad-value: 'values' has 1 entries; give 2 or more"),
        ("[calm, storm]", "[calm, storm], unit: m", ":21:3: wrong-keys: give either values: "
         "(words) or unit: (a number), not both"),
        ("  truce:", "  and:", ":20:3: bad-name: 'and' is no name; use a-z, 0-9 and _, a letter "
         "first, at most 80 characters"),
        ("  truce:", "  the-truce:", ":20:3: bad-name: 'the-truce' is no name; use a-z, 0-9 and _, "
         "a letter first, at most 80 characters"),
        ("  anger:", "  très:", ":17:3: bad-name: 'très' is no name; use a-z, 0-9, _ and -, "
         "at most 80 characters"),
        ("actors:", "actrs:", ":13:1: unknown-key: 'actrs' is no key here; did you mean "
         "'actors'?"),
        ("levels:\n", "levels: 3\nx: {}\nactors: {}\n", "several"),
    ],
)  # fmt: skip
def test_a_fault_in_the_rest(faults_of: FaultsOf, line: str, changed: str, fault: str) -> None:
    assert line in TOP
    head = TOP.replace(line, "" if changed == "{}" else changed, 1)
    found = faults_of(head=head)
    if fault != "several":
        assert found[0] == "theatre.yaml" + fault


def test_other_files_and_all_faults_at_once(faults_of: FaultsOf) -> None:
    assert faults_of(
        events=TWO_EVENTS.replace("by: north", "by: nort").replace("2 per year", "often"),
        mechanisms="M1: {name: x, subsystem: forc, cause: x, effect: x, sign: 0, sources: [a#3, b],"
        " fact: x}\nM2: {name: x}\n",
        sources="a: {type: book, title: 1984, outlet: x, sha256: 12ab}\n",
        questions="q1: {ask: x, family: f, kind: cont, events: strik}\n"
        "q2: {ask: x, family: f, kind: level, days: 90..100, at_least: 1.5}\n",
        scenarios="s1: {says: x, conditions: {truce: 3}, levels: {ange: 0.3, anger: 3}}\n"
        "s2: {says: x, changes: [{set: truce}, {force: strike, block: strike}]}\n"
        "s3: {says: x, changes: [{off: M3}, {scale: protst.base, by: 2}]}\n",
    ) == [
        "mechanisms.yaml:1:26: unknown-subsystem: no subsystem is called 'forc'; "
        "did you mean 'force' (theatre.yaml line 5)?",
        "mechanisms.yaml:1:77: unknown-source: no source is called 'b'; known are a",
        *[
            f"mechanisms.yaml:2:1: missing-key: '{key}' is missing; add '{key}: ...'"
            for key in ("cause", "effect", "fact", "sign", "sources", "subsystem")
        ],
        "questions.yaml:1:31: bad-value: 'cont' is not allowed; write one of yes_no, count, "
        "level, date",
        "questions.yaml:1:45: unknown-event: no event is called 'strik'; "
        "did you mean 'strike' (theatre.yaml line 23)?",
        "questions.yaml:2:1: wrong-keys: a level question is answered by level:; give that",
        "questions.yaml:2:44: bad-value: '90..100': this key needs one number, not a range; "
        "write for example 3",
        "questions.yaml:2:63: bad-value: 1.5 is not a whole number; write for example 3",
        "scenarios.yaml:1:35: bad-value: '3' is no value of 'truce'; write yes or no, or give the "
        "condition a unit: to make it a number",
        "scenarios.yaml:1:48: unknown-level: no level is called 'ange'; "
        "did you mean 'anger' (theatre.yaml line 17)?",
        "scenarios.yaml:1:66: bad-value: '3' must lie between 0 and 1; "
        "write for example '0.1..0.25'",
        "scenarios.yaml:2:25: wrong-keys: set: needs to:; add 'to: ...'",
        "scenarios.yaml:2:39: wrong-keys: give exactly one of set:, hold:, force:, block:, "
        "scale:, off:",
        "scenarios.yaml:3:31: unknown-mechanism: no mechanism is called 'M3'; known are M1, M2",
        "scenarios.yaml:3:44: unknown-event: no event is called 'protst'; "
        "did you mean 'protest' (theatre.yaml line 24)?",
        "sources.yaml:1:11: bad-value: 'book' is not allowed; write one of article-newspaper, "
        "article-magazine, webpage, dataset, report, legislation",
        "sources.yaml:1:49: bad-value: '12ab' does not fit; write 64 hexadecimal digits, as "
        "sha256sum prints them",
        "theatre.yaml:23:25: unknown-actor: no actor is called 'nort'; "
        "did you mean 'north' (line 14)?",
        "theatre.yaml:23:54: bad-value: 'often' is not a number; "
        "write for example '0.5..2 per year' or '3 per month'",
    ]


def test_users_of_a_faulty_element_are_not_faulted(faults_of: FaultsOf) -> None:
    head = TOP.replace("rest: 0.2..0.4", "rest: 2").replace("[calm, storm]", "[calm]")
    head = head.replace("name: North, kind: state", "name: North")
    events = TWO_EVENTS.replace(
        "true}",
        "true, scaled_by: {anger: {coef: 1, assumed: x}}, follows: {protest: {expect: 1, "
        "half_life: 1 day, assumed: x}}, when: [{if: rule == storm, assumed: x}], "
        "sets: {rule: {to: storm, assumed: x}}, deaths: {mean: 1, mechanism: M1}}",
        1,
    ).replace("PROTEST, base: 1 per year", "PROTEST, base: x")
    codes = [
        fault.split(" ")[0]
        for fault in faults_of(head=head, events=events, mechanisms="M1: {name: x}\n")
        if "mechanisms.yaml" not in fault
    ]
    assert codes == [
        "theatre.yaml:14:3:",  # north has no kind
        "theatre.yaml:17:26:",  # the rest of anger
        "theatre.yaml:21:18:",  # the values of rule
        "theatre.yaml:24:56:",  # the base of protest
    ]


@pytest.mark.parametrize("file", ["mechanisms", "questions", "scenarios", "sources"])
def test_an_unreadable_file_is_one_fault(faults_of: FaultsOf, file: str) -> None:
    events = TWO_EVENTS.replace(
        "base: 1 per year", "base: {rate: 1 per year, mechanism: M1, source: a}"
    )
    texts = {
        "mechanisms": "M1: {name: x, subsystem: force, cause: x, effect: x, sign: '-', "
        "sources: a, fact: x}",
        "sources": "a: {type: report, title: x, outlet: x}",
    }
    (found,) = faults_of(events=events, **(texts | {file: "a: [1"}))
    assert found.startswith(f"{file}.yaml:2:1: yaml-syntax: ")


def test_an_unreadable_theatre_faults_nobody_else(faults_of: FaultsOf) -> None:
    found = faults_of(
        head="name: [\n",
        events="",
        questions="q: {ask: x, family: f, kind: yes_no, if: a > 0}\n",
        scenarios="s: {says: x, conditions: {c: yes}, changes: [{force: strike}]}\n",
    )
    assert len(found) == 1 and "theatre.yaml:2:1: yaml-syntax:" in found[0]


@pytest.mark.parametrize("text", ["", "3", "- a", "# nothing\n"])
def test_what_is_no_theatre(faults_of: FaultsOf, text: str) -> None:
    (found,) = faults_of(head=text, events="")
    assert found.startswith(
        "theatre.yaml:1:1: not-a-theatre: the file must be keys with values; write name:, says:,"
    )


def test_without_events_there_is_one_fault(faults_of: FaultsOf) -> None:
    assert faults_of(
        events="", questions="q: {ask: x, family: f, kind: count, events: strike}\n"
    ) == ["theatre.yaml:1:1: no-events: there are no events; add events: with at least one type"]


def test_an_event_needs_a_rate(faults_of: FaultsOf) -> None:
    assert faults_of(events="events:\n  e: {says: x, by: north, plover: AID}\n") == [
        "theatre.yaml:23:3: no-rate: this event can never happen; "
        "give base:, extra:, follows: or scheduled:"
    ]


def test_a_fault_behind_an_alias_is_told_once_where_it_is_written(faults_of: FaultsOf) -> None:
    events = TWO_EVENTS.replace("true}", "true, deaths: &d {mean: x, assumed: x}}")
    events = events.replace("1 per year}", "1 per year, deaths: *d}")
    assert faults_of(events=events) == [
        "theatre.yaml:23:103: bad-value: 'x' is not a number; write for example '0.6..1.2'"
    ]


def test_empty_keys_count_as_absent(write: Write) -> None:
    events = "events:\n  e:\n    says: x\n    by: north\n    plover: AID\n    base: 1 per day\n"
    theatre = read_theatre(write(events=events + "    follows:\n    on:\n"))
    assert theatre.events["e"].follows == {} and theatre.events["e"].on == []


def test_too_many_elements_are_refused(faults_of: FaultsOf) -> None:
    events = "events:\n" + "".join(f"  e{i}: 1\n" for i in range(5_001))
    assert faults_of(events=events) == [
        "theatre.yaml:22:1: too-many: 5,001 events, at most 5,000 are read; remove some"
    ]


def test_walk_grounded_gives_places_in_the_file(write: Write) -> None:
    events = TWO_EVENTS.replace(
        "memoryless: true}",
        "memoryless: true, follows: {protest: {expect: 1, half_life: 1 day, assumed: x}},\n"
        "    when: [{if: truce, assumed: x}], deaths: {mean: 1, assumed: x}}",
        1,
    )
    theatre = read_theatre(write(events=events))
    here = ("events", "strike")
    places = [place for place, _ in walk_grounded(theatre.events["strike"], here)]
    assert places == [
        (*here, "base"),
        (*here, "when", 0),
        (*here, "follows", "protest"),
        (*here, "deaths"),
    ]
    assert [theatre.places[place] for place in places] == [(23, 49), (24, 12), (23, 95), (24, 38)]


def test_a_theatre_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownTheatre, match="no theatre at 'atlantis'; give a folder with"):
        read_theatre("atlantis")
    with pytest.raises(UnknownTheatre, match=r"has no theatre\.yaml; give the folder"):
        find_theatre(tmp_path)
    for odd in ("", "..", "a\0b", "x" * 5_000):
        with pytest.raises(UnknownTheatre):
            find_theatre(odd)


def test_folders_in_place_of_files(write: Write) -> None:
    folder = write()
    (folder / "questions.yaml").mkdir()
    assert faults_in(folder) == [
        "questions.yaml:0:0: unreadable: Is a directory; is it a plain file?"
    ]


def test_the_digest_changes_with_any_byte(write: Write) -> None:
    folder = write(questions="")
    digests = {theatre_digest(folder)}
    (folder / "questions.yaml").write_text(" ")
    digests.add(theatre_digest(folder))
    (folder / "questions.yaml").rename(folder / "scenarios.yaml")
    digests.add(theatre_digest(folder))
    (folder / "unrelated.txt").write_text("x")
    assert theatre_digest(folder) in digests and len(digests) == 3
