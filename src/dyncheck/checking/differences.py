"""What differs from the settings of a run for some of its inputs."""

from __future__ import annotations

from msgspec import Struct

from dyncheck.rule import Severity


class Difference(Struct, frozen=True):
    """What holds for some root modules besides the settings of the run: other severities of rules, more contracts, and ignored rules."""

    severities: tuple[tuple[str, Severity], ...] = ()
    policies: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
