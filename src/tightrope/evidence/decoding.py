"""Bytes -> text, once; every offset counts characters of what comes out here."""

from __future__ import annotations

import codecs
import re

SAMPLE = 1 << 16
"""Bytes from which an unknown encoding is guessed."""
MOST_CONTROL = 0.01
"""A file with more control signs than this is no text: a program, a picture, an archive."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes) -> str:
    """The text of a file, its encoding found and its mojibake undone.

    1. UTF-16 and UTF-32 by their mark; 2. UTF-8, whose mark stays a character so that places
    agree with those of other readers; 3. otherwise the likeliest encoding, in the end Windows-1252.
    Mojibake (UTF-8 read as something else and saved) is undone for the whole text, before any
    place in it is counted. Raises ValueError when it is no text.
    """
    text = _decoded(data)
    if len(_CONTROL.findall(text[:SAMPLE])) > MOST_CONTROL * min(len(text), SAMPLE):
        raise ValueError("it is no text but bytes of something else; save it as text in UTF-8")
    return _repaired(text)


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_guess(data[:SAMPLE]), "replace")


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def _repaired(text: str) -> str:
    if text.isascii():
        return text
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    return fix_encoding(text) if is_bad(text) else text
