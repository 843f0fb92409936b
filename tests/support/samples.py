"""Long tests run on a fixed sample of all items; `make check-thorough` runs them on all items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

THOROUGH = pytest.mark.thorough


def every(step: int, items: Iterable[Any]) -> list[Any]:
    """Parameters for a test: each `step`th item is in the sample, all others are thorough."""
    return [item if number % step == 0 else pytest.param(item, marks=THOROUGH) for number, item in enumerate(items)]


def parts(number: int) -> list[Any]:
    """Numbers for a test that runs on `items[part::number]`: the first part is the sample."""
    return every(number, range(number))
