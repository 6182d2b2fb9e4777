"""What happened: labelled rows, dated conditions, and the one place where time is cut."""

from tightrope.history.origins import Origins, RowPart
from tightrope.history.reader import read_history, read_theatre_and_history
from tightrope.history.rows import ConditionRow, History, Row
from tightrope.history.table import Table, conditions_at_dawn, tabulate

__all__ = [
    "ConditionRow", "History", "Origins", "Row", "RowPart", "Table", "conditions_at_dawn",
    "read_history", "read_theatre_and_history", "tabulate",
]  # fmt: skip
