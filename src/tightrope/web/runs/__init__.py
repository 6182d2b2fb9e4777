"""What is run in a process of its own, one module for each verb.

A module has ``asked(query, theatre, history) -> Settings``: canonical settings of plain values,
defaults filled in, RequestRefused with the remedy where a word is wrong; and ``run(theatre,
history, settings, tell) -> result``: something that can be pickled, small enough to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query

Settings = Mapping[str, Any]
Tell = Callable[..., None]
"""Told in a sentence what is being done, and the share that is done where that is known."""
Run = Callable[[Theatre, History, Settings, Tell], object]
Asked = Callable[[Query, Theatre, History], Settings]

VERBS = ("outlook", "past", "levels", "why", "twin", "trial", "verify", "whatif", "fit")


def run_of(verb: str) -> Run:
    """The function that runs a verb."""
    return import_module(f"tightrope.web.runs.{verb}").run


def asked_of(verb: str) -> Asked:
    """The function that reads a verb's settings."""
    return import_module(f"tightrope.web.runs.{verb}").asked
