"""How the words of a user's file are shown in a message: quoted, on one line, never long."""

from __future__ import annotations

LONGEST = 60


def quoted(value: object) -> str:
    """A value as a message shows it.

    >>> quoted("two\\nlines")
    "'two lines'"
    >>> quoted(3)
    '3'
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a block of keys"
    text = " ".join(str(value).split())
    if len(text) > LONGEST:
        text = text[: LONGEST - 3] + "..."
    return repr(text) if isinstance(value, str) else text
