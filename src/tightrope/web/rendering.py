"""From what a page holds to its text: the app's templates on top of those of the report."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope import report
from tightrope.charts.theme import dark_rules
from tightrope.errors import RequestRefused
from tightrope.web.addresses import address
from tightrope.web.site import Site, site_of

_ROOM = Path(__file__).parent
_REPORT = Path(report.__file__).parent


def render(request: Request, template: str, page: object, *, fingerprint: str = "") -> HTMLResponse:
    """A page of the app.

    page : a frozen dataclass, all that the template sees beside ``site``.
    fingerprint : of the run that the page shows, for its footer.
    """
    site = site_of(request, fingerprint)
    return HTMLResponse(_environment().get_template(template).render(page=page, site=site))


def problem_page(problem: RequestRefused, back: str = "") -> str:
    """The page of a request that is not served; it knows no theatre, for none may be readable.

    back : where the visitor came from, if from a page of ours.
    """
    site = Site(name="", subject="", entries=(), at="")
    return _environment().get_template("problem.html").render(page=problem, site=site, back=back)


@cache
def style() -> str:
    """The one style sheet: the report's, the app's, and the dark partners of chart colours."""
    parts = [_REPORT / "page.css", _ROOM / "static" / "app.css"]
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark_rules()}\n}}\n"
    return "\n".join(part.read_text(encoding="utf-8") for part in parts) + dark


@cache
def script() -> str:
    """The one script."""
    return (_ROOM / "static" / "app.js").read_text(encoding="utf-8")


def _static(name: str) -> str:
    """The address of a static file: it changes with the file, so that browsers may keep it."""
    text = style() if name.endswith(".css") else script()
    return f"/static/{name}?v={hashlib.sha256(text.encode()).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([_ROOM / "templates", _REPORT]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    ours: dict[str, Any] = {"address": address, "static": _static, "svg": Markup,
                            "version": version("tightrope")}  # fmt: skip
    environment.globals.update(ours)
    return environment
