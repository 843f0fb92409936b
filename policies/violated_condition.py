"""Condition does not hold.

Why: variables, resources and outputs can have conditions (`validation`, `precondition`, `postcondition`). If one does not hold,
`terraform plan` stops with its message, and nothing can be applied. This rule finds such a condition in the Terraform files. An
existing plan has passed all of them.
Fix: give the variable a value that its validation allows, or correct the condition.

    environment_name = "prod"
"""

from dyncheck.rule import Condition, Problem, Problems, error, rule


@rule(Condition, severity=error, fix="none")
def check(condition: Condition) -> Problems:
    yield Problem(
        address=condition.address,
        path="",
        summary=f"{condition.title}: {condition.message}" if condition.message else condition.title,
        location=condition.location,
    )
