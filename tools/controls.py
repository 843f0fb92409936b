"""Where each control that a rule names is described, by its framework."""

from __future__ import annotations

from collections.abc import Callable


def links(framework: str, controls: str) -> str:
    """The controls of a rule in a framework, as Markdown with links. `controls` is a list with commas."""
    where = _WHERE[framework]
    return ", ".join(f"[{control}]({where(control)})" for control in controls.split(", "))


def _security_hub(control: str) -> str:
    service, number = control.lower().split(".")
    return f"https://docs.aws.amazon.com/securityhub/latest/userguide/{service}-controls.html#{service}-{number}"


_WHERE: dict[str, Callable[[str], str]] = {
    "aws-fsbp": _security_hub,
    "aws-config": "https://docs.aws.amazon.com/config/latest/developerguide/{}.html".format,
    "checkov": lambda _: "https://www.checkov.io/5.Policy%20Index/terraform.html",
    "kics": "https://docs.kics.io/latest/queries/terraform-queries/aws/{}/".format,
    "nist-800-53-r5": lambda _: "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
    "tflint": lambda _: "https://github.com/terraform-linters/tflint-ruleset-aws/blob/master/docs/rules/README.md",
    "trivy": lambda control: f"https://avd.aquasec.com/misconfig/{control.lower()}/",
}
NAMES = {
    "aws-fsbp": "AWS Foundational Security Best Practices",
    "aws-config": "AWS Config",
    "checkov": "checkov",
    "kics": "KICS",
    "nist-800-53-r5": "NIST SP 800-53, revision 5",
    "tflint": "tflint",
    "trivy": "trivy",
}
