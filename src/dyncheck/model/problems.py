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

    `message` is "<summary>: <path> is <found>; expected <expected>". `fix` is the HCL that corrects it. `location` is where
    the attribute is written, `related` the places its value came through, `places` what stands around it. `severity` is
    set where this defect weighs less than the other defects of the rule.
    """

    address: str
    path: str
    summary: str
    found: str = ""
    expected: str = ""
    fix: str = ""
    location: Location | None = None
    related: tuple[Related, ...] = ()
    places: tuple[Place, ...] = ()
    severity: Severity | None = None

    @property
    def message(self) -> str:
        """The whole finding in one sentence."""
        if not self.found:
            return f"{self.summary}; expected {self.expected}" if self.expected else self.summary
        what = f"{self.summary}: {self.path} is {self.found}"
        return f"{what}; expected {self.expected}" if self.expected else what
