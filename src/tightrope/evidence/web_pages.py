"""HTML -> the text of its article, with title, day and outlet; nothing is run or fetched."""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import dataclass
from datetime import date
from typing import Any

from tightrope.evidence.headers import first_day

MOST_TAGS = 50_000
"""More tags than any article has; the finder of main text would take minutes over them."""
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = ("script", "style", "noscript", "template", "svg", "head", "iframe", "object", "nav",
           "footer", "form", "button", "select", "aside")  # fmt: skip
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|section|article|blockquote|header|main|hr)\b[^<>]*>",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,500})", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """What a page holds for a reader."""

    text: str
    title: str | None = None
    published: date | None = None
    outlet: str | None = None


def read_page(source: str) -> Page:
    """The main text of a page; all of its visible text where no main text stands out.

    Raises ValueError when there is no text at all.
    """
    source = source.replace("\x00", "")
    page = _main_text(source) if source.count("<") <= MOST_TAGS else None
    if page is None:
        title = _TITLE.search(source)
        page = Page(visible_text(source), _words(title[1]) if title else None)
    if not page.text.strip():
        raise ValueError("this page holds no text; save it again once it is fully loaded")
    return page


def visible_text(source: str) -> str:
    """Everything between the tags but scripts, styles and navigation; linear, of any depth.

    >>> visible_text("<p>One<script>alert('no')</script></p><p>Two &amp; three</p>")
    'One\\n\\nTwo & three'
    """
    for name in ("!--", *_HIDDEN):
        source = _without(source, name)
    text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", source)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line)


def _without(source: str, name: str) -> str:
    """The source without the elements of a name; one that never ends hides the rest."""
    closing = "-->" if name == "!--" else f"</{name}"
    lower, kept, at = source.lower(), list[str](), 0
    for opening in re.finditer(rf"<{name}(?![\w-])" if name != "!--" else "<!--", lower):
        if opening.start() < at:
            continue
        kept.append(source[at : opening.start()])
        end = lower.find(closing, opening.end())
        if end < 0:
            return "".join(kept)
        # Behind the name of a closing tag stands its bracket.
        at = end + len(closing) if name == "!--" else lower.find(">", end) + 1
        if not at:
            return "".join(kept)
    return "".join([*kept, source[at:]])


def _main_text(source: str) -> Page | None:
    import logging

    bare_extraction = _extractor()

    # What it cannot use it tells its log; the caller is told by the error instead.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found: Any = bare_extraction(
            source, include_comments=False, include_tables=True, with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, RecursionError, AssertionError):
        return None
    if found is None or not (found.text or "").strip():
        return None
    day = first_day(found.date) if found.date else None
    # One line is one paragraph; an empty line between them says so to every later step.
    text = found.text.replace("\n", "\n\n")
    return Page(text, found.title or None, day, found.sitename or None)


def _words(text: str) -> str | None:
    return " ".join(html.unescape(text).split()) or None


def _extractor() -> Any:
    """Trafilatura's, without the warning that it cannot use a kind of proxy: nothing is fetched."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trafilatura import bare_extraction

    return bare_extraction
