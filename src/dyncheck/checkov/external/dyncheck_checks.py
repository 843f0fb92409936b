"""The module that checkov imports: registers one check for each of dyncheck's rules.

checkov only logs a check that cannot be imported, and exits with 0. So if dyncheck does not load, another check fails at each
table and alarm.
"""

import sys
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck


class NotInstalled(BaseResourceCheck):
    """Fails at every resource, because dyncheck cannot be imported."""

    def __init__(self, why: str) -> None:
        super().__init__(
            name="dyncheck could not be loaded, so nothing was checked",
            id="DYN_NOT_CHECKED",
            categories=[CheckCategories.CONVENTION],
            supported_resources=["aws_dynamodb_table", "aws_cloudwatch_metric_alarm"],
            guideline=f"Install dyncheck where checkov is: {sys.executable} -m pip install 'dyncheck[checkov]'",
        )
        self.why = why
        self.is_reported = False

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:  # noqa: ARG002
        """Fail, and report it once on standard error."""
        if not self.is_reported:
            self.is_reported = True
            sys.stderr.write(f"dyncheck: {self.why}. {self.guideline}\n")
        self.details.append(self.why)
        return CheckResult.FAILED


try:
    from dyncheck.checkov.checks import register
except Exception as error:
    NotInstalled(f"dyncheck cannot be imported ({type(error).__name__}: {error})")
else:
    register()
