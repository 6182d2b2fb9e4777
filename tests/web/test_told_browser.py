"""In a real browser: how an answer comes about, the sentence behind a fact, and the scores."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from served import FEW
from tightrope.theatre import find_theatre, read_theatre
from tightrope.web import beforehand
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tiny import row, tiny_theatre
from web_browser import IN_A_BROWSER, served, tab_to, violations, visited

pytestmark = IN_A_BROWSER
TEXT = "A quiet week. Boats of the north shelled the mole <i>twice</i>. Nobody was hurt.\n"
START, END = TEXT.index("Boats"), TEXT.index(". Nobody")


@pytest.fixture(scope="module")
def iraq(nothing_kept: None) -> Iterator[str]:
    """The shipped theatre, with what is shipped of its first pages and nothing run."""
    app = create_app(find_theatre("iraq"), warm=False)
    desk: Desk = app.state.desk
    for verb, settings, result in beforehand.read(desk):
        desk.results.put(desk.key(verb, settings), result)
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def with_text(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A theatre of one fact, and the text that it cites."""
    folder = tmp_path_factory.mktemp("cited")
    place = f"herald#{START}-{END}"
    tiny_theatre(folder / "tiny", rows=row("shelled", "2020-03-01").replace("register", place))
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    sources = (folder / "tiny" / "sources.yaml").read_text()
    (folder / "tiny" / "sources.yaml").write_text(
        f"{sources}herald: {{type: article-newspaper, title: On the mole, outlet: Herald, "
        f'published: 2020-03-02, sha256: "{digest}"}}\n'
    )
    (folder / "a.txt").write_text(TEXT)
    with served(_read(folder / "tiny", folder / "a.txt")) as address:
        yield address


def _read(folder: Path, text: Path) -> FastAPI:
    app = create_app(folder, defaults=FEW, warm=False, documents=[text])
    app.state.desk.reading.documents.read([])
    return app


def test_a_first_start_has_the_whole_first_page(browser: Any, iraq: str) -> None:
    with visited(browser, iraq) as page:
        page.goto("/")
        asked = len(read_theatre(find_theatre("iraq")).questions)
        assert page.locator("table.lines tbody a").count() == asked
        assert page.locator("table.lines .spark svg").count() == asked, "the past year"
        assert "past forecasts, yes or no: error" in page.inner_text("table.lines")


def test_how_it_may_come_about_by_mouse(browser: Any, iraq: str) -> None:
    with visited(browser, iraq) as page:
        page.goto("/")
        page.click("text=Will parliament vote to end the foreign presence?")
        page.wait_for_selector("ol.stories")
        assert page.locator("ol.stories > li").count() == 5
        one = page.locator("ol.stories > li").first
        one.locator("summary").click()
        assert "2025" in one.locator("ol.dated").inner_text()
        one.locator('a[data-open="mechanism/M05"]').first.click()
        page.wait_for_selector("dialog.drawer[open]")
        assert "its text is not at hand" in page.inner_text("dialog.drawer")
        assert "--documents FOLDER" in page.inner_text("dialog.drawer")


def test_how_it_may_come_about_by_keyboard(browser: Any, iraq: str) -> None:
    with visited(browser, iraq) as page:
        page.goto("/q/expulsion_vote")
        tab_to(page, "ol.stories a[data-open]")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog.drawer[open]")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog.drawer:not([open])", state="attached")
        tab_to(page, "ol.stories summary")
        page.keyboard.press("Enter")
        assert page.locator("ol.stories details[open] ol.dated li").count() >= 1


def test_the_cited_sentence_is_marked_and_is_no_markup(browser: Any, with_text: str) -> None:
    with visited(browser, with_text) as page:
        page.goto("/row/shelled")
        marked = page.locator("blockquote mark")
        assert marked.inner_text() == TEXT[START:END], "as it stands, tags and all"
        assert page.inner_text("blockquote").startswith("A quiet week.")
        assert "From your own copy" in page.inner_text("main")
        assert violations(page) == []


def test_scores_open_to_numbers_by_keyboard(browser: Any, iraq: str) -> None:
    with visited(browser, iraq) as page:
        page.goto("/scores")
        assert "For example," in page.inner_text("section[aria-labelledby=reliable]")
        assert "numbers became clearly more certain" in page.inner_text("main")
        tab_to(page, "#moved summary", most=200)
        page.keyboard.press("Enter")
        assert page.locator("#moved details[open] tbody tr").count() == 24


@pytest.mark.parametrize("colour", ["light", "dark"])
@pytest.mark.parametrize("at", ["/", "/q/expulsion_vote", "/scores"])
def test_they_are_accessible(browser: Any, iraq: str, at: str, colour: str) -> None:
    with visited(browser, iraq, color_scheme=colour) as page:
        page.goto(at)
        opened = "document.querySelectorAll('.stories details').forEach(one => one.open = true)"
        page.evaluate(opened)
        assert violations(page) == []


def test_a_narrow_screen_does_not_scroll_sideways(browser: Any, iraq: str) -> None:
    with visited(browser, iraq) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        for at in ("/", "/q/expulsion_vote", "/scores"):
            page.goto(at)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, at
