"""The rules and contracts of the inputs for which the configuration has other ones than for the rest of the run."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dyncheck.catalog.rules import weighed
from dyncheck.checking.differences import Difference
from dyncheck.checking.one_input import Checker
from dyncheck.dynamodb import Contract


class Variants:
    """The checkers of the environments of a run. `contracts_with` gives the contracts of the run and those of more files."""

    def __init__(self, by: Checker, contracts_with: Callable[[tuple[str, ...]], tuple[Contract, ...]]) -> None:
        """Raises `UsageError` when a contract is invalid."""
        self._by = by
        self._contracts_with = contracts_with
        self._environments = {
            each.name: self._of(difference)
            for each, difference in by.settings.environments
            if each.name in by.settings.only_in or not by.settings.only_in
        }

    def of(self, environment: str) -> Checker:
        """The checker of the inputs in an environment, or without one."""
        return self._environments.get(environment, self._by)

    def _of(self, difference: Difference) -> Checker:
        rules = weighed(self._by.rules, dict(difference.severities))
        contracts = self._contracts_with(difference.policies) if difference.policies else self._by.contracts
        return replace(self._by, rules=rules, contracts=contracts)
