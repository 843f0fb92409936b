"""What a rule finds: a problem, and how much it weighs."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from dyncheck.model.places import Location, Place, Related


class Severity(Enum):
    """How much a finding weighs, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    # The hash of `Enum` is written in Python, and counting results takes many.
    __hash__ = object.__hash__

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Problem(Struct, frozen=True):
    """A defect a rule found, at one attribute of one resource.

    `wanted` completes the sentence "<path> is <found>, must be ...". `fix` is the HCL that mends it. `location` is where
    the attribute is written, `related` the places its value came through, `places` what stands around it. `severity` is
    there where this defect weighs less than the rule's others.
    """

    address: str
    path: str
    summary: str
    found: str = ""
    wanted: str = ""
    fix: str = ""
    location: Location | None = None
    related: tuple[Related, ...] = ()
    places: tuple[Place, ...] = ()
    severity: Severity | None = None

    @property
    def message(self) -> str:
        """The whole finding in one sentence."""
        if not self.found:
            return f"{self.summary}; must be {self.wanted}" if self.wanted else self.summary
        what = f"{self.summary}: {self.path} is {self.found}"
        return f"{what}, must be {self.wanted}" if self.wanted else what
