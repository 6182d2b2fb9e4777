"""Commands that read texts: read, score-reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.shared import (
    JsonOption,
    day_option,
    narrate,
    print_json,
    print_json_lines,
    print_table,
)

if TYPE_CHECKING:
    from tightrope.evidence.reader import Reader
    from tightrope.evidence.statement import Statement

PathsArgument = Annotated[
    list[Path],
    typer.Argument(help="Texts, files of dated lines (.jsonl, .csv, .parquet), or folders."),
]
TheatreOption = Annotated[
    str, typer.Option("--theatre", help="Whose actors and event types are meant; 'none' for none.")
]
ParserOption = Annotated[
    str | None,
    typer.Option("--parser", help="An installed spaCy pipeline that finds the sides of an act."),
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("read")(read)
    app.command("score-reading")(score_reading)


def read(
    paths: PathsArgument,
    published: Annotated[
        str | None, typer.Option(help="Day of publication of plain texts, YYYY-MM-DD.")
    ] = None,
    theatre: TheatreOption = "iraq",
    parser: ParserOption = None,
    as_json: JsonOption = False,
) -> None:
    """State what texts say happened: who did what to whom, when, and who says so.

    Nothing is downloaded and nothing is changed. With --json one line a statement, with exact
    offsets into the text.

    Example: tightrope read article.txt --published 2024-02-07 --json
    """
    from tightrope.evidence.plain_documents import documents_of
    from tightrope.evidence.reader import read_statements

    day = day_option(published, "--published")
    reader = _reader(theatre, parser)
    documents = (d for path in paths for d in documents_of(path, day))
    found = (s for document in documents for s in read_statements(document, reader))
    if as_json:
        print_json_lines(statement.as_json() for statement in found)
        return
    rows = [_row(statement) for statement in found]
    columns = ["where", "act", "source", "target", "date", "modality", "sure", "words"]
    print_table(f"{len(rows):,} statements", columns, rows, right={6})


def _reader(theatre: str, parser: str | None) -> Reader:
    from tightrope.evidence.mapping import Mapping
    from tightrope.evidence.reader import Reader
    from tightrope.theatre import read_theatre

    mapping = Mapping() if theatre == "none" else Mapping.of(read_theatre(theatre))
    if parser is None:
        return Reader(mapping=mapping)
    from tightrope.evidence.dependency import DependencyFinder

    return Reader(mapping=mapping, finder=DependencyFinder.of_pipeline(parser))


def _row(statement: Statement) -> list[Any]:
    act = f"{statement.plover}/{statement.mode}" if statement.mode else statement.plover
    where = f"{statement.document}{':' + statement.id if statement.id else ''}#{statement.start}"
    return [
        where, act, statement.source.name if statement.source else "",
        statement.target.name if statement.target else "", statement.date or "",
        statement.modality, f"{statement.confidence:.2f}", statement.quote,
    ]  # fmt: skip


def score_reading(
    gold: Annotated[
        Path, typer.Argument(help="A folder of annotations, or its lines.jsonl or claims.jsonl.")
    ],
    part: Annotated[
        str, typer.Option(help="Of the news lines: all, development or heldout.")
    ] = "all",
    theatre: TheatreOption = "iraq",
    as_json: JsonOption = False,
) -> None:
    """Hold the reading against annotated news lines and articles.

    A statement is found where its trigger overlaps an annotated one of its type; source, target,
    date, modality, attribution and numbers are judged on what was found.

    Example: tightrope score-reading lines.jsonl --json
    """
    from tightrope.evidence.gold import score_reading as score

    if part not in ("all", "development", "heldout"):
        raise typer.BadParameter("write all, development or heldout", param_hint="--part")
    found = score(gold, _reader(theatre, None), part)
    if as_json:
        print_json(found)
        return
    for kind, scores in found.items():
        rows = [[key, _cell(value)] for key, value in scores.items() if not isinstance(value, dict)]
        rows += [[f"right: {key}", _cell(value)] for key, value in scores["right"].items()]
        print_table(kind, ["", "score"], rows, right={1})
    narrate("`--json` has the scores by type and by document")


def _cell(value: float | int | None) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
