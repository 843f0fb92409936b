"""An input that its validation leaves free breaks another rule.

Why: a module is used by callers its author never meets, and whatever its variables take, somebody will give. `dyncheck prove` says
which rules hold for every input; this rule says which input breaks one that holds without it.
Fix: guard the variable, or where callers are to have the freedom, say so by a waiver.
    variable "read_capacity" {
      type     = number
      default  = 5
      nullable = false

      validation {
        condition     = var.read_capacity >= 1
        error_message = "The read capacity must be at least 1."
      }
    }
"""

from dyncheck.rule import Problem, Problems, Refutation, rule, warning

# How many of the resources a finding names.
MOST = 3


@rule(Refutation, severity=warning)
def check(refutation: Refutation) -> Problems:
    named = ", ".join(refutation.addresses[:MOST])
    more = f" and {len(refutation.addresses) - MOST} more" if len(refutation.addresses) > MOST else ""
    yield Problem(
        address=refutation.address,
        path=refutation.rule,
        summary=f"{refutation.values} breaks {refutation.rule} on {named}{more}",
        fix=f"# guard var.{refutation.variable} with a validation",
        location=refutation.location,
        places=refutation.places,
    )
