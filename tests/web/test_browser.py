"""A person's journeys in a real browser: by mouse, by keyboard alone, offline, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from served import FEW, PATIENCE_SECONDS
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from web_browser import IN_A_BROWSER, served, tab_to, violations, visited

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def row(app: FastAPI) -> tuple[str, str]:
    """A question and a fact that stands behind it."""
    desk: Desk = app.state.desk
    result: Any = desk.result("outlook", desk.asked("outlook", {}))
    return next(
        (answer.id, fact) for answer in result.answers if not answer.refused
        for driver in answer.drivers for fact in driver.facts
    )  # fmt: skip


def test_from_the_first_page_to_the_evidence_by_mouse(page: Any, row: tuple[str, str]) -> None:
    question, fact = row
    page.goto("/")
    page.click(f'a[href="/q/{question}"]')
    page.wait_for_url(f"**/q/{question}")
    page.click(f'a[data-open="row/{fact}"] >> nth=0')
    page.wait_for_selector("dialog.drawer[open]")
    assert f"open=row/{fact}" in page.url.replace("%2F", "/")
    assert fact in page.inner_text("dialog.drawer")
    page.click("dialog.drawer >> text=Close")
    page.wait_for_selector("dialog.drawer", state="hidden")
    assert "open=" not in page.url
    page.go_back()
    page.wait_for_selector("dialog.drawer[open]")


def test_from_the_first_page_to_the_evidence_by_keyboard(page: Any, row: tuple[str, str]) -> None:
    question, fact = row
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, f'a[href="/q/{question}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/q/{question}")
    tab_to(page, f'a[data-open="row/{fact}"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.drawer[open]")
    assert page.evaluate("document.activeElement.closest('dialog') !== null"), "focus is inside"
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.drawer", state="hidden")
    assert page.evaluate("document.activeElement.dataset.open") == f"row/{fact}", "focus is back"


def test_a_table_behind_a_picture_opens_by_keyboard(page: Any, row: tuple[str, str]) -> None:
    page.goto(f"/q/{row[0]}")
    tab_to(page, "figure summary")
    page.keyboard.press("Enter")
    assert page.is_visible("figure details[open] table")


def test_an_address_opens_the_same_view_for_another_visitor(
    browser: Any, site: str, row: tuple[str, str]
) -> None:
    with visited(browser, site) as other:
        other.goto(f"/q/{row[0]}?open=row/{row[1]}")
        assert row[1] in other.inner_text("dialog.drawer[open]")


def test_everything_reads_without_a_script(browser: Any, site: str, row: tuple[str, str]) -> None:
    with visited(browser, site, java_script_enabled=False) as page:
        page.goto("/")
        page.click(f'a[href="/q/{row[0]}"]')
        page.click(f'a[data-open="row/{row[1]}"] >> nth=0')
        assert page.url.endswith(f"/row/{row[1]}")
        page.goto(f"/q/{row[0]}?open=row/{row[1]}")
        page.click("dialog.drawer >> text=Close")
        assert "open=" not in page.url and not page.is_visible("dialog.drawer")


def test_a_run_shows_progress_and_its_answer_without_a_click(page: Any) -> None:
    page.goto("/?days=45")
    page.click("text=Run it")
    page.wait_for_selector("table.lines", timeout=PATIENCE_SECONDS * 1000)
    assert "days=45" in page.url


def test_a_run_is_stopped_by_keyboard(page: Any) -> None:
    page.goto("/?days=1095&paths=20000")
    tab_to(page, ".pending button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pending[data-job]")
    tab_to(page, ".pending button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It was stopped.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(
    browser: Any, site: str, row: tuple[str, str], scheme: str
) -> None:  # fmt: skip
    """WCAG 2.2 AA, as far as a machine can tell."""
    with visited(browser, site, color_scheme=scheme) as page:
        for at in ("/", "/?days=46", f"/q/{row[0]}", f"/q/{row[0]}?open=row/{row[1]}",
                   f"/row/{row[1]}", "/scores", "/about"):  # fmt: skip
            page.goto(at)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert violations(page) == [], f"{at}, {scheme}"


def test_scores_of_iraq_are_accessible_and_narrow_screens_do_not_scroll(
    browser: Any,
) -> None:  # fmt: skip
    from tightrope.theatre import find_theatre

    app = create_app(find_theatre("iraq"), defaults=FEW, warm=False)
    with (
        served(app) as site,
        visited(browser, site) as page,
    ):
        page.goto("/scores", timeout=60_000)  # pictures of a cold cache are drawn first
        assert violations(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, width


def test_little_is_loaded_before_the_first_picture(
    page: Any, app: FastAPI, row: tuple[str, str]
) -> None:
    """Pictures stand in the page: all that is loaded for it comes before the first of them."""
    for at in (*app.state.places.values(), f"/q/{row[0]}?runs=1&open=row/{row[1]}"):
        page.goto(at)
        sizes: list[int] = page.evaluate(
            "['navigation', 'resource'].flatMap(one => performance.getEntriesByType(one))"
            ".map(one => one.encodedBodySize)"
        )
        assert len(sizes) >= 1 and 0 < sum(sizes) <= 350_000, (at, sizes)
