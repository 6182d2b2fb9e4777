"""Journeys in a real browser: a what-if composed and run, a number changed, a queue reviewed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proposed import fill
from served import FEW, PATIENCE_SECONDS
from tightrope.history import read_theatre_and_history
from tightrope.web.addresses import address
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.jobs import Job
from web_browser import IN_A_BROWSER, served, tab_to, violations, visited

pytestmark = IN_A_BROWSER


@pytest.fixture
def own_site(own: Path) -> Iterator[str]:
    """An app of a theatre that may be changed, with a queue."""
    fill(own)
    app = create_app(own, defaults=FEW, warm=False)
    with served(app) as address:
        yield address
    app.state.desk.close()


def test_a_what_if_is_composed_run_and_reopened_by_mouse(browser: Any, site: str) -> None:
    with visited(browser, site) as page:
        page.goto("/whatif")
        page.click("text=Something happens more, or less, often")
        page.select_option("#scale-name", "strike")
        page.fill("#scale-value", "2")
        page.click("details[open] form[aria-label^='Something happens more'] >> text=Add it")
        page.wait_for_url("**a=scale**")
        page.click("text=Run it")
        page.wait_for_selector(".one-line li", timeout=PATIENCE_SECONDS * 1000)
        line, at = page.inner_text(".one-line li"), page.url
    with visited(browser, site) as other:
        other.goto(at)
        assert other.inner_text(".one-line li") == line


def test_four_worlds_stand_beside_the_unchanged_one(browser: Any, site: str) -> None:
    words = {
        "a": "patience",
        "b": "soldiers_leave",
        "c": "off M2",
        "d": "scale strike=3; block vote",
    }
    with visited(browser, site) as page:
        page.goto(address("/whatif", words))
        assert page.locator(".worlds > li").count() == 4
        page.click("text=Run it")
        page.wait_for_selector(".one-line li", timeout=PATIENCE_SECONDS * 1000)
        assert page.locator(".one-line li").count() == 4, "each world's change in one line"
        gained = page.locator("section[aria-labelledby=gained]")
        assert gained.locator("h3").count() == 4
        for heading in ("What changes most, day by day", "All differences, by size",
                        "Events gained and lost, levels at the end"):  # fmt: skip
            assert page.is_visible(f"h2:has-text('{heading}')")
        assert page.locator("figure svg").count() >= 3
        assert len(re.findall(r"\bpart", gained.inner_text())) >= 4, "when the worlds part"
        lines, at = page.locator(".one-line li").all_inner_texts(), page.url
    with visited(browser, site) as other:
        other.goto(at)
        assert other.locator(".one-line li").all_inner_texts() == lines


def test_a_what_if_that_runs_is_stopped_and_can_begin_again(
    browser: Any, site: str, desk: Desk
) -> None:
    def running() -> Job:
        """The run of the page, once its process is at work."""
        page.wait_for_selector(".pending[data-job]")
        job = desk.jobs.get(desk.key("whatif", desk.asked("whatif", words)))
        end = time.monotonic() + PATIENCE_SECONDS
        while job and job.says in ("waiting for the run before it", "starting"):
            assert time.monotonic() < end
            time.sleep(0.02)
        assert job and job.status == "running", job
        return job

    words = {"a": "patience", "days": "1095", "paths": "20000"}
    with visited(browser, site) as page:
        page.goto(address("/whatif", words))
        page.click("text=Run it")
        first = running()
        process = desk.jobs._front._process
        assert process is not None and process.is_alive()
        page.click("text=Stop")
        page.wait_for_selector("text=It was stopped.")
        assert first.wait(10) and first.status == "stopped" and not process.is_alive()
        page.click("text=Run it")
        second = running()
        assert second is not first and desk.jobs._front._process is not process
        page.click("text=Stop")
        page.wait_for_selector("text=It was stopped.")


def test_two_tabs_that_edit_lose_nothing(browser: Any, own_site: str, own: Path) -> None:
    before = (own / "theatre.yaml").read_text()
    with visited(browser, own_site) as first:
        second = first.context.new_page()
        for tab, more in ((first, "# the first\n"), (second, "# the second\n")):
            tab.goto("/model/file/theatre.yaml")
            tab.fill("textarea", before + more)
        first.click("button[value=save]")
        first.wait_for_url("**saved=1")
        second.click("button[value=save]")
        second.wait_for_selector("text=was changed since it was opened here")
        assert second.input_value("textarea").endswith("# the second\n"), "nothing is lost"
        told = second.inner_text("main")
        assert "-# the first" in told and "+# the second" in told, "both can be seen"
        assert (own / "theatre.yaml").read_text() == before + "# the first\n"
        second.click("button[value=mine]")
        second.wait_for_url("**draft=**")
        second.click("button[value=save]")
        second.wait_for_url("**saved=1")
    assert (own / "theatre.yaml").read_text() == before + "# the second\n"


def test_a_mechanism_is_switched_off_by_keyboard(browser: Any, site: str) -> None:
    with visited(browser, site) as page:
        page.goto("/model")
        tab_to(page, 'a[href="/model/M1"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**/model/M1")
        tab_to(page, 'a[href="/whatif?off=M1"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**/whatif?a=off%20M1")
        tab_to(page, ".pending button")
        assert page.inner_text(":focus") == "Run it"


def test_a_number_is_changed_checked_and_saved(browser: Any, own_site: str, own: Path) -> None:
    with visited(browser, own_site) as page:
        page.goto("/model/M1")
        page.fill("form:has(input[value='events/attack/follows/strike/expect']) input[name=value]",
                  "0.25")  # fmt: skip
        page.keyboard.press("Enter")
        page.wait_for_url("**draft=**")
        assert "no faults" in page.inner_text(".answer")
        tab_to(page, "button[value=save]")
        page.keyboard.press("Enter")
        page.wait_for_url("**saved=1")
    assert "strike: {expect: 0.25, half_life" in (own / "theatre.yaml").read_text()


def press(page: Any, key: str) -> None:
    """A key, once the page listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_a_queue_is_reviewed_by_single_keys(browser: Any, own_site: str, own: Path) -> None:
    with visited(browser, own_site) as page:
        page.goto("/review")
        press(page, "s")
        page.wait_for_url("**after=1")
        press(page, "r")
        page.wait_for_selector("text=Proposal 2 was rejected.")
        press(page, "c")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("2018-05-06")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Proposal 1 was corrected.")
        press(page, "a")
        page.wait_for_selector("text=Proposal 1 was accepted as 2018-05-06-strike.")
        press(page, "u")
        page.wait_for_selector("text=Proposal 1 was corrected.")
        page.click("text=Turn single keys off")
        press(page, "a")
        assert "keys=0" in page.url
    rows = {row.id for row in read_theatre_and_history(own)[1].rows}
    assert "2018-05-06-strike" not in rows


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browser: Any, own_site: str, scheme: str) -> None:
    wrong: list[str] = []
    with visited(browser, own_site, color_scheme=scheme) as page:
        for at in ("/whatif?a=patience&b=nonsense&do=set&name=troops&value=x", "/model",
                   "/model/M1", "/model/file/theatre.yaml", "/review?n=2"):  # fmt: skip
            page.goto(at)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            wrong += [f"{at}: {one}" for one in violations(page)]
            page.set_viewport_size({"width": 360, "height": 740})
            width = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{at}: {width} wide"] if width > 360 else []
            page.set_viewport_size({"width": 1280, "height": 900})
    assert wrong == []
