"""read and score-reading from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tightrope.cli import app

RUN = CliRunner()
TEXT = "Norway expels two envoys of Peru. Rebels kill three Danish soldiers in Mali.\n"


def _read(*arguments: str) -> list[dict[str, object]]:
    result = RUN.invoke(app, ["read", *arguments, "--json", "--theatre", "none"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_read_prints_one_line_a_statement_with_exact_offsets(tmp_path: Path):
    path = tmp_path / "brief.txt"
    path.write_text(TEXT, "utf-8")
    found = _read(str(path), "--published", "2024-02-07")
    assert [line["plover"] for line in found] == ["SANCTION", "ASSAULT"]
    for line in found:
        assert TEXT[line["start"] : line["end"]] == line["quote"]  # type: ignore[misc]
    assert found[1]["killed"] == {"low": 3, "high": 3}
    assert found[1]["date"] == "2024-02-07"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_dated_lines_keep_their_ids(tmp_path: Path, suffix: str):
    import polars as pl

    rows = pl.DataFrame(
        {"id": ["x1"], "date": ["2021-07-14"], "text": ["Norway expels two envoys of Peru."]}
    )
    path = tmp_path / f"lines{suffix}"
    match suffix:
        case ".csv":
            rows.write_csv(path)
        case ".parquet":
            rows.write_parquet(path)
        case _:
            rows.write_ndjson(path)
    (line,) = _read(str(path))
    assert (line["id"], line["date"], line["document"]) == ("x1", "2021-07-14", path.name)


def test_a_table_for_people(tmp_path: Path):
    (tmp_path / "brief.txt").write_text(TEXT, "utf-8")
    result = RUN.invoke(app, ["read", str(tmp_path)])
    assert result.exit_code == 0 and "2 statements" in result.stdout


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b"{", "a.jsonl:1:0: json-syntax"),
        ("a.jsonl", b"[1]", "json-syntax: no object stands here"),
        ("a.jsonl", b'{"date": "x", "text": "y"}', "'x' is not a date; write 2020-01-03"),
        ("a.csv", b"text\nPeru\n", "no column for date"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, says: str):
    path = tmp_path / name
    path.write_bytes(content)
    result = RUN.invoke(app, ["read", str(path), "--json"])
    assert result.exit_code == 1
    with pytest.raises(Exception, match=says):
        raise result.exception  # type: ignore[misc]


def test_scores_of_a_tiny_gold(tmp_path: Path):
    row = {
        "id": "1", "date": "2021-07-14", "text": "Norway expels two envoys of Peru.",
        "events": [{
            "trigger": {"text": "expels", "start": 7, "end": 13}, "plover": "SANCTION",
            "source": {"text": "Norway", "start": 0, "end": 6, "name": "Norway"},
            "target": {"text": "Peru", "start": 28, "end": 32, "name": "Peru"},
            "date": "2021-07-14", "place": None, "killed": None, "injured": None,
            "modality": "happened", "attributed_to": None,
        }],
    }  # fmt: skip
    (tmp_path / "lines.jsonl").write_text(json.dumps(row), "utf-8")
    result = RUN.invoke(app, ["score-reading", str(tmp_path), "--json"])
    scores = json.loads(result.stdout)["lines"]
    assert scores["f1"] == 1.0 and scores["right"]["source"] == 1.0, scores
    wrong = RUN.invoke(app, ["score-reading", str(tmp_path), "--part", "half"])
    assert wrong.exit_code == 2
