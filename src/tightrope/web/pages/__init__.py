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
    past,
    question,
    review,
    scores,
    static,
    twin,
    whatif,
    who,
    why,
)

PAGES: tuple[Page, ...] = (
    outlook.PAGE, question.PAGE, past.PAGE, who.PAGE, whatif.PAGE, twin.PAGE, why.PAGE,
    scores.PAGE, model.PAGE, editing.PAGE, review.PAGE, evidence.PAGE, about.PAGE, charts.PAGE,
    jobs.PAGE, static.PAGE,
)  # fmt: skip
UNKEPT = (editing.PAGE, review.PAGE, jobs.PAGE)
"""Pages that rest on more than the files and what they ask of the desk: drafts, a queue, runs as
they go. Their answers are made anew each time, see ``standing``."""
