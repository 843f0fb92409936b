"""Values that rules may compare but nobody may print: whatever a message does with one, `(sensitive)` is what it gets."""

from __future__ import annotations

from typing import Any

SENSITIVE = "(sensitive)"


class Sensitive:
    """What prints as `(sensitive)`, in any format."""

    __slots__ = ()

    def __str__(self) -> str:
        return SENSITIVE

    def __repr__(self) -> str:
        return SENSITIVE

    def __format__(self, _specification: str) -> str:
        return SENSITIVE


class SensitiveText(Sensitive, str):
    """A string that is equal to what it holds, and prints as `(sensitive)`."""

    __slots__ = ()


class SensitiveNumber(Sensitive, float):
    """A number that is equal to what it holds, and prints as `(sensitive)`."""

    __slots__ = ()


def concealed(value: Any) -> Any:
    """The same value with every string and number in it made unprintable; truth values stay, for a verdict shows them anyway."""
    if isinstance(value, str):
        return SensitiveText(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return SensitiveNumber(value)
    if isinstance(value, dict):
        return {concealed(key): concealed(item) for key, item in value.items()}
    return [concealed(item) for item in value]
