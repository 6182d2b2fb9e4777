"""From what a page holds to its text: templates, style and dark ground that all pages share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tightrope.charts.theme import dark_rules

_ROOM = Path(__file__).parent


def rendered(template: str, page: object) -> str:
    """A page as text; ``template`` is a file of this folder and sees ``page`` alone."""
    style = (_ROOM / "page.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template(template)
        .render(page=page, css=Markup(style), dark=Markup(dark_rules()), svg=Markup)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ROOM), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
