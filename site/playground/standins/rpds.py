"""Stands in for rpds-py, which has no build for browsers: the three persistent collections as copies of Python's own.

`referencing` and `jsonschema` use these methods only. A copy for each change is slower, but contracts are small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class HashTrieMap(dict[Any, Any]):
    """A dictionary that is never changed."""

    @classmethod
    def convert(cls, value: Any) -> HashTrieMap:
        """The map of any mapping."""
        return value if isinstance(value, cls) else cls(value)

    def insert(self, key: Any, value: Any) -> HashTrieMap:
        """A map with one entry more."""
        return HashTrieMap({**self, key: value})

    def remove(self, key: Any) -> HashTrieMap:
        """A map without an entry. Raises `KeyError` when it is not there."""
        rest = dict(self)
        del rest[key]
        return HashTrieMap(rest)

    def discard(self, key: Any) -> HashTrieMap:
        """A map without an entry, which need not be there."""
        return HashTrieMap({each: value for each, value in self.items() if each != key})

    def update(self, *more: Any, **named: Any) -> HashTrieMap:  # type: ignore[override]
        """A map with more entries."""
        return HashTrieMap(dict(self, **dict(*more, **named)) if named else {**self, **dict(*more)})

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class HashTrieSet(frozenset[Any]):
    """A set that is never changed."""

    def insert(self, value: Any) -> HashTrieSet:
        """A set with one member more."""
        return HashTrieSet({*self, value})

    def remove(self, value: Any) -> HashTrieSet:
        """A set without a member. Raises `KeyError` when it is not there."""
        if value not in self:
            raise KeyError(value)
        return HashTrieSet(self - {value})

    def discard(self, value: Any) -> HashTrieSet:
        """A set without a member, which need not be there."""
        return HashTrieSet(self - {value})

    def update(self, *others: Iterable[Any]) -> HashTrieSet:
        """A set with more members."""
        return HashTrieSet(self.union(*others))


class List:
    """A list that grows at its front, and is never changed."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._values = tuple(values)

    def push_front(self, value: Any) -> List:
        """A list that begins with the value."""
        return List((value, *self._values))

    def drop_first(self) -> List:
        """A list without the first value."""
        return List(self._values[1:])

    @property
    def first(self) -> Any:
        """The first value."""
        return self._values[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, List) and self._values == other._values

    def __hash__(self) -> int:
        return hash(self._values)
