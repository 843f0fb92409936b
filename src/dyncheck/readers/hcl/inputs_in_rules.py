"""The values, for rules, that depend on inputs of a module during a proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dyncheck.model.symbolic import Entries, Items
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.values import Pending, Value, is_wholly_known, known_of, plain


def rule_value(value: Value) -> Any:
    """A plain value with an `Opaque` for each part that is not wholly known; None where a part may be anything."""
    if any(isinstance(part.content, Pending) and part.content.known is None for part in _parts(value)):
        return None
    return _of(value)


def _parts(value: Value) -> Iterator[Value]:
    yield value
    known, content = known_of(value), value.content
    entries = known.known if isinstance(known, Entries) else content
    inner = entries.values() if isinstance(entries, Mapping) else entries if isinstance(entries, tuple) else ()
    for part in inner:
        yield from _parts(part)


def _of(value: Value) -> Any:
    content = value.content
    if isinstance(content, Pending):
        return _entries(value, content.known) if isinstance(content.known, Entries) else content.known
    if isinstance(content, dict):
        return {key: _of(content[key]) for key in sorted(content)}
    if isinstance(content, tuple):
        if isinstance(value.type, types.Set) and len(content) > 1 and not is_wholly_known(value):
            # Unknown items may be equal.
            return Items("the set", 1)
        return [_of(item) for item in content]
    return plain(value)


def _entries(value: Value, entries: Entries) -> Entries:
    """The entries without null ones, which the provider drops."""
    absent = {key for key, item in entries.known.items() if item.is_null and isinstance(value.type, types.Map)}
    known = {key: _of(item) for key, item in entries.known.items() if key not in absent}
    return Entries(entries.name, known, entries.absent | absent, len(known))
