"""The model: its picture, its mechanisms, and changes of its files that lose nothing."""

from __future__ import annotations

import errno
import html
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from served import FEW, PATIENCE_SECONDS, client_of, words
from tightrope.theatre import read_theatre
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.neighbours import MOST_NODES, around, edges_of, of_mechanism

FACTS = """\
M2:
  angry:
    says: Strikes are followed by protests
    days: 90
    value: {chance: protest}
    bound: '>= 0.0'
    because: a chance is never below zero
"""


@pytest.fixture
def editor(own: Path) -> TestClient:
    return client_of(create_app(own, defaults=FEW, warm=False))


def opened(editor: TestClient, at: str = "/model/file/theatre.yaml") -> str:
    found = re.search(r'name="opened" value="([0-9a-f]+)"', editor.get(at).text)
    assert found
    return found[1]


def send(editor: TestClient, text: str, do: str, digest: str, **more: str) -> Any:
    return editor.post("/model/file/theatre.yaml",
                       data={"text": text, "do": do, "opened": digest, **more})  # fmt: skip


# The picture -------------------------------------------------------------------------------------


def test_every_element_that_joins_two_things_is_an_arrow(scaffold: Path) -> None:
    theatre = read_theatre(scaffold)
    edges = edges_of(theatre)
    follows = sum(len(event.follows) for event in theatre.events.values())
    pushes = sum(len(event.pushes) for event in theatre.events.values())
    assert sum("brings about" in edge.how for edge in edges) == follows
    assert sum("pushes it" in edge.how for edge in edges) == pushes
    strike = around(theatre, ("event", "strike"))
    assert all(("event", "strike") in (edge.source, edge.target) for edge in strike.listed)
    assert strike.more == 0 and set(strike.edges) == set(strike.listed)


def test_no_picture_has_more_than_forty_boxes_and_the_table_has_the_rest() -> None:
    from tightrope.theatre import find_theatre

    theatre = read_theatre(find_theatre("iraq"))
    nodes = [("event", n) for n in theatre.events] + [("level", n) for n in theatre.levels]
    shown = [around(theatre, node) for node in nodes]
    shown += [of_mechanism(theatre, name) for name in theatre.mechanisms]
    for one in shown:
        assert sum(map(len, one.columns)) <= MOST_NODES
        assert (one.more > 0) == (len(one.edges) < len(one.listed))


def test_the_page_draws_links_and_lists(scaffold: Path) -> None:
    visitor = client_of(create_app(scaffold, defaults=FEW, warm=False))
    page = visitor.get("/model?at=event/strike")
    assert page.status_code == 200 and '<svg class="diagram"' in page.text
    assert 'href="/model?at=level/caution#picture"' in page.text
    assert "events.strike.scaled_by.caution" in page.text
    told = visitor.get("/api/model?at=event/strike").json()
    assert {"from": "event/attack", "to": "event/strike", "mechanism": "M1"}.items() <= next(
        edge for edge in told["edges"] if edge["from"] == "event/attack"
    ).items()
    assert visitor.get("/model?at=level/none").status_code == 404
    assert visitor.get("/api/model?at=none").json()["error"]["code"] == "unknown-name"


def test_a_mechanism_has_its_sources_carriers_and_a_switch(scaffold: Path) -> None:
    visitor = client_of(create_app(scaffold, defaults=FEW, warm=False))
    page = visitor.get("/model/M1")
    assert (
        "events.attack.follows.strike" in page.text and 'data-open="source/register"' in page.text
    )
    assert 'href="/whatif?off=M1"' in page.text
    assert visitor.get("/api/model/M1").json()["carried_by"]
    assert visitor.get("/model/M99").status_code == 404


def test_a_fact_is_measured_with_its_mechanism_and_without_it(own: Path) -> None:
    (own / "expectations.yaml").write_text(FACTS)
    app = create_app(own, defaults=FEW, warm=False)
    visitor, desk = client_of(app), app.state.desk
    try:
        assert "not yet run" in visitor.get("/model/M2").text
        settings = desk.asked("verify", {"mechanism": "M2"})
        assert visitor.post("/runs/verify", data={"mechanism": "M2"}).status_code == 303
        job = desk.jobs.get(desk.key("verify", settings))
        assert job.wait(PATIENCE_SECONDS) and job.status == "done", job
        text = words(visitor.get("/model/M2").text)
        assert "1 of 1 fact holds; what holds, holds without the mechanism too" in text
        (verdict,) = visitor.get("/api/model/M2").json()["verdicts"]
        assert verdict["holds"] and verdict["holds_ablated"]
    finally:
        desk.close()


def test_kept_verdicts_stand_beside_each_mechanism_while_nothing_has_changed(own: Path) -> None:
    from tightrope.foresight.verdicts import write_verdicts
    from tightrope.history import read_theatre_and_history

    def asked(fitted: bool) -> TestClient:
        return client_of(create_app(own, defaults=replace(FEW, fitted=fitted), warm=False))

    def told(fitted: bool = True) -> dict[str, str]:
        listed = asked(fitted).get("/api/model").json()["mechanisms"]
        return {one["id"]: one["verdict"] for one in listed}

    facts = FACTS + "# never run\n"
    (own / "expectations.yaml").write_text(facts)
    assert told()["M2"] == "not measured" and told()["M3"] == "nothing to check"
    (name,) = read_theatre(own).expectations["M2"]
    fact = {"id": name, "value": 1.0, "holds": True, "ablated_value": 0.0, "holds_ablated": False}
    whole = {"fingerprint": "f", "paths": 100,
             "mechanisms": [{"id": "M2", "expectations": [fact]}]}  # fmt: skip
    path = write_verdicts(whole, *read_theatre_and_history(own))
    assert told()["M2"] == "holds, explained by it"
    assert told(fitted=False)["M2"] == "not measured", "they are of numbers that are fitted"
    visitor = asked(fitted=True)
    assert "so that it explains them" in words(visitor.get("/model/M2").text)
    assert 'href="/whatif?off=M2"' in visitor.get("/model").text
    (own / "questions.yaml").write_text((own / "questions.yaml").read_text() + "# more\n")
    assert told()["M2"] == "holds, explained by it", "questions move no verdict"
    (own / "expectations.yaml").write_text(facts + "# more\n")
    assert told()["M2"] == "not measured"
    path.write_text("{")
    assert told()["M2"] == "not measured"


# Changing it -------------------------------------------------------------------------------------


def test_a_row_of_the_record_is_corrected_where_it_stands(own: Path) -> None:
    from tightrope.web.windows import MOST_LINES

    path = own / "history.csv"
    head, *rows = path.read_text().splitlines()
    more = [f"x{i},{rows[0].partition(',')[2]}" for i in range(MOST_LINES)]
    path.write_text("\n".join([head, *more, *rows, ""]))
    before = path.read_text()
    row = next(row for row in rows if ",reported," in row and '"' not in row)
    visitor = client_of(create_app(own, defaults=FEW, warm=False))
    at = f"/model/file/history.csv?row={row.partition(',')[0]}"
    page = visitor.get(at).text
    assert len(page) < 100_000 and row in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)"', page))
    text = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)[1])  # type: ignore[index]
    wrong = text.replace(row, row.replace("reported", "rumoured"))
    assert wrong != text
    checked = visitor.post("/model/file/history.csv", data={**fields, "text": wrong, "do": "check"})
    told = visitor.get(checked.headers["location"]).text
    line = before.split("\n").index(row) + 1
    assert f"history.csv:{line}:" in told and "unknown-status" in told
    assert f">Go to line {line}<" in told and path.read_text() == before
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)"', told))
    right = text.replace(row, row.replace("reported", "alleged"))
    saved = visitor.post("/model/file/history.csv", data={**fields, "text": right, "do": "save"})
    assert "saved=1" in saved.headers["location"]
    assert path.read_text() == before.replace(row, row.replace("reported", "alleged"))
    path.write_text(before)
    stale = visitor.post("/model/file/history.csv", data={
        "first": "1", "count": "200", "draft": "", "opened": "0" * 64, "text": "x"})  # fmt: skip
    assert stale.status_code == 409 and path.read_text() == before


def test_one_number_is_changed_and_nothing_else(editor: TestClient, own: Path) -> None:
    before = (own / "theatre.yaml").read_text()
    place = "events/attack/follows/strike/expect"
    sent = editor.post("/model/number", data={"place": place, "value": "0.2..0.3",
                                              "opened": opened(editor, "/model/M1")})  # fmt: skip
    page = editor.get(sent.headers["location"])
    assert "no faults. Nothing has been saved yet" in words(page.text)
    line = int(sent.headers["location"].partition("line=")[2])
    assert "strike" in before.split("\n")[line - 1] and ">line " in page.text
    changed = re.findall(r'<span class="(?:gone|new)">(.*?)</span>', page.text)
    gone, new = (line[1:] for line in changed)
    assert gone.replace("0.1..0.4", "0.2..0.3") == new
    assert (own / "theatre.yaml").read_text() == before


@pytest.mark.parametrize(
    "place, value, says",
    [
        ("events/attack/follows/strike/expect", "1, half_life: 2 days", "is no number"),
        ("events/attack/follows/strike/expect", "", "is no number"),
        ("events/attack/follows/none/expect", "1", "cannot be changed by itself"),
        ("events", "1", "cannot be changed by itself"),
        ("", "1", "cannot be changed by itself"),
        ("events/attack/follows/strike/expect", "0.1..0.4", "cannot be changed by itself"),
        (f"events/{'9' * 5000}", "1", "cannot be changed by itself"),
    ],
)
def test_what_is_no_number_at_its_place_is_refused(
    editor: TestClient, place: str, value: str, says: str
) -> None:
    sent = editor.post("/model/number", data={"place": place, "value": value,
                                              "opened": opened(editor)})  # fmt: skip
    assert sent.status_code == 422 and says in words(sent.text)
    assert ">Back<" not in sent.text


@pytest.mark.parametrize(
    "came, back",
    [("/model/M1?x=1", "/model/M1?x=1"), ("//evil.example/x", "/evil.example/x"), (None, None)],
)
def test_what_is_refused_leads_back_to_where_it_was_sent_from(
    editor: TestClient, came: str | None, back: str | None
) -> None:
    host = str(editor.base_url)
    referer = f"{host}{came}" if came else "http://evil.example/x"
    sent = editor.post("/model/number", data={"place": "x", "value": "many",
                                              "opened": opened(editor)},
                       headers={"referer": referer})  # fmt: skip
    assert (f'<a href="{back}">Back</a>' in sent.text) if back else ">Back<" not in sent.text


def test_every_number_of_the_shipped_theatre_can_be_found_in_its_text() -> None:
    from tightrope.theatre import find_theatre
    from tightrope.web.numbers import elements_of, with_number

    folder = find_theatre("iraq")
    text = (folder / "theatre.yaml").read_text()
    numbers = [n for e in elements_of(read_theatre(folder)) if e.mechanism for n in e.numbers]
    for number in numbers[::60]:
        changed = with_number(text, number.place, "0.777")
        assert changed.count("0.777") == text.count("0.777") + 1


def test_faults_are_told_with_their_lines_and_nothing_is_saved(
    editor: TestClient, own: Path
) -> None:
    text = (own / "theatre.yaml").read_text()
    wrong = text.replace("half_life: 3..20 days", "half_life: soon", 1)
    sent = send(editor, wrong, "save", opened(editor))
    page = editor.get(sent.headers["location"])
    line = 1 + wrong[: wrong.index("soon")].count("\n")
    assert f"theatre.yaml:{line}:" in words(page.text) and "^" in page.text
    assert "half_life: soon" in page.text and (own / "theatre.yaml").read_text() == text


def test_a_text_is_saved_and_the_pages_follow(editor: TestClient, own: Path) -> None:
    text = (own / "theatre.yaml").read_text()
    changed = text.replace("says: Saltmarsh, a small", "says: Saltmarsh, a tiny", 1)
    sent = send(editor, changed.replace("\n", "\r\n"), "save", opened(editor))
    assert sent.headers["location"].endswith("?saved=1")
    assert (own / "theatre.yaml").read_text() == changed
    assert "a tiny" in editor.get("/about").text


def test_two_tabs_cannot_overwrite_one_another(editor: TestClient, own: Path) -> None:
    text = (own / "theatre.yaml").read_text()
    digest = opened(editor)
    send(editor, text + "# the first\n", "save", digest)
    second = send(editor, text + "# the second\n", "save", digest)
    assert second.status_code == 409
    assert "-# the first" in second.text and "+# the second" in second.text
    assert (own / "theatre.yaml").read_text().endswith("# the first\n")
    mine = send(editor, text + "# the second\n", "mine", digest)
    page = editor.get(mine.headers["location"])
    assert "was changed since" not in page.text
    again = re.search(r'name="opened" value="([0-9a-f]+)"', page.text)
    assert again and send(editor, text + "# the second\n", "save", again[1]).status_code == 303
    assert (own / "theatre.yaml").read_text().endswith("# the second\n")


def test_a_full_disk_loses_nothing(
    editor: TestClient, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, digest = (own / "theatre.yaml").read_text(), opened(editor)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tightrope.web.drafts.written_whole", full)
    sent = send(editor, text + "# more\n", "save", digest)
    assert sent.status_code == 507 and "No space left" in words(sent.text)
    monkeypatch.undo()
    monkeypatch.setattr("tightrope.web.saving.written_whole", full)
    sent = send(editor, text + "# more\n", "save", digest)
    assert sent.status_code == 507 and "what stood before still stands" in words(sent.text)
    assert "# more" in sent.text, "the text is in the page, and kept as a draft"
    assert (own / "theatre.yaml").read_text() == text
    assert not [path for path in own.iterdir() if path.name.startswith(".theatre")]


def test_a_kill_in_mid_save_leaves_the_old_file_and_the_draft(own: Path, tmp_path: Path) -> None:
    import signal
    import subprocess
    import sys

    text = (own / "theatre.yaml").read_text()
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tightrope.evidence import ledger; from tightrope.web import saving, drafts\n"
        "folder = Path(sys.argv[1]); raw = (folder / 'theatre.yaml').read_bytes()\n"
        "draft = drafts.Draft('theatre.yaml', ledger.digest(raw), raw.decode() + '# more\\n')\n"
        "print(drafts.keep(folder, draft), flush=True)\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "saving.save(folder, 'theatre.yaml', draft.text.encode(), draft.opened)\n"
    )
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
    done = subprocess.run([sys.executable, "-c", program, str(own)], env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (own / "theatre.yaml").read_text() == text
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        editor = client_of(create_app(own, defaults=FEW, warm=False))
        page = editor.get(f"/model/file/theatre.yaml?draft={done.stdout.strip()}")
    assert "# more" in page.text


def test_a_new_theatre_is_whole_and_the_old_stays(
    editor: TestClient, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    text, digest = (own / "theatre.yaml").read_text(), opened(editor)
    sent = send(editor, text + "# new\n", "new", digest, name="mine")
    home = tmp_path / "data" / "tightrope" / "theatres"
    assert f"tightrope serve {home / 'mine'}" in words(editor.get(sent.headers["location"]).text)
    assert read_theatre(home / "mine").name == "saltmarsh"
    assert (own / "theatre.yaml").read_text() == text
    assert send(editor, text, "new", digest, name="mine").status_code == 409
    assert send(editor, text, "new", digest, name="../mine").status_code == 422
    assert [path.name for path in home.iterdir()] == ["mine"]


@pytest.mark.parametrize("file", ["scorecard.json", "..%2Ftheatre.yaml", "posterior.npz", "x.yaml"])
def test_no_other_file_is_shown_or_written(editor: TestClient, file: str) -> None:
    assert editor.get(f"/model/file/{file}").status_code == 404
    assert editor.post(f"/model/file/{file}", data={"text": "x"}).status_code == 404


def test_hostile_texts_stay_texts(editor: TestClient) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    page = editor.get(send(editor, hostile, "check", opened(editor)).headers["location"])
    assert "<script>alert" not in page.text
    assert editor.get("/model/file/theatre.yaml?draft=../../x").status_code == 404
    foreign = {"origin": "http://evil.example"}
    assert editor.post("/model/number", data={}, headers=foreign).status_code == 403


def test_an_outlook_is_run_with_a_text_that_is_not_saved(own: Path) -> None:
    app = create_app(own, defaults=FEW, warm=False)
    visitor, desk = client_of(app), app.state.desk
    assert isinstance(desk, Desk)
    try:
        text = (own / "theatre.yaml").read_text()
        sent = send(visitor, text + "# tried\n", "check", opened(visitor))
        key = sent.headers["location"].partition("draft=")[2]
        visitor.post("/runs/trial", data={"draft": key, "days": "30"})
        job = desk.jobs.get(desk.key("trial", desk.asked("trial", {"draft": key, "days": "30"})))
        assert job is not None and job.wait(PATIENCE_SECONDS) and job.status == "done", job
        page = visitor.get(f"{sent.headers['location']}&days=30")
        assert "The outlook as it stands, and with this text" in page.text
        assert 'has not been run. <a href="/?days=30">Run it</a>' in page.text
        assert (own / "theatre.yaml").read_text() == text
    finally:
        desk.close()
