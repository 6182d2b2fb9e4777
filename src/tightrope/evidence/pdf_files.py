"""PDF with a text layer -> its text."""

from __future__ import annotations

import re
import time
from io import BytesIO

MOST_PAGES = 2_000
MOST_CHARACTERS = 20_000_000
MOST_SECONDS = 60.0
"""A file made to keep a reader busy is left after this time, at the end of a page."""
_WRAP = re.compile(r"(?<=[^\s.!?:;”\"’)\]])[ \t]*\n(?=[a-z(“‘])")
_SCAN = "this PDF has no text, only pictures of pages; run text recognition (OCR) over it first"


def read_pdf(data: bytes) -> tuple[str, str | None]:
    """Text and title of a PDF. Pages are parted by an empty line; lines that were broken in the
    middle of a sentence are joined again, before any place in the text is counted.

    Raises ValueError when it is encrypted, damaged, too large, or has no text.
    """
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("this PDF is locked with a password; save it without one")
        pages = _pages(reader)
        title = _title(reader)
    except ValueError:
        raise
    except ImportError as error:
        raise ValueError("this PDF is encrypted; save it without encryption") from error
    except (PyPdfError, RecursionError, MemoryError, OSError, *_BROKEN) as error:
        says = (str(error).splitlines() or ["unreadable"])[0][:100]
        raise ValueError(f"this PDF is damaged ({says}); save or download it again") from error
    text = _WRAP.sub(" ", "\n\n".join(pages))
    if not text.strip():
        raise ValueError(_SCAN)
    return text, title


# What a parser trips over in a damaged file.
_BROKEN = (KeyError, IndexError, TypeError, AttributeError, ArithmeticError, AssertionError)


def _pages(reader: object) -> list[str]:
    from pypdf import PdfReader

    assert isinstance(reader, PdfReader)
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise ValueError(f"{count:,} pages, and {MOST_PAGES:,} are read; split the PDF")
    pages: list[str] = []
    until = time.monotonic() + MOST_SECONDS
    size = 0
    for page in reader.pages:
        pages.append(page.extract_text().strip())
        size += len(pages[-1])
        if size > MOST_CHARACTERS:
            raise ValueError(f"more than {MOST_CHARACTERS:,} characters; split the PDF")
        if time.monotonic() > until:
            raise ValueError(f"not read after {MOST_SECONDS:.0f} seconds; print it as a new PDF")
    return pages


def _title(reader: object) -> str | None:
    from pypdf import PdfReader

    assert isinstance(reader, PdfReader)
    title = reader.metadata.title if reader.metadata else None
    words = " ".join(str(title).split()) if title else ""
    return words if words and not words.lower().startswith(("microsoft word", "untitled")) else None
