"""A bad and a good example of each rule, cut from its fixture by `make generate`."""

from __future__ import annotations

from importlib.resources import files

from msgspec import Struct
from msgspec.json import decode

# The generated file, beside this one.
FILE = "examples.json"


class Examples(Struct, frozen=True):
    """The HCL of a resource that breaks a rule, the finding on it, and the HCL of one that does not; empty without one."""

    finding: str = ""
    bad: str = ""
    good: str = ""


def examples_of(rule: str) -> Examples:
    """The examples of a rule; empty for a rule from outside this package."""
    text = files("dyncheck.catalog").joinpath(FILE).read_bytes()
    return decode(text, type=dict[str, Examples]).get(rule, Examples())
