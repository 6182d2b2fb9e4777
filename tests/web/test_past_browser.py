"""Journeys through the pages about what happened, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from served import FEW, ran
from tightrope.charts.timeline import WIDTH
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from web_browser import IN_A_BROWSER, tab_to, violations, visited

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def app(scaffold: Path) -> Iterator[FastAPI]:
    """These pages need no outlook, so none is run before."""
    app = create_app(scaffold, defaults=FEW, warm=False)
    yield app
    app.state.desk.close()


@pytest.fixture(scope="module")
def asked(app: FastAPI) -> dict[str, str]:
    """A fact whose rate and whose twin have been run."""
    desk: Desk = app.state.desk
    reading = desk.reading
    row = next(
        row for row in reversed(reading.history.rows) if row.date.is_day and not row.is_tally
        and any(row.event in event.follows for event in reading.theatre.events.values())
    )  # fmt: skip
    asks = (("why", {"event": row.event, "on": row.date.text}),
            ("twin", {"without": row.id, "draws": "10", "twins": "2"}), ("levels", {}))  # fmt: skip
    for verb, query in asks:
        ran(desk, verb, query)
    return {"row": row.id, "why": f"/why?event={row.event}&on={row.date.text}",
            "twin": f"/twin?without={row.id}&draws=10&twins=2", "word": row.id}  # fmt: skip


def test_from_the_timeline_to_why_by_mouse(page: Any, asked: dict[str, str]) -> None:
    page.goto("/past")
    page.fill('input[name="text"]', asked["word"])
    page.click("text=Show")
    page.wait_for_url("**text=**")
    page.click(f'a[data-open="row/{asked["row"]}"]')
    page.wait_for_selector("dialog.drawer[open]")
    page.click("dialog.drawer >> text=Why then?")
    page.wait_for_url("**/why?**")
    assert page.is_visible("section:has(#made-of) figure svg")


def test_from_the_timeline_to_the_twin_by_keyboard(page: Any, asked: dict[str, str]) -> None:
    page.goto(f"/past?text={asked['word']}")
    tab_to(page, f'a[data-open="row/{asked["row"]}"]', most=120)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.drawer[open]")
    tab_to(page, 'dialog a[href^="/twin"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/twin?**")
    tab_to(page, ".pending button")


def days_shown(page: Any) -> tuple[str, str]:
    """The time of the address, and that the list and the levels are of it."""
    found = {name: page.get_attribute(f'.filters input[name="{name}"]', "value")
             for name in ("since", "until")}  # fmt: skip
    assert f"since={found['since']}" in page.url and f"until={found['until']}" in page.url
    listed = page.locator(".facts-list time").all_inner_texts()
    assert listed and all(found["since"] <= day[:10] <= found["until"] for day in listed
                          if len(day) == 10)  # fmt: skip
    link = page.get_attribute('#levels .downloads a:has-text("CSV")', "href")
    assert f"since={found['since']}" in link
    return found["since"], found["until"]


@pytest.mark.parametrize("picture", ["timeline", "levels"])
def test_a_span_drawn_with_the_mouse_is_what_list_and_levels_follow(
    page: Any, asked: dict[str, str], picture: str
) -> None:
    page.goto("/past")
    first, last = (page.get_attribute("form.span", f"data-{x}") for x in ("since", "until"))
    svg = page.locator(f"#{picture} svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    left, y = box["x"] + box["width"] - WIDTH, box["y"] + box["height"] / 2
    page.mouse.move(left + WIDTH / 4, y)
    page.mouse.down()
    page.mouse.move(left + WIDTH / 2, y, steps=4)
    assert page.locator(".shade:visible").count() == 2, "both pictures show it"
    page.mouse.up()
    page.wait_for_url("**since=**")
    since, until = map(date.fromisoformat, days_shown(page))
    begins, ends = map(date.fromisoformat, (first, last))
    share = (until - since).days / (ends - begins).days
    assert abs(share - 0.25) < 0.03 and begins < since < until < ends


def test_a_span_is_set_by_keyboard_alone(page: Any, asked: dict[str, str]) -> None:
    page.goto("/past")
    whole = page.get_attribute("form.span", "data-since")
    tab_to(page, ".span input[type=range]")
    for _ in range(3):
        page.keyboard.press("PageUp")
    told = page.inner_text(".span output")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == told[:10]
    tab_to(page, ".span button")
    page.keyboard.press("Enter")
    page.wait_for_url("**since=**")
    since, until = days_shown(page)
    assert whole < since and told == f"{since} to {until}"


def test_marks_open_their_facts_by_mouse_and_by_arrow_keys(page: Any) -> None:
    page.goto("/past")
    mark = page.locator("#timeline svg a").first
    place = mark.get_attribute("data-open")
    mark.click()
    page.wait_for_selector("dialog.drawer[open]")
    assert place.removeprefix("row/") in page.inner_text("dialog")
    page.keyboard.press("Escape")
    tab_to(page, "#timeline .picture")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    place = page.evaluate("document.activeElement.dataset.open")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.drawer[open]")
    assert place.removeprefix("row/") in page.inner_text("dialog")


def test_the_years_of_the_network_by_mouse_and_by_keyboard(page: Any) -> None:
    page.goto("/who")
    page.click('nav[aria-label="Kinds of tie"] >> text=Cooperation')
    page.wait_for_url("**show=cooperation**")
    tab_to(page, 'input[type="range"]')
    page.keyboard.press("Home")
    first = page.get_attribute('input[type="range"]', "min")
    assert page.inner_text(".slide output") == first
    page.keyboard.press("Enter")
    page.wait_for_url(f"**year={first}**")
    assert "show=cooperation" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_narrow_screens(
    browser: Any, site: str, asked: dict[str, str], scheme: str
) -> None:
    with visited(browser, site, color_scheme=scheme) as page:
        for at in ("/past", "/who", asked["why"], "/why", asked["twin"], "/twin?text=a"):
            page.goto(at)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert violations(page) == [], f"{at}, {scheme}"
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, at
            page.set_viewport_size({"width": 1280, "height": 900})
