"""What ``tightrope verify`` keeps, and when it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tightrope.foresight.verdicts import basis_of, verdicts_at_hand
from tightrope.history import read_theatre_and_history

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("compiled_once")
FACTS = """\
M2:
  angry:
    says: Strikes are followed by protests
    days: 90
    value: {chance: protest}
    bound: '>= 0.0'
    because: a chance is never below zero
"""


def test_verdicts_of_a_whole_theatre_are_kept_and_those_of_a_part_are_not(
    run: Run, own: Path, tmp_path: Path
) -> None:
    (own / "expectations.yaml").write_text(FACTS)
    arguments = ("--ablate", "--paths", 100, "--json")
    assert run("verify", own, "M2", *arguments)[0] == 0
    assert not (own / "verdicts.json").exists()
    code, out, err = run("verify", own, *arguments)
    assert code == 0 and "kept: " in err
    found = verdicts_at_hand(own, basis_of(*read_theatre_and_history(own)))
    told = json.loads(out)
    assert found and found.fingerprint == told["fingerprint"]
    (fact,) = next(one["expectations"] for one in told["mechanisms"] if one["id"] == "M2")
    assert found.by_mechanism["M2"]["angry"] == fact
    assert run("verify", own, *arguments, "--into", tmp_path / "new")[0] == 0
    assert (tmp_path / "new" / "verdicts.json").read_bytes() == (own / "verdicts.json").read_bytes()


@pytest.mark.parametrize("arguments", [("M2", "--ablate"), ("--ablate", "--prior"), ()])
def test_into_takes_verdicts_of_a_whole_theatre_only(
    run: Run, own: Path, arguments: tuple[str, ...]
) -> None:
    code, _, err = run("verify", own, *arguments, "--into", own)
    assert code == 2 and "verdicts are kept of all mechanisms, with --ablate" in " ".join(
        err.split()
    )
