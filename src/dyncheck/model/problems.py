"""Problems, which rules yield, and their severity."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.model.places import Location, Place, Related


class Severity(Enum):
    """The severity of a finding, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    # The hash of `Enum` is slow Python code, and counting results needs it often.
    __hash__ = object.__hash__

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Problem(Struct, frozen=True):
    """One defect, at the attribute `path` of a resource.

    `message` is "<summary>: <path> is <found>; expected <expected>". `fix` is the HCL that corrects it. `location` is the place of
    the attribute, `related` are the places that pass on its value, `places` those around it. `severity` is set where this
    defect is less severe than the others of the rule. `nearest` is the address of another resource, which a single change would make
    the one that is missing.
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
    nearest: str = ""

    def under(self, path: str) -> Problem:
        """The same problem, as one of the part of a resource at that path."""
        return replace(self, path=f"{path}.{self.path}" if self.path else path)

    @property
    def message(self) -> str:
        """The whole finding in one sentence."""
        found = f": {self.path} is {self.found}" if self.found else ""
        return self.summary + found + (f"; expected {self.expected}" if self.expected else "")
