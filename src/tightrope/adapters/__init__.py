"""Event tables of others -> theatres of rhythms that can be checked, asked, fitted and scored."""

from tightrope.adapters.ged import import_ged
from tightrope.adapters.lines import import_lines
from tightrope.adapters.theatre import Imported
from tightrope.tables.faults import TableError

__all__ = ["Imported", "TableError", "import_ged", "import_lines"]
