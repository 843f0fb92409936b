"""The checks that checkov runs. Each returns the result that dyncheck has determined, and decides nothing itself."""

from __future__ import annotations

from traceback import format_exc
from typing import Any

from checkov.common.bridgecrew.severities import BcSeverities, Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from dyncheck import streams
from dyncheck.catalog.rules import NOT_CHECKED, all_rules, checkov_id
from dyncheck.checkov import scope
from dyncheck.checkov.resources import PROVIDER, Seen
from dyncheck.checkov.session import Session
from dyncheck.checkov.verdicts import TYPES, Verdicts
from dyncheck.errors import DyncheckError
from dyncheck.findings import Status
from dyncheck.rule import Rule, Severity

_RESULTS = {
    Status.FAIL: CheckResult.FAILED,
    Status.UNKNOWN: CheckResult.UNKNOWN,
    Status.WAIVED: CheckResult.SKIPPED,
    Status.PASS: CheckResult.PASSED,
}
_SEVERITIES = {Severity.ERROR: BcSeverities.HIGH, Severity.WARNING: BcSeverities.MEDIUM, Severity.NOTE: BcSeverities.LOW}


class DyncheckCheck(BaseResourceCheck):
    """One rule; without a rule, whether dyncheck could check the input. The check fails on every error, because checkov hides errors."""

    def __init__(self, session: Session, rule: Rule | None = None) -> None:
        why = " ".join(rule.section("Why").split()) if rule else ""
        super().__init__(
            name=rule.title if rule else "dyncheck can check this",
            id=checkov_id(rule.id) if rule else NOT_CHECKED,
            categories=[CheckCategories.CONVENTION],
            supported_resources=(*TYPES, PROVIDER),
            guideline=f"{why[:1].upper()}{why[1:]} How to fix it: dyncheck explain {rule.id}"
            if rule
            else "What dyncheck cannot read, it does not pass. The details say what to do.",
        )
        provider_registry.register(self)
        self.session = session
        self.rule = rule
        self.severity = Severities[_SEVERITIES[rule.severity if rule else Severity.ERROR]]

    def run(
        self, scanned_file: str, entity_configuration: dict[str, Any], entity_name: str, entity_type: str, skip_info: dict[str, Any]
    ) -> dict[str, Any]:
        """The result for one resource, in checkov's form; `skip_info` is a comment that skips this check there."""
        if skip_info:
            return dict(super().run(scanned_file, entity_configuration, entity_name, entity_type, skip_info))
        try:
            seen = self.session.find(self.graph, scanned_file, entity_configuration, entity_type, entity_name)
            if entity_type == PROVIDER and not seen.is_of_plan:
                return self._result(CheckResult.UNKNOWN)
            verdicts = self.session.verdicts(seen)
        except DyncheckError as error:
            return self._refusal(entity_configuration, str(error))
        except Exception:  # checkov would turn a bug into an unknown result, and hide it.
            trace = f"This is a bug in dyncheck; nothing was decided. Please report it with this trace:\n{format_exc()}"
            return self._refusal(entity_configuration, trace)
        if entity_type == PROVIDER and not verdicts.is_host(seen.address):
            return self._result(CheckResult.UNKNOWN)
        if verdicts.errors and self.session.is_first_refusal(entity_configuration):
            return self._result(CheckResult.FAILED, verdicts.errors)
        if self.rule is None:
            return self._result(CheckResult.PASSED if verdicts.knows(seen.address) else CheckResult.UNKNOWN)
        return self._of_rule(self.rule, seen, verdicts)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Not used: checkov's reading of the configuration decides nothing."""
        raise NotImplementedError

    def _of_rule(self, rule: Rule, seen: Seen, verdicts: Verdicts) -> dict[str, Any]:
        verdict = verdicts.of(rule.id, seen.address)
        if verdict is None:
            return self._result(CheckResult.UNKNOWN)
        # The configuration may change the severity of a rule.
        self.severity = Severities[_SEVERITIES[verdict.severity]]
        if verdict.status is Status.UNKNOWN:
            self.session.unknown.add((seen.input, seen.address, self.id))
        result = self._result(_RESULTS[verdict.status], verdict.details)
        return result | {"suppress_comment": verdict.reason} if verdict.status is Status.WAIVED else result

    def _refusal(self, configuration: dict[str, Any], reason: str) -> dict[str, Any]:
        if not self.session.is_first_refusal(configuration):
            return self._result(CheckResult.UNKNOWN)
        streams.tell(reason)
        return self._result(CheckResult.FAILED, (reason,))

    def _result(self, result: CheckResult, details: tuple[str, ...] = ()) -> dict[str, Any]:
        self.details: list[str] = list(details)
        return {"result": result, "evaluated_keys": []}


def register() -> None:
    """Create the checks. Each registers itself with checkov."""
    # First, so that no check exists where a rule cannot be loaded.
    rules = (*all_rules(), *scope.own_rules())
    session = Session()
    DyncheckCheck(session)
    for rule in rules:
        if not rule.is_proved:
            DyncheckCheck(session, rule)
