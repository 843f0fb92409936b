"""The types of files that dyncheck reads: Python 3.10 does not evaluate a text inside of a generic type, as in `tuple["Key", ...]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from msgspec import Struct
from msgspec.inspect import Field, StructType, Type, type_info

from dyncheck.catalog.contract_file import CONTRACT
from dyncheck.checking.baseline_file import BaselineFile
from dyncheck.interface import Interface
from dyncheck.readers.capture.document import Capture
from dyncheck.readers.plan import configuration
from dyncheck.settings.file import CONFIGURATION

READ = (CONTRACT.type, CONFIGURATION.type, BaselineFile, Interface, Capture, configuration._Configuration)


def structs(value: Any, seen: set[type[Struct]]) -> set[type[Struct]]:
    """Every Struct in what msgspec knows of a type, added to those that were seen."""
    if isinstance(value, (tuple, list)):
        for each in value:
            structs(each, seen)
    elif isinstance(value, StructType):
        if value.cls not in seen:
            seen.add(value.cls)
            structs(value.fields, seen)
    elif isinstance(value, (Type, Field)):
        structs([getattr(value, name) for name in value.__struct_fields__], seen)
    return seen


def texts(annotation: Any) -> Iterator[str]:
    """The texts inside of a type, other than the values of a Literal."""
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from [part] if isinstance(part, str) else texts(part)


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.__name__)
def test_no_type_of_a_file_has_a_text_inside(kind: type[Struct]) -> None:
    wrong = []
    for each in structs(type_info(kind), set()):
        for name, annotation in each.__annotations__.items():
            value = eval(annotation, vars(sys.modules[each.__module__])) if isinstance(annotation, str) else annotation
            wrong += [f"{each.__qualname__}.{name}: {text}" for text in texts(value)]
    assert wrong == [], "Write the whole type as text, or none of it."
