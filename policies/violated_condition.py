"""A condition that the configuration sets itself does not hold.

Why: variables, resources and outputs can carry conditions (`validation`, `precondition`, `postcondition`). Where one of them does
not hold, `terraform plan` stops with its message, so nothing of the configuration can be applied. A plan that exists has passed all
of them; this rule finds in the Terraform files what would keep a plan from being made.
Fix: give the variable a value that its validation allows, or correct the condition.

    environment_name = "prod"
"""

from dyncheck.rule import Condition, Problem, Problems, error, rule


@rule(Condition, severity=error)
def check(condition: Condition) -> Problems:
    yield Problem(
        address=condition.address,
        path="",
        summary=f"{condition.title}: {condition.message}" if condition.message else condition.title,
        location=condition.location,
    )
