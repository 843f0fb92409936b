"""The rules and contracts of the inputs for which the configuration has other ones than for the rest of the run."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dyncheck.catalog.rules import weighed
from dyncheck.checking.differences import Difference
from dyncheck.checking.one_input import Checker
from dyncheck.dynamodb import Contract
from dyncheck.readers.hcl.exclusions import Exclusions


class Variants:
    """The checkers of environments and directories. `contracts_with` gives the contracts of the run and those of more files."""

    def __init__(self, by: Checker, contracts_with: Callable[[tuple[str, ...]], tuple[Contract, ...]]) -> None:
        """Raises `UsageError` when a contract is invalid."""
        self._contracts_with = contracts_with
        self._environments = {
            each.name: difference
            for each, difference in by.settings.environments
            if each.name in by.settings.only_in or not by.settings.only_in
        }
        self._overrides = [(Exclusions(patterns), difference) for patterns, difference in by.settings.overrides]
        # By what differs. Loading contracts takes time.
        self._known: dict[tuple[Difference, ...], Checker] = {(): by}
        for difference in (*self._environments.values(), *(difference for _, difference in self._overrides)):
            self._of((difference,))

    def of(self, environment: str, directory: str) -> Checker:
        """The checker of the inputs in an environment, or without one, and of a root module in a directory, empty for a plan.

        What the overrides of the directory say replaces what the environment says, and the later one counts.
        """
        found = [self._environments[environment]] if environment in self._environments else []
        found += [difference for patterns, difference in self._overrides if directory and patterns.of(directory)]
        return self._of(tuple(found))

    def _of(self, differences: tuple[Difference, ...]) -> Checker:
        if differences not in self._known:
            by = self._known[()]
            ignored = frozenset(rule for each in differences for rule in each.ignore)
            severities = {rule: severity for each in differences for rule, severity in each.severities}
            rules = weighed(tuple(rule for rule in by.rules if rule.id not in ignored), severities)
            policies = tuple(dict.fromkeys(path for each in differences for path in each.policies))
            contracts = self._contracts_with(policies) if policies else by.contracts
            self._known[differences] = replace(by, rules=rules, contracts=contracts)
        return self._known[differences]
