"""What a theatre says: the language, its reader, and checks that need no arithmetic."""

from tightrope.theatre.reader import Theatre, find_theatre, read_theatre, theatre_digest

__all__ = ["Theatre", "find_theatre", "read_theatre", "theatre_digest"]
