"""The account differs from the code.

Why: a table that was changed by hand is not what the code says. The next apply takes the change back, or, where Terraform ignores the
argument, no one knows of it. `dyncheck live --against` compares every argument that the rules read.
Fix: apply the code, or write into the code what the account has.
    terraform plan
"""

from dyncheck.rule import Divergence, Problems, rule, warning


@rule(Divergence, severity=warning, fix="none")
def check(divergence: Divergence) -> Problems:
    yield from divergence.problems
    if divergence.unknown:
        raise divergence.unknown
