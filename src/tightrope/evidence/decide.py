"""Decisions about proposals: accept, correct, reject, undo. Each is kept with time and reason.

An accepted row is written into the theatre's files only after the whole theatre with it reads
without a fault, and so that a crash at any moment leaves queue and files in agreement.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tightrope.errors import ReviewRefused, TheatreError, did_you_mean
from tightrope.evidence import ledger
from tightrope.evidence.citing import source_entry
from tightrope.evidence.ledger import Patch, patch
from tightrope.evidence.proposal import Proposal
from tightrope.evidence.propose import with_current_twins
from tightrope.evidence.queue import FILE, Decision, Entry, Queue
from tightrope.evidence.rows import cells_of_row, joined, new_id
from tightrope.history import History, read_theatre_and_history
from tightrope.history.reader import CONDITION_COLUMNS, HISTORY_COLUMNS, KNOWN
from tightrope.history.writer import Change, addition, insertion, records, replacement
from tightrope.shelf import is_shipped
from tightrope.theatre.reader import DATA_FILES, FILES, read_theatre

HISTORY, CONDITIONS, SOURCES = "history.csv", "conditions.csv", "sources.yaml"
COLUMNS = {"event": HISTORY_COLUMNS[1:], "condition": (*CONDITION_COLUMNS, *KNOWN),
           "mechanism": ("date", "mechanism", "cause", "effect", "sources", "note")}  # fmt: skip
"""Cells that a person may correct; the id of a row is made when it is accepted."""


@dataclass(frozen=True)
class Desk:
    """A queue, and the folder of the theatre into which accepted rows go."""

    queue: Queue
    folder: Path

    def history(self) -> History | None:
        """What the theatre's files say now; None while they have faults, or no history."""
        try:
            return read_theatre_and_history(self.folder)[1]
        except TheatreError:
            return None

    def entries(self, state: str | None = "open", words: str = "") -> Iterator[Entry]:
        """Proposals, each with the rows that may be its twins as the files are now."""
        return self.beside_rows(self.queue.entries(state, words), self.history())

    def beside_rows(self, entries: Iterable[Entry], history: History | None) -> Iterator[Entry]:
        """Entries with their twins in a history; as they were proposed, where there is none."""
        if history is None:
            return iter(entries)
        return with_current_twins(entries, history.theatre, history)

    def recover(self) -> list[str]:
        """Finish what a crash interrupted; says in sentences what was done."""
        if not self.queue.decisions("pending"):
            return []
        with ledger.locked(self.folder):
            return [self._finish(pending) for pending in self.queue.decisions("pending")]

    def accept(self, number: int, *, reason: str = "", same_as: str | None = None) -> str:
        """Write a proposal into the theatre; returns the row's id.

        same_as : id of the row that tells of the same event, which then gets the sources and wider
        bounds. TheatreError carries every fault that the theatre would have with the row.
        """
        if is_shipped(self.folder):
            raise ReviewRefused(f"{self.folder.name} is shipped with the package and stays as it "
                                "is; decide about a copy: tightrope review --into FOLDER"
                                )  # fmt: skip
        self.recover()
        with ledger.locked(self.folder):
            entry = self._open(number)
            patches, row = self._patches(entry, same_as)
            after = {"state": "accepted", "row": row}
            self._carry_out("accept", entry, reason, after, patches)
        return row

    def reject(self, number: int, *, reason: str = "") -> None:
        """Set a proposal aside; the same statement is not proposed again."""
        with self.queue.changing():
            entry = self._open(number)
            after = {"state": "rejected", "row": None}
            self.queue.log("reject", number, reason, _now(entry), after)
            self._become(number, after)

    def correct(self, number: int, changes: Mapping[str, str], *, reason: str = "") -> None:
        """Write other cells in place of what was read; checked when the row is accepted."""
        with self.queue.changing():
            entry = self._open(number)
            columns = COLUMNS[entry.proposal.kind]
            for name in changes:
                if name not in columns:
                    raise ReviewRefused(f"a proposed {entry.proposal.kind} has no cell {name!r}"
                                        f"{did_you_mean(name, columns) or ''}")  # fmt: skip
            clean = {name: " ".join(value.split()) for name, value in changes.items()}
            after = {"corrections": {**entry.corrections, **clean}}
            before = {"corrections": dict(entry.corrections)}
            self.queue.log("correct", number, reason, before, after)
            self._become(number, after)

    def undo(self, decision: int | None = None, *, reason: str = "") -> Decision:
        """Take the last decision back, or the one of that number; returns it.

        What was written goes out of the files again; if nothing else wrote there, they are byte
        for byte what they were.
        """
        self.recover()
        taken = self._to_undo(decision)
        writes = bool(self._patches_of(taken.id))
        with ledger.locked(self.folder) if writes else nullcontext():
            patches = ledger.back(self.folder, self._patches_of(taken.id))
            entry = self.queue.get(taken.proposal)
            self._carry_out("undo", entry, reason, taken.before, patches, taken.id)
        return taken

    # ---------------------------------------------------------------------------------------------

    def _open(self, number: int) -> Entry:
        entry = self.queue.get(number)
        if entry.state != "open":
            raise ReviewRefused(f"proposal {number} is {entry.state} already; undo that first")
        return entry

    def _to_undo(self, number: int | None) -> Decision:
        done = [d for d in self.queue.decisions("done") if d.verb != "undo"]
        asked = [d for d in done if number is None or d.id == number]
        if not asked:
            what = "no decision" if number is None else f"no standing decision {number}"
            raise ReviewRefused(f"there is {what} to undo; see tightrope review --log")
        last = max(d.id for d in done if d.proposal == asked[-1].proposal)
        if last != asked[-1].id:
            raise ReviewRefused(f"decision {asked[-1].id} was followed by {last} about the same "
                                "proposal; undo that first")  # fmt: skip
        return asked[-1]

    def _patches(self, entry: Entry, same_as: str | None) -> tuple[list[Patch], str]:
        """What the files must become, checked as a whole; of a mechanism nothing is written."""
        if entry.proposal.kind == "mechanism":
            return [], self._mechanism(entry.proposal)
        patches = self._source_patches(entry.proposal)
        if entry.proposal.kind == "condition":
            patches.append(self._condition_patch(entry.proposal))
            row = f"{entry.proposal.cells['date']} {entry.proposal.cells['condition']}"
        else:
            change, row = self._row_change(entry.proposal, same_as)
            patches.append(patch(HISTORY, ledger.read(self.folder, HISTORY), change))
        _check(self.folder, ledger.patched(self.folder, patches))
        return patches, row

    def _mechanism(self, proposal: Proposal) -> str:
        """Under what name a mechanism's support is kept on the list of the queue."""
        name = proposal.cells["mechanism"]
        known = read_theatre(self.folder).mechanisms
        if name and name not in known:
            raise ReviewRefused(f"the theatre has no mechanism {name!r}{did_you_mean(name, known)}")
        return f"support of {name}" if name else "a candidate"

    def _row_change(self, proposal: Proposal, same_as: str | None) -> tuple[Change, str]:
        raw = ledger.read(self.folder, HISTORY) or b""
        stands = {record.cells["id"]: record.cells for record in records(raw)} if raw else {}
        if same_as is None:
            row = new_id(proposal.cells, stands)
            return insertion(raw, {"id": row, **proposal.cells}, HISTORY_COLUMNS), row
        if same_as not in stands:
            raise ReviewRefused(
                f"history.csv has no row {same_as!r}{did_you_mean(same_as, stands)}"
            )
        whole = cells_of_row(self.folder, same_as)
        return replacement(raw, same_as, joined(whole, proposal.cells)), same_as

    def _condition_patch(self, proposal: Proposal) -> Patch:
        raw = ledger.read(self.folder, CONDITIONS)
        columns = (*CONDITION_COLUMNS, *KNOWN) if not raw else CONDITION_COLUMNS
        return patch(CONDITIONS, raw, insertion(raw or b"", proposal.cells, columns))

    def _source_patches(self, proposal: Proposal) -> list[Patch]:
        """Entries for documents that the theatre does not cite yet."""
        known = read_theatre(self.folder).sources
        entries: dict[str, str] = {}
        for telling in proposal.tellings:
            name = telling.source.partition("#")[0]
            if name not in known:
                entries[name] = source_entry(name, self.queue.document(telling.document))
        wanted = {source.partition("#")[0] for source in proposal.cells["sources"].split(";")}
        text = "".join(entry for name, entry in entries.items() if name in wanted)
        raw = ledger.read(self.folder, SOURCES)
        return [patch(SOURCES, raw, addition(raw or b"", text))] if text else []

    def _carry_out(
        self, verb: str, entry: Entry, reason: str, after: Mapping[str, Any],
        patches: Sequence[Patch], takes_back: int | None = None,
    ) -> None:  # fmt: skip
        """Commit the decision as pending, write the files, mark it done."""
        with self.queue.changing():
            # Another process, or a rejection, may have been quicker.
            if self.queue.get(entry.id) != entry:
                raise ReviewRefused(f"proposal {entry.id} was decided meanwhile; look again")
            number = self.queue.log(verb, entry.id, reason, _now(entry), after, "pending",
                                    takes_back)  # fmt: skip
            self.queue.base.executemany(
                "INSERT INTO patches VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(number, i, p.file, p.change.at, p.change.removed, p.change.inserted, p.before,
                  p.after) for i, p in enumerate(patches)],
            )  # fmt: skip
        decision = next(d for d in self.queue.decisions("pending") if d.id == number)
        if not self._write(decision, patches):
            raise ReviewRefused(f"{self.folder} was changed by somebody else in this moment; "
                                "nothing was written: decide again")  # fmt: skip

    def _finish(self, pending: Decision) -> str:
        """Roll an interrupted decision forward, or say that it cannot be."""
        patches = self._patches_of(pending.id)
        told = f"{pending.verb} of proposal {pending.proposal}"
        if self._write(pending, patches):
            return f"{told} was interrupted, and is done now"
        return (f"{told} was interrupted, and the files were changed by somebody else since: "
                "nothing was written, decide again")  # fmt: skip

    def _write(self, decision: Decision, patches: Sequence[Patch]) -> bool:
        """Write the files and mark the decision done; lost, if other bytes stand there."""
        if not patches or ledger.state(self.folder, patches) != "changed":
            ledger.write(self.folder, patches)
        written = not patches or ledger.state(self.folder, patches) == "after"
        if written:
            self._settle(decision)
        else:
            with self.queue.changing():
                self.queue.settle(decision.id, "lost")
        return written

    def _settle(self, decision: Decision) -> None:
        with self.queue.changing():
            self.queue.settle(decision.id, "done")
            if decision.takes_back is not None:
                self.queue.settle(decision.takes_back, "undone")
            self._become(decision.proposal, decision.after)

    def _become(self, number: int, data: Mapping[str, Any]) -> None:
        if "state" in data:
            self.queue.set_state(number, data["state"], data["row"])
        if "corrections" in data:
            self.queue.set_corrections(number, data["corrections"])

    def _patches_of(self, decision: int) -> list[Patch]:
        rows = self.queue.base.execute(
            "SELECT * FROM patches WHERE decision = ? ORDER BY place", (decision,)
        )
        return [Patch(row["file"], Change(row["at"], row["removed"], row["inserted"]),
                      row["before"], row["after"]) for row in rows]  # fmt: skip


def own_copy(source: Path, queue: Path, folder: Path, name: str) -> Path:
    """Copy a theatre and its queue into a folder of one's own; returns the copy's queue.

    ReviewRefused when something is there already.
    """
    if folder.exists():
        raise ReviewRefused(f"{folder} is there already; review that: tightrope review {folder}")
    beside = folder.with_name(f".{folder.name}-new")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(source, beside, ignore=shutil.ignore_patterns(f"{FILE}*", ledger.LOCK))
        if queue.exists():
            with Queue(queue, name) as old, Queue(beside / FILE, name) as new:
                old.base.backup(new.base)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise ReviewRefused(f"{folder} cannot be written: {error.strerror}; choose another folder"
                            ) from None  # fmt: skip
    return folder / FILE


def _now(entry: Entry) -> dict[str, Any]:
    return {"state": entry.state, "row": entry.row}


def _check(folder: Path, files: Mapping[str, bytes]) -> None:
    """The whole theatre must read with these files in place of its own."""
    with tempfile.TemporaryDirectory() as place:
        for name in ("theatre.yaml", *FILES, *DATA_FILES):
            raw = files.get(name, ledger.read(folder, name))
            if raw is not None:
                (Path(place) / name).write_bytes(raw)
        read_theatre_and_history(place)


def decided(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Decisions as JSON, for ``tightrope review --log``."""
    return [
        {"id": d.id, "time": d.time, "verb": d.verb, "proposal": d.proposal, "reason": d.reason,
         "before": dict(d.before), "after": dict(d.after), "state": d.state,
         "takes_back": d.takes_back}
        for d in decisions
    ]  # fmt: skip
