"""Sensitive values: rules can compare them, but every message prints `(sensitive)`."""

from __future__ import annotations

from typing import Any

SENSITIVE = "(sensitive)"


class Sensitive:
    """A value that prints as `(sensitive)` in every format."""

    __slots__ = ()

    def __repr__(self) -> str:
        return SENSITIVE

    def __format__(self, _specification: str) -> str:
        return SENSITIVE

    __str__ = __repr__


class SensitiveText(Sensitive, str):
    """A string that prints as `(sensitive)`."""

    __slots__ = ()


class SensitiveNumber(Sensitive, float):
    """A number that prints as `(sensitive)`."""

    __slots__ = ()


def concealed(value: Any) -> Any:
    """The same value with every string and number in it sensitive. Truth values stay, because the result of a rule shows them."""
    if isinstance(value, str):
        return SensitiveText(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return SensitiveNumber(value)
    if isinstance(value, dict):
        return {concealed(key): concealed(item) for key, item in value.items()}
    return [concealed(item) for item in value]
