"""The pages, one module each; a new one is added to ``PAGES``."""

from __future__ import annotations

from tightrope.web.page import Page
from tightrope.web.pages import (
    about,
    charts,
    evidence,
    jobs,
    outlook,
    past,
    question,
    scores,
    static,
    twin,
    who,
    why,
)

PAGES: tuple[Page, ...] = (
    outlook.PAGE, question.PAGE, past.PAGE, who.PAGE, twin.PAGE, why.PAGE, scores.PAGE,
    evidence.PAGE, about.PAGE, charts.PAGE, jobs.PAGE, static.PAGE,
)  # fmt: skip
