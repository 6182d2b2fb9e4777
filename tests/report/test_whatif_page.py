"""The page of a what-if: alone, the same each time, every arm and every number of its JSON."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from imagined import ARMS, imagined
from tightrope.foresight.whatif import WhatIf
from tightrope.report.whatif import command, whatif_page
from tightrope.report.whatif_tables import differences
from two_worlds import changes

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture(scope="module")
def result(scaffold: Path) -> WhatIf:
    return imagined(scaffold, 4)


@pytest.fixture(scope="module")
def text(result: WhatIf) -> str:
    return whatif_page(result, result.prepared.compiled.theatre)


def plain(text: str) -> str:
    body = re.sub(r"<(style|svg).*?</\1>", "", text, flags=re.DOTALL)
    body = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
    return html.unescape(body).replace("\u00a0", " ")


def test_the_page_stands_alone(text: str) -> None:
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', text) and "<script" not in text
    assert "@import" not in text and "url(" not in text
    inner = set(re.findall(r'href="#([^"]+)"', text))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert inner <= set(ids) and len(ids) == len(set(ids))
    pictures = re.findall(r"<svg[^>]*>", text)
    assert all(re.search(r'role="img" aria-label="[^"]{30,}"', one) for one in pictures)
    assert len(pictures) >= 4


def test_the_same_what_if_is_the_same_page(result: WhatIf, text: str) -> None:
    theatre = result.prepared.compiled.theatre
    assert whatif_page(result, theatre) == text
    assert text.count(result.fingerprint) == 3 and str(theatre.folder) not in text


def test_names_cannot_break_the_page(text: str) -> None:
    assert "<b>" not in text and "&lt;b&gt;quiet" in text


def test_every_arm_says_what_was_changed_and_where_the_worlds_part(
    result: WhatIf, text: str
) -> None:
    words = plain(text)
    for arm in result.arms:
        assert f"{arm.name}: " in words
        assert all(change in words for change in arm.changes)
    assert "mechanism M2 switched off: " in words  # with the mechanism's name
    assert words.count("The worlds part in ") == len(ARMS)


def test_the_tables_have_every_question_of_every_arm(result: WhatIf, text: str) -> None:
    words = plain(text)
    for arm in result.arms:
        table = differences(arm)
        answered = [c for c in arm.contrasts if c.difference]
        assert len(table.rows) == len(answered)
        for row in table.rows:
            assert all(cell in words for cell in row), row
    for name in ("strike_90", "attacks_90"):
        said = next(c for c in result.arms[0].contrasts if c.id == name)
        assert said.ask in words
    refused = next(c for c in result.arms[0].contrasts if c.refused)
    assert refused.refused is not None and refused.refused in words


def test_the_command_makes_the_arms_again(result: WhatIf) -> None:
    lines = command(result).splitlines()
    assert " saltmarsh no_anger --force " in lines[0]  # "cold" is what a scenario changes
    lines[0] = lines[0].replace(" no_anger", "")
    given_here = [(name, given) for name, given in ARMS.items() if name != "cold"]
    for line, (name, given) in zip(lines, given_here, strict=True):  # options make one arm
        words = shlex.split(line)
        assert words[:3] == ["tightrope", "whatif", "saltmarsh"], name
        options = [
            f"{kind[2:]} {text}" for kind, text in zip(words[3::2], words[4::2], strict=False)
        ]
        assert changes(*options[: len(given)]) == changes(*given)
        assert "--as-of 2020-03-31 --days 120 --paths 400 --seed 1 --prior" in line


def test_scenarios_share_a_command(result: WhatIf) -> None:
    theatre = result.prepared.compiled.theatre
    leave = tuple(theatre.scenarios["soldiers_leave"].changes)
    arms = (replace(result.arms[0], name="soldiers_leave", made=leave), *result.arms[1:2])
    (line,) = command(replace(result, arms=arms)).splitlines()
    assert " saltmarsh soldiers_leave --scale strike=0.2 --block vote --as-of " in line


def test_a_page_in_which_nothing_is_clear_says_so(result: WhatIf) -> None:
    arm = result.arms[0]
    still = replace(arm, contrasts=tuple(
        c if c.difference is None else replace(c, difference=replace(c.difference, low=-1, high=1))
        for c in arm.contrasts), events={}, levels={})  # fmt: skip
    told = plain(whatif_page(replace(result, arms=(still,)), result.prepared.compiled.theatre))
    assert "No question’s answer changes beyond the error of the runs." in told
    assert "many: no event type gains or loses beyond the error of the runs." in told
    assert "many: no question's answer changes beyond the error of the runs" in told
