"""One section of a theatre: raw data -> elements, with every fault said in plain words.

Each element is validated by itself, so one fault hides no other. Of a faulty element the sound
parts are kept aside as well: the names in them are resolved, so that the next round of reading
does not bring new faults to light; but nothing of it is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError, create_model

from tightrope.errors import did_you_mean
from tightrope.theatre.expressions import KEYWORDS
from tightrope.theatre.fields import Element
from tightrope.theatre.marks import Document, Location, is_list, is_mapping
from tightrope.theatre.quoting import quoted

MAX_ELEMENTS = 5_000
_ROUNDS = 4  # an entry that goes may break a rule of the entry around it, and so on outwards
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_CONDITION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")

E = TypeVar("E", bound=Element)


@dataclass
class Section:
    """The elements of one kind, and where they stand.

    ``names`` has every element, faulty ones too; it is None when the section could not be read,
    and then any name may be in it. ``partial`` has the sound parts of faulty elements.
    """

    title: str
    document: Document
    where: Location = ()
    names: list[str] | None = None
    absent: bool = False
    whole: dict[str, Any] = field(default_factory=dict[str, Any])
    partial: dict[str, Any] = field(default_factory=dict[str, Any])

    def each(self) -> Iterator[tuple[str, Location, Any]]:
        """Name, place and element of everything that could be read at least in part."""
        for name, element in (*self.whole.items(), *self.partial.items()):
            yield name, (*self.where, name), element


def read_section(section: Section, data: Any, model: type[Element]) -> None:
    """Fill a section from raw data (names with their contents), noting every fault."""
    document, where = section.document, section.where
    if data is None:
        section.absent = where not in document.broken and not document.faults
        section.names = [] if section.absent else None
        return
    if not is_mapping(data):
        says = f"{section.title} must be names with their contents; write 'NAME:' and keys below it"
        document.fault(where, "not-a-mapping", says, of_value=True)
        return
    if len(data) > MAX_ELEMENTS:
        says = f"{len(data):,} {section.title}, at most {MAX_ELEMENTS:,} are read; remove some"
        document.fault(where, "too-many", says)
        return
    section.names = list(data)
    for name, value in data.items():
        here = (*where, name)
        _check_name(section, name, here)
        element = validate(document, model, value, here)
        if element is not None:
            section.whole[name] = element
        elif is_mapping(value):
            section.partial[name] = sound_parts(model, value)
    section.partial = {name: part for name, part in section.partial.items() if part is not None}


def _check_name(section: Section, name: str, here: Location) -> None:
    if section.title == "conditions":
        allowed, says = _CONDITION_NAME, "a-z, 0-9 and _, a letter first"
    else:
        allowed, says = _NAME, "a-z, 0-9, _ and -"
    if not allowed.fullmatch(name) or name in KEYWORDS:
        message = f"{quoted(name)} is no name; use {says}, at most 80 characters"
        section.document.fault(here, "bad-name", message)


def validate(
    document: Document, model: type[E], value: Any, here: Location, also_known: Iterable[str] = ()
) -> E | None:
    """The element, or None with its faults noted; ``also_known`` are keys that others read."""
    if here in document.broken:
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            where = (*here, *problem["loc"])
            if where not in document.broken:
                _note(document, model, problem, where, also_known)
        return None


def sound_parts(model: type[Element], value: dict[str, Any]) -> Element | None:
    """What remains of a faulty element without its faulty parts; absent keys are None."""
    value = deepcopy(value)
    lenient = _lenient(model)
    for _ in range(_ROUNDS):
        try:
            return lenient.model_validate(value)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                _prune(value, problem["loc"])
    return None


@cache
def _lenient(model: type[Element]) -> type[Element]:
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if info.is_required():
            info = copy(info)
            info.default = None
            fields[name] = (info.annotation, info)
    lenient = create_model(model.__name__, __base__=model, **fields)
    lenient.rules_apply = False
    return lenient


def _prune(value: Any, location: Location) -> None:
    """Remove the innermost entry of a mapping on the way to ``location``.

    A list with a faulty item goes as a whole: without the item, those after it would seem to stand
    in other places than they do.
    """
    last: tuple[dict[str, Any], str] | None = None
    for key in location:
        if is_mapping(value) and key in value:
            last = (value, str(key))
            value = value[str(key)]
        elif is_list(value) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            break
    if last is not None:
        last[0].pop(last[1], None)


# words ------------------------------------------------------------------------------------------


def _note(
    document: Document, model: type[Element], problem: Any, where: Location, also: Iterable[str]
) -> None:
    kind, inner = problem["type"], model_at(model, problem["loc"])
    name = quoted(str(where[-1])) if where else "the file"
    if kind == "missing":
        document.fault(where, "missing-key", f"{name} is missing; add '{where[-1]}: ...'")
    elif kind == "extra_forbidden":
        owner = model_at(model, problem["loc"][:-1]) or model
        known = [*owner.keys(), *(also if len(problem["loc"]) == 1 else ())]
        offer = did_you_mean(str(where[-1]), known) or f"; known are {', '.join(known)}"
        document.fault(where, "unknown-key", f"{name} is no key here{offer}")
    elif "says" in problem.get("ctx", {}):
        document.fault(where, kind, problem["ctx"]["says"])
    elif kind in ("model_type", "model_attributes_type", "dict_type", "list_type"):
        says = f"{quoted(problem['input'])} stands where {_shape(kind, inner)}"
        document.fault(where, "wrong-shape", says, of_value=True)
    else:
        document.fault(where, "bad-value", _value_words(problem, name), of_value=True)


def _shape(kind: str, inner: type[Element] | None) -> str:
    keys = "" if inner is None else ", ".join(f"{key}: ..." for key in _first_keys(inner))
    if kind == "list_type":
        return f"a list is wanted; write '- {{{keys}}}'" if keys else "a list is wanted; write [a]"
    if kind == "dict_type":
        return "names with their contents are wanted; write 'NAME: ...' on a line of its own"
    return f"keys are wanted; write {{{keys}}}"


def _first_keys(model: type[Element]) -> list[str]:
    """The keys that an example should show: those that must be there, and a ground."""
    fields = model.model_fields
    needed = [key for key, name in model.keys().items() if fields[name].is_required()]
    return [*needed, *(["mechanism"] if "mechanism" in fields else [])] or list(model.keys())[:3]


def _value_words(problem: Any, name: str) -> str:
    kind, shown, context = problem["type"], quoted(problem["input"]), problem.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        offer = did_you_mean(str(problem["input"]), allowed) if len(allowed) > 8 else ""
        return f"{shown} is not allowed; write one of {', '.join(allowed)}{offer}"
    if kind == "string_type":
        return f"{shown} stands where one word or text is wanted; write it on this line"
    if kind in ("bool_type", "bool_parsing"):
        return f"{shown} is neither true nor false; write true or false"
    if kind == "string_pattern_mismatch":
        return f"{shown} does not fit; write 64 hexadecimal digits, as sha256sum prints them"
    if kind == "too_short":
        return (
            f"{name} has {context['actual_length']} entries; give {context['min_length']} or more"
        )
    bounds = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
    if kind in bounds:
        limit = {"ge": "at least", "gt": "more than", "le": "at most"}[bounds[kind]]
        return f"{shown} is out of range; write {limit} {context[bounds[kind]]:g}"
    return f"{shown} does not fit here; {problem['msg'][0].lower()}{problem['msg'][1:]}"


def model_at(model: type[Element], location: Location) -> type[Element] | None:
    """The kind of element that stands at a place inside an element, or None if it is a value."""
    annotation: Any = model
    for key in location:
        if isinstance(annotation, type) and issubclass(annotation, Element):
            name = annotation.keys().get(str(key))
            if name is None:
                return None
            annotation = annotation.model_fields[name].annotation
        else:
            annotation = get_args(annotation)[-1] if get_args(annotation) else None
        annotation = _without_none(annotation)
    if get_origin(annotation) in (list, dict):
        annotation = get_args(annotation)[-1]
    return annotation if isinstance(annotation, type) and issubclass(annotation, Element) else None


def _without_none(annotation: Any) -> Any:
    some = [part for part in get_args(annotation) if part is not type(None)]
    return some[0] if len(some) == 1 and type(None) in get_args(annotation) else annotation
