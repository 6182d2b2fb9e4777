"""Reports opened as files, in a real browser that may ask nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drawn import drawn
from imagined import imagined
from tightrope.foresight.record import last_card
from tightrope.report.page import outlook_page
from tightrope.report.scorecard import scorecard_page
from tightrope.report.whatif import whatif_page
from tightrope.theatre import find_theatre, read_theatre
from web_browser import IN_A_BROWSER, browser_of, tab_to, violations, visited

pytestmark = [IN_A_BROWSER, pytest.mark.usefixtures("compiled_once")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browser_of() as found:
        yield found


@pytest.fixture(scope="module")
def reports(scaffold: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    what_if = imagined(scaffold, 4)
    texts = {
        "outlook": outlook_page(*drawn(scaffold)),
        "whatif": whatif_page(what_if, what_if.prepared.compiled.theatre),
        "scorecard": scorecard_page(last_card(find_theatre("iraq")), read_theatre("iraq")),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["outlook", "whatif", "scorecard"])
def test_a_report_reads_from_a_file(
    browser: Any, reports: dict[str, Path], name: str, scheme: str
) -> None:
    at = reports[name].as_uri()
    with visited(browser, at, color_scheme=scheme) as page:  # whatever leaves the file fails
        page.goto(at)
        assert page.locator("h1").count() == 1 and page.locator("figure svg").count() >= 2
        assert page.evaluate("document.querySelectorAll('script, link, img, iframe').length") == 0
        tab_to(page, "nav a")
        page.keyboard.press("Enter")
        assert page.url.startswith(f"{at}#")
        assert not violations(page)
