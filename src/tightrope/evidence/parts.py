"""What a job has read so far: one file for each batch of documents, written whole.

A part is named by its place and by the SHA-256 of what it was read from and with. A part that is
there is never read again; one of another corpus, or of another reader, is never taken for it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tightrope.errors import RunRefused
from tightrope.evidence.document import Document
from tightrope.evidence.proposal import statement_from
from tightrope.evidence.statement import Statement
from tightrope.shelf import written_whole

FORMAT = "2"
Found = list[tuple[int, Statement]]
"""Statements of a batch, each with the place of its document in the batch."""


@dataclass(frozen=True)
class Batch:
    """Documents that follow one another in the corpus; ``digest`` is of them and the reader."""

    place: int
    first: int
    """Place of its first document in the corpus."""
    documents: tuple[Document, ...]
    digest: str

    @property
    def name(self) -> str:
        """Name of the part's file."""
        return f"part-{self.place:06d}-{self.digest[:16]}.jsonl"


def batches(documents: Iterable[Document], reader: str, size: int) -> Iterator[Batch]:
    """Cut a corpus into batches, one at a time in memory. ``reader`` names reader and theatre."""
    stream = iter(documents)
    place = first = 0
    while some := tuple(islice(stream, size)):
        yield Batch(place, first, some, _digest(some, reader))
        place, first = place + 1, first + len(some)


def _digest(documents: Sequence[Document], reader: str) -> str:
    digest = hashlib.sha256(f"{FORMAT}\0{reader}".encode("utf-8", "surrogatepass"))
    for document in documents:
        digest.update(repr(document).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def part_bytes(found: Found, faults: Sequence[str]) -> bytes:
    """A part: its statements, a line each, and then its faults."""
    lines: list[dict[str, Any]] = [{"in": i, "statement": asdict(told)} for i, told in found]
    lines += [{"fault": fault} for fault in faults]
    return "".join(_line(line) for line in lines).encode()


def read_part(path: Path) -> tuple[Found, list[str]]:
    """Statements and faults of a part; RunRefused if somebody changed it."""
    found: Found = []
    faults: list[str] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                data = json.loads(line)
                if "fault" in data:
                    faults.append(data["fault"])
                else:
                    found.append((data["in"], statement_from(data["statement"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunRefused(f"{path} cannot be read ({error}); remove it and run again") from None
    return found, faults


def _line(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates can only be escaped
        text = json.dumps(data, allow_nan=False)
    return text + "\n"


@dataclass(frozen=True)
class Corpus:
    """A corpus that has been read: its parts in order. Everything is read from them again."""

    parts: tuple[Path, ...]
    firsts: tuple[int, ...]
    """Place in the corpus of each part's first document."""
    documents: int

    def statements(self) -> Iterator[Statement]:
        """Every statement, in the order of the corpus."""
        for path in self.parts:
            for _, told in read_part(path)[0]:
                yield told

    def faults(self) -> Iterator[str]:
        """Documents that the reader failed on, in sentences."""
        for path in self.parts:
            yield from read_part(path)[1]

    def beside(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Statement]]]:
        """The documents, read again from where they came, each with its statements."""
        stream = enumerate(documents)
        for path, first in zip(self.parts, self.firsts, strict=True):
            by_place: dict[int, list[Statement]] = {}
            for i, told in read_part(path)[0]:
                by_place.setdefault(first + i, []).append(told)
            last = self._last(first)
            for place, document in islice(stream, last - first):
                yield document, by_place.get(place, [])

    def _last(self, first: int) -> int:
        after = self.firsts.index(first) + 1
        return self.firsts[after] if after < len(self.firsts) else self.documents

    def write_lines(self, path: Path) -> int:
        """The statements as ``tightrope read --json`` prints them, a line each; their number."""
        count = 0
        with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as out:
            for told in self.statements():
                out.write(_line(told.as_json()))
                count += 1
        return count

    def write_parquet(self, folder: Path) -> list[Path]:
        """One Parquet file for each part; together they are one table, in order of their names."""
        folder.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        for i, part in enumerate(self.parts):
            path = folder / f"part-{i:06d}.parquet"
            with written_whole(path) as beside:
                beside.write_bytes(_parquet([told for _, told in read_part(part)[0]]))
            written.append(path)
        for stale in set(folder.glob("part-*.parquet")) - set(written):
            stale.unlink()
        return written


_INTEGERS = ("start", "end", "trigger_start", "trigger_end")
_NUMBERS = ("killed_low", "killed_high", "confidence")


def _parquet(statements: Sequence[Statement]) -> bytes:
    import polars as pl

    rows = [_flat(told) for told in statements]
    names = list(_flat(_NOTHING))
    types = {name: pl.Int64 if name in _INTEGERS else pl.Float64 if name in _NUMBERS else pl.String
             for name in names}  # fmt: skip
    out = io.BytesIO()
    pl.DataFrame(rows, schema=types, orient="row").write_parquet(out, compression="zstd")
    return out.getvalue()


def _flat(told: Statement) -> dict[str, Any]:
    """The documented shape in plain columns; numbers are JSON in one of them."""
    flat: dict[str, Any] = {}
    for name, value in told.as_json().items():
        if name in ("source", "target"):
            keys = ("id", "name", "text")
            flat |= {f"{name}_{key}": value[key] if value else None for key in keys}
        elif name == "killed":
            flat |= {f"killed_{end}": value[end] if value else None for end in ("low", "high")}
        elif name == "numbers":
            flat[name] = _line(value).rstrip("\n")
        else:
            flat[name] = value
    return {name: _storable(value) for name, value in flat.items()}


def _storable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


_NOTHING = Statement(
    "", None, 0, 0, "", 0, 0, "", None, None, None, None, None, (), "happened", None, None, 0.0
)
