"""Executable, evidence-linked models of states caught between rival powers.

    import tightrope as tr

    iraq, history = tr.read_theatre_and_history("iraq")
    result = tr.outlook(iraq, history, days=90)

Names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tightrope.compile import Compiled, compile_theatre
    from tightrope.errors import Fault, RunRefused, TheatreError, TightropeError
    from tightrope.foresight.counterfactual import Counterfactual, counterfactual
    from tightrope.foresight.outlook import Answer, Outlook, outlook
    from tightrope.foresight.prepare import Prepared, prepare
    from tightrope.history import (
        ConditionRow,
        History,
        Row,
        read_history,
        read_theatre_and_history,
        tabulate,
    )
    from tightrope.inference.soundness import examine
    from tightrope.theatre import Theatre, read_theatre
    from tightrope.theatre.scaffold import new_theatre

_HOME = {
    "Answer": "foresight.outlook",
    "Compiled": "compile",
    "ConditionRow": "history",
    "Counterfactual": "foresight.counterfactual",
    "Fault": "errors",
    "History": "history",
    "Outlook": "foresight.outlook",
    "Prepared": "foresight.prepare",
    "Row": "history",
    "RunRefused": "errors",
    "Theatre": "theatre",
    "TheatreError": "errors",
    "TightropeError": "errors",
    "compile_theatre": "compile",
    "counterfactual": "foresight.counterfactual",
    "examine": "inference.soundness",
    "new_theatre": "theatre.scaffold",
    "outlook": "foresight.outlook",
    "prepare": "foresight.prepare",
    "read_history": "history",
    "read_theatre": "theatre",
    "read_theatre_and_history": "history",
    "tabulate": "history",
}

__all__ = [
    "Answer", "Compiled", "ConditionRow", "Counterfactual", "Fault", "History", "Outlook",
    "Prepared", "Row", "RunRefused", "Theatre", "TheatreError", "TightropeError",
    "compile_theatre", "counterfactual", "examine", "new_theatre", "outlook", "prepare",
    "read_history", "read_theatre", "read_theatre_and_history", "tabulate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'tightrope' has no attribute {name!r}")
    return getattr(import_module(f"tightrope.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
