"""Stands in for regex, which has no build for browsers: the only pattern that dyncheck has counts visible characters, as browsers do.

Browsers follow a later version of the rules than Terraform, so `length` of some Indian texts is another one here.
"""

from __future__ import annotations

from typing import Any

from js import Intl, Object
from pyodide.ffi import to_js

VERBOSE = 0


class _Clusters:
    def __init__(self) -> None:
        options = to_js({"granularity": "grapheme"}, dict_converter=Object.fromEntries)
        self._segmenter = Intl.Segmenter.new("en", options)

    def findall(self, text: str) -> list[str]:
        """The visible characters of a text."""
        return [each.segment for each in self._segmenter.segment(text)]


def compile(pattern: str, flags: int = 0) -> Any:  # noqa: A001, ARG001
    """The pattern of visible characters."""
    return _Clusters()
