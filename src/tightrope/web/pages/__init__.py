"""The pages, one module each; a new one is added to ``PAGES``."""

from __future__ import annotations

from tightrope.web.page import Page
from tightrope.web.pages import (
    about,
    charts,
    editing,
    evidence,
    jobs,
    model,
    outlook,
    question,
    review,
    scores,
    static,
    whatif,
)

PAGES: tuple[Page, ...] = (
    outlook.PAGE, question.PAGE, scores.PAGE, evidence.PAGE, about.PAGE, charts.PAGE, jobs.PAGE,
    static.PAGE, whatif.PAGE,
    editing.PAGE, model.PAGE, review.PAGE,
)  # fmt: skip
