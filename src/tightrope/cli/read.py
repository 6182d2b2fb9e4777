"""Commands that read texts: read, score-reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    progress_bar,
)

if TYPE_CHECKING:
    from tightrope.evidence.document import Document
    from tightrope.evidence.hearing import Hearing
    from tightrope.evidence.statement import Statement

    Read = Iterable[tuple[Document, list[Statement]]]

PathsArgument = Annotated[
    list[str],
    typer.Argument(
        help="Texts, HTML, PDF, tables of dated lines (.jsonl, .csv, .parquet), folders, or -."
    ),
]
TheatreOption = Annotated[
    str, typer.Option("--theatre", help="Whose actors and event types are meant; 'none' for none.")
]
KEY_ENV = "OPENAI_API_KEY"


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("read")(read)
    app.command("score-reading")(score_reading)


def read(
    paths: PathsArgument,
    published: Annotated[
        str | None, typer.Option(help="Day of publication of texts, YYYY-MM-DD.")
    ] = None,
    theatre: TheatreOption = "iraq",
    parser: Annotated[
        str | None,
        typer.Option(help="An installed spaCy pipeline that finds the sides of an act."),
    ] = None,
    job: Annotated[
        Path | None,
        typer.Option(help="Read as one job on all cores; its folder keeps what is done."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes of a job; default one for each core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler for a job instead.")
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Put proposed rows into the review queue.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(help="Name in sources.yaml by which the files are cited.")
    ] = None,
    queue: Annotated[
        Path | None,
        typer.Option(help="File of the queue; default beside the theatre, or in the user's data."),
    ] = None,
    coder: Annotated[
        str | None,
        typer.Option(help="URL of an OpenAI-compatible endpoint that codes beside the rules."),
    ] = None,
    coder_model: Annotated[str, typer.Option(help="Model to ask there.")] = "default",
    coder_key_env: Annotated[
        str, typer.Option(help="Environment variable that holds its key, if it wants one.")
    ] = KEY_ENV,
    as_json: JsonOption = False,
) -> None:
    """State what texts say happened: who did what to whom, when, and who says so.

    Nothing is downloaded, and the history is not changed: --propose fills a queue about which a
    person decides (tightrope review). With --json one line a statement, with exact offsets into the
    text. A job that was stopped goes on when the same command is given again. Exit code 1 if a file
    cannot be read; the others are read all the same.

    Example: tightrope read article.txt --published 2024-02-07 --json

    Example: tightrope read lines.jsonl --propose --source current_events
    """
    from tightrope.evidence.citing import dated
    from tightrope.evidence.documents import read_documents
    from tightrope.evidence.hearing import Hearing
    from tightrope.theatre import read_theatre

    day = day_option(published, "--published")
    hearing = Hearing(None if theatre == "none" else theatre, parser)
    if (propose or coder) and hearing.theatre is None:
        raise typer.BadParameter("proposals need a theatre: --theatre", param_hint="--theatre")

    def documents() -> Iterator[Document]:
        found = read_documents(paths, published=day)
        return dated(found, read_theatre(hearing.theatre)) if hearing.theatre else found

    if job or workers or cluster:
        told = _as_job(hearing, documents, job or Path("reading"), workers, cluster)
    else:
        told = hearing.beside(documents())
    if propose or coder:
        kept = [(document, statements) for document, statements in told]
        _into_queue(str(hearing.theatre), kept, queue, source if propose else None, propose=propose,
                    coder=coder and (coder, coder_model, coder_key_env))  # fmt: skip
    elif as_json:
        print_json_lines(s.as_json() for _, statements in told for s in statements)
    else:
        _show(s for _, statements in told for s in statements)


def _as_job(
    hearing: Hearing, documents: Any, folder: Path, workers: int | None, cluster: str | None
) -> Read:
    with progress_bar() as bar:
        task = bar.add_task("documents", total=None)
        corpus = hearing.job(documents(), folder, workers=workers, cluster=cluster,
                             progress=lambda done: bar.update(task, completed=done))  # fmt: skip
    narrate(f"{corpus.documents:,} documents read; kept in {folder}")
    for fault in corpus.faults():
        narrate(fault)
    return corpus.beside(documents())


def _into_queue(
    name: str, told: Read, path: Path | None, source: str | None, *, propose: bool,
    coder: Any,
) -> None:  # fmt: skip
    from dataclasses import asdict

    from tightrope.errors import TheatreError
    from tightrope.evidence.coder import second_coder
    from tightrope.evidence.endpoint import Endpoint
    from tightrope.evidence.propose import propose as into_queue
    from tightrope.evidence.queue import Queue, queue_path
    from tightrope.history import read_history
    from tightrope.theatre import read_theatre

    theatre = read_theatre(name)
    with Queue(path or queue_path(theatre.folder), theatre.name) as queue:
        if propose:
            try:
                history = read_history(theatre)
            except TheatreError as error:
                if {fault.code for fault in error.faults} != {"no-history"}:
                    raise
                history = None
            names = {document.name: source for document, _ in told} if source else None
            print_json(asdict(into_queue(theatre, history, told, queue, names=names)))
            narrate(f"queue: {queue.path}; decide: tightrope review {name}")
        if coder:
            done = second_coder(theatre, told, Endpoint(*coder), queue)
            for failed in done.failed:
                narrate(failed)
            print_json({
                "documents": done.documents, "before": done.before, "refused": done.refused,
                "failed": len(done.failed),
                "agreement": done.agreement.as_json() if done.agreement else None,
            })  # fmt: skip


def _show(found: Iterator[Statement]) -> None:
    rows = [_row(statement) for statement in found]
    columns = ["where", "act", "source", "target", "date", "modality", "sure", "words"]
    print_table(f"{len(rows):,} statements", columns, rows, right={6})


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
    date, modality, attribution and numbers are judged on what was found. Noise is judged by the
    characters that are set apart.

    Example: tightrope score-reading lines.jsonl --json
    """
    from tightrope.evidence.gold import score_reading as score
    from tightrope.evidence.hearing import Hearing

    if part not in ("all", "development", "heldout"):
        raise typer.BadParameter("write all, development or heldout", param_hint="--part")
    found = score(gold, Hearing(None if theatre == "none" else theatre).reader, part)
    if as_json:
        print_json(found)
        return
    for kind, scores in found.items():
        rows = [[key, _cell(value)] for key, value in scores.items() if not isinstance(value, dict)]
        rows += [[f"right: {key}", _cell(value)] for key, value in scores.get("right", {}).items()]
        print_table(kind, ["", "score"], rows, right={1})
    narrate("`--json` has the scores by type and by document")


def _cell(value: float | int | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
